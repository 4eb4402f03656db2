"""What a conversion makes of a lead's custom fields."""

from typing import Any
from uuid import uuid4

import pytest

from .asking import Caller
from .test_custom_fields import define, given, name

KINDS = ("lead", "customer", "deal")


def everywhere(crm: Caller, **definition: Any) -> str:
    """A field of that name on leads, customers and deals."""
    field = name()
    for kind in KINDS:
        define(crm, kind, field, **definition)
    return field


def qualified(crm: Caller, **fields: Any) -> str:
    lead = crm.lead(custom_fields=fields)
    crm.told(f"/v1/leads/{lead}/qualify")
    return lead


def test_fields_of_one_name_and_type_are_carried_over_to_the_person_and_the_deal(crm: Caller) -> None:
    field, only_leads = everywhere(crm, type="text"), define(crm, "lead", type="text")
    other_type = define(crm, "lead", type="number")
    define(crm, "customer", other_type, type="text")
    lead = qualified(crm, **{field: "north", only_leads: "x", other_type: 7})

    told = crm.told(f"/v1/leads/{lead}/convert", {"deal": {"name": "Seats"}, "organisation": {"name": "Lind"}})

    assert given(crm, told["customer_id"]) == {field: "north"}
    assert given(crm, told["organisation_id"]) == {}
    assert crm.asked(f"/v1/deals/{told['deal_id']}")["custom_fields"] == {field: "north"}
    carried = [each for each in told["filled"] if each["field"] == f"custom_fields.{field}"]
    assert [each["record"] for each in carried] == ["customer", "deal"]


def test_a_field_for_organisations_goes_to_the_organisation(crm: Caller) -> None:
    field = name()
    define(crm, "lead", field, type="text")
    define(crm, "customer", field, type="text", only="organisation")
    lead = qualified(crm, **{field: "15-048-3782"})

    told = crm.told(f"/v1/leads/{lead}/convert", {"organisation": {"name": "Lind"}})

    assert given(crm, told["customer_id"]) == {}
    assert given(crm, told["organisation_id"]) == {field: "15-048-3782"}


@pytest.mark.rule(
    "A conversion carries custom fields over to what is empty, and says what it left behind",
    area="custom_fields",
)
def test_only_what_is_empty_is_filled_and_what_does_not_fit_is_left_behind(crm: Caller) -> None:
    held, unfit = everywhere(crm, type="text"), name()
    define(crm, "lead", unfit, type="text")
    define(crm, "customer", unfit, type="text", max_length=3)
    person = crm.person(custom_fields={held: "south"})
    lead = qualified(crm, **{held: "north", unfit: "too long"})

    told = crm.told(f"/v1/leads/{lead}/convert", {"customer_id": person})

    assert given(crm, person) == {held: "south"}
    skipped = {each["field"]: each["skipped_because"] for each in told["skipped"] if "custom" in each["field"]}
    assert skipped == {
        f"custom_fields.{held}": "filled",
        f"custom_fields.{unfit}": "unfit",
    }


def test_what_the_conversion_says_for_the_deal_goes_before_what_is_carried_over(crm: Caller) -> None:
    field = everywhere(crm, type="text")
    lead = qualified(crm, **{field: "north"})

    told = crm.told(f"/v1/leads/{lead}/convert", {"deal": {"name": "Seats", "custom_fields": {field: "south"}}})

    assert crm.asked(f"/v1/deals/{told['deal_id']}")["custom_fields"] == {field: "south"}
    assert given(crm, told["customer_id"]) == {field: "north"}


def test_a_wrong_value_for_the_deal_is_refused_by_its_place(crm: Caller) -> None:
    number, partner = define(crm, "deal", type="number"), define(crm, "deal", type="reference", to="customer")
    path = f"/v1/leads/{qualified(crm)}/convert"

    for values, status, rule, field in (
        ({number: "7"}, 422, "CustomFieldWrongType", number),
        ({partner: str(uuid4())}, 404, "CustomerNotFound", partner),
    ):
        body = {"deal": {"name": "Seats", "custom_fields": values}}
        crm.refused("POST", path, status, rule, f"deal.custom_fields.{field}", json=body)
    person = crm.person()
    told = crm.told(path, {"deal": {"name": "Seats", "custom_fields": {partner: person}}})
    assert crm.asked(f"/v1/deals/{told['deal_id']}")["custom_fields"] == {partner: person}


def test_a_deal_that_a_lead_becomes_has_its_required_fields_too(crm: Caller) -> None:
    field = define(crm, "deal", type="text", required=True)
    path = f"/v1/leads/{qualified(crm)}/convert"

    crm.refused(
        "POST", path, 422, "RequiredCustomField", f"deal.custom_fields.{field}", json={"deal": {"name": "Seats"}}
    )
    crm.told(path, {"deal": {"name": "Seats", "custom_fields": {field: "x"}}})
    crm.told(f"/v1/custom-fields/deal/{field}/retire")


def test_an_open_deal_gets_what_it_lacks(crm: Caller) -> None:
    empty, held = everywhere(crm, type="text"), everywhere(crm, type="text")
    lead = qualified(crm, **{empty: "north", held: "north"})
    person = crm.asked(f"/v1/leads/{lead}")["customer_id"]
    deal = crm.deal(person, custom_fields={held: "south"})

    crm.told(f"/v1/leads/{lead}/convert", {"deal": {"id": deal}})

    assert crm.asked(f"/v1/deals/{deal}")["custom_fields"] == {empty: "north", held: "south"}


def test_a_new_organisation_begins_with_the_required_fields_which_the_conversion_says(crm: Caller) -> None:
    there = crm.organisation()
    field = define(crm, "customer", type="text", only="organisation", required=True)
    path, body = f"/v1/leads/{qualified(crm)}/convert", {"organisation": {"name": "Lind"}}

    place = f"organisation.custom_fields.{field}"
    crm.refused("POST", path, 422, "RequiredCustomField", place, json=body)
    crm.told(f"/v1/leads/{qualified(crm)}/convert", {"organisation": {"id": there}})
    said = {"organisation": {"name": "Lind", "custom_fields": {field: "15-048-3782"}}}
    told = crm.told(path, said)
    crm.told(f"/v1/custom-fields/customer/{field}/retire")

    assert given(crm, told["organisation_id"]) == {field: "15-048-3782"}
    assert ("organisation", f"custom_fields.{field}") in {
        (each["record"], each["field"]) for each in told["filled"]
    }
