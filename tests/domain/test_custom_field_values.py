"""Which values custom fields take, and what is told of them."""

from contextlib import suppress
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as always
from hypothesis import strategies as st

from domain.catalogue import decode, encode
from domain.claims import Claim
from domain.custom_fields import (
    Record,
    TextField,
    Value,
    Values,
    after,
    checked,
    field_claims,
    references,
)
from domain.custom_fields.refusals import (
    CustomFieldNotForKind,
    CustomFieldOutOfRange,
    CustomFieldTaken,
    CustomFieldTooLong,
    CustomFieldTooPrecise,
    CustomFieldWrongCurrency,
    CustomFieldWrongType,
    RequiredCustomField,
    RetiredCustomField,
    UnknownCustomField,
    UnknownOption,
)
from domain.customers import CUSTOMER, CustomerFieldsChanged, CustomerRegistered
from domain.money import DIGITS, money
from domain.refusals import Refusal
from domain.texts import BlankText
from tests.support.custom_fields import fields, kept, told
from tests.support.facts import ADA, euros, given


@pytest.mark.parametrize(
    ("name", "value", "as_kept"),
    [
        ("region", " north ", "north"),
        ("seats", 12, 12),
        ("seats", 12.0, 12),
        ("seats", 12.25, 12.25),
        ("weight", -0.000001, -0.000001),
        ("weight", 1e14, 100_000_000_000_000),
        ("budget", euros("10"), euros("10.00")),
        ("worth", money(Decimal("1.5"), "KWD"), money(Decimal("1.500"), "KWD")),
        ("since", "2024-02-29", "2024-02-29"),
        ("vip", False, False),
        ("size", "small", "small"),
        ("partner", str(ADA).upper(), str(ADA)),
    ],
)
@pytest.mark.rule("A value of a custom field is kept in one form", area="custom_fields")
def test_a_value_is_kept_in_one_form(name: str, value: Value, as_kept: Value) -> None:
    assert kept(name, value) == as_kept
    assert type(kept(name, value)) is type(as_kept)


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("colour", "red", UnknownCustomField),
        ("region", 7, CustomFieldWrongType),
        ("region", "  ", BlankText),
        ("region", "a far away region", CustomFieldTooLong),
        ("seats", "7", CustomFieldWrongType),
        ("seats", True, CustomFieldWrongType),
        ("seats", float("nan"), CustomFieldWrongType),
        ("seats", -1, CustomFieldOutOfRange),
        ("seats", 5_000.01, CustomFieldOutOfRange),
        ("seats", 0.125, CustomFieldTooPrecise),
        ("weight", 10**15, CustomFieldTooPrecise),
        ("weight", 123456789012.3456, CustomFieldTooPrecise),
        ("budget", 10, CustomFieldWrongType),
        ("budget", money(Decimal(1), "USD"), CustomFieldWrongCurrency),
        ("since", "29.02.2024", CustomFieldWrongType),
        ("since", "20240229", CustomFieldWrongType),
        ("since", "2023-02-29", CustomFieldWrongType),
        ("since", "2024-02-29T12:00:00Z", CustomFieldWrongType),
        ("vip", 1, CustomFieldWrongType),
        ("vip", "yes", CustomFieldWrongType),
        ("size", "huge", UnknownOption),
        ("size", "Small", UnknownOption),
        ("size", "old", UnknownOption),
        ("size", 1, CustomFieldWrongType),
        ("partner", "Ada", CustomFieldWrongType),
        ("partner", 7, CustomFieldWrongType),
        ("gone", "x", RetiredCustomField),
    ],
)
def test_a_value_that_its_field_does_not_take_is_refused_by_name(
    name: str, value: Value, rule: type[Refusal]
) -> None:
    with pytest.raises(rule) as refused:
        told({name: value})
    assert refused.value.field == f"custom_fields.{name}"


def test_a_refusal_says_what_was_expected_and_what_was_given() -> None:
    with pytest.raises(CustomFieldWrongType, match="seats takes a number, and was given the text '7'"):
        told({"seats": "7"})


def test_a_field_for_organisations_takes_no_value_on_a_person() -> None:
    duns = TextField(name="duns", label="DUNS", only="organisation", required=True)
    known = fields(duns)

    with pytest.raises(CustomFieldNotForKind):
        checked(CustomerFieldsChanged, known, Record("customer", "person"), {"duns": "15-048-3782"})
    with pytest.raises(RequiredCustomField):
        checked(CustomerFieldsChanged, known, Record("customer", "organisation"), {})
    assert checked(CustomerFieldsChanged, known, Record("customer", "person"), {"region": "north"})


@pytest.mark.rule("A required field has a value from the beginning, and keeps one", area="custom_fields")
def test_a_required_field_has_a_value_from_the_beginning_and_keeps_one() -> None:
    known = fields(TextField(name="segment", label="Segment", required=True))
    has_one = Record("customer", "person", {"segment": "a"})

    for record, values in (
        (Record("customer", "person"), {}),
        (Record("customer", "person"), {"region": "north"}),
        (has_one, {"segment": None}),
    ):
        with pytest.raises(RequiredCustomField) as refused:
            checked(CustomerFieldsChanged, known, record, values)
        assert refused.value.field == "custom_fields.segment"
    assert checked(CustomerFieldsChanged, known, has_one, {"region": "north"})


@pytest.mark.rule("A retired field is required no more, and may be emptied", area="custom_fields")
def test_a_retired_field_is_required_no_more_and_may_be_emptied() -> None:
    known = fields(TextField(name="segment", label="S", required=True), retired="customer.segment")
    emptied = checked(
        CustomerFieldsChanged, known, Record("customer", "person", {"segment": "a"}), {"segment": None}
    )

    assert emptied == CustomerFieldsChanged(cleared=("segment",), fields_version=9)


@pytest.mark.rule(
    "Only values that differ are told, with the version of the definitions that they were checked against",
    area="custom_fields",
)
def test_only_what_differs_is_told_with_the_version_that_it_was_checked_against() -> None:
    before: Values = {"region": "north", "seats": 7, "vip": True}

    changed = told({"region": "north", "seats": 8, "vip": None, "since": None}, before)

    assert changed == CustomerFieldsChanged(values={"seats": 8}, cleared=("vip",), fields_version=9)
    assert told({"region": " north ", "since": None}, before) is None


def test_a_value_that_the_record_has_already_is_no_new_one() -> None:
    assert told({"size": "old", "gone": "x"}, {"size": "old", "gone": "x"}) is None


@pytest.mark.rule("Values of personal fields are told apart from the others", area="custom_fields")
def test_values_of_personal_fields_are_told_apart() -> None:
    event = told({"passport": "X 1", "region": "north"})

    assert event is not None
    assert (event.values, event.personal_values) == ({"region": "north"}, {"passport": "X 1"})
    assert after({}, event) == {"passport": "X 1", "region": "north"}


@pytest.mark.rule("A new value of a unique field gives the old one back", area="custom_fields")
def test_a_new_value_of_a_unique_field_gives_the_old_one_back() -> None:
    first = told({"tax_number": "SE 1", "region": "north"})
    second = told({"tax_number": "SE 2"}, {"tax_number": "SE 1"})
    emptied = told({"tax_number": None, "region": None}, {"tax_number": "SE 2", "region": "north"})

    assert first is not None
    assert second is not None
    assert emptied is not None
    claim = Claim(
        kind="customer field tax_number", value="SE 1", what="the customer with the text 'SE 1' as tax_number: it",
        taken=CustomFieldTaken, field="custom_fields.tax_number", record="customer",
    )  # fmt: skip
    assert (field_claims("customer", first).takes, field_claims("customer", first).gives_back) == ((claim,), ())
    assert [each.value for each in field_claims("customer", second).takes] == ["SE 2"]
    assert field_claims("customer", second).gives_back == ("customer field tax_number",)
    assert field_claims("customer", emptied).takes == ()
    assert field_claims("customer", emptied).gives_back == ("customer field tax_number",)


def test_a_customers_values_are_those_last_told() -> None:
    customer = given(
        CUSTOMER,
        CustomerRegistered(kind="person"),
        CustomerFieldsChanged(values={"region": "north", "seats": 7}, fields_version=1),
        CustomerFieldsChanged(
            values={"seats": 8}, personal_values={"passport": "X"}, cleared=("region",), fields_version=2
        ),
        stream_id=ADA,
    )

    assert customer.custom_fields == {"seats": 8, "passport": "X"}


def test_what_a_value_names_is_read_where_it_is_an_id() -> None:
    partner = fields().customer["partner"]

    assert references(fields(), "customer", {"partner": str(ADA), "region": str(ADA)}) == [(partner, ADA)]
    assert references(fields(), "customer", {"partner": "Ada"}) == []
    assert references(fields(), "customer", {"partner": None, "nothing": "x"}) == []


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "region": st.text(min_size=1, max_size=12),
    "seats": st.integers(-5, 6_000) | st.floats(-5, 6_000).map(lambda value: round(value, 2)),
    "weight": st.integers() | st.floats() | st.decimals(-(10**9), 10**9, places=6).map(float),
    "budget": st.integers(0, 10**15).map(lambda cents: euros(str(Decimal(cents) / 100))),
    "worth": st.tuples(st.integers(0, 10**6), st.sampled_from(sorted(DIGITS))).map(
        lambda given: money(Decimal(given[0]), given[1])
    ),
    "since": st.dates().map(str) | st.text(max_size=10),
    "vip": st.booleans() | st.integers(0, 1),
    "size": st.sampled_from(["small", "old", "huge"]),
    "partner": st.uuids().map(str) | st.uuids().map(lambda each: each.hex),
}


@always(st.fixed_dictionaries({}, optional=VALUES))
@pytest.mark.rule(
    "Whatever value is accepted is read back as it was kept, and accepted again",
    area="custom_fields",
)
def test_whatever_is_accepted_is_read_back_as_it_was_kept_and_accepted_again(values: dict[str, Any]) -> None:
    accepted: dict[str, Value] = {}
    for name, value in values.items():
        with suppress(Refusal):
            accepted[name] = kept(name, value)
    event = told({name: values[name] for name in accepted})
    if event is None:
        return
    read = decode(event.TYPE, event.SCHEMA, encode(event))

    assert isinstance(read, CustomerFieldsChanged)
    assert repr(after({}, read)) == repr(accepted)
    assert told(after({}, read), accepted) is None
    assert told(after({}, read)) == event


def test_an_id_is_kept_as_ids_are_written() -> None:
    assert kept("partner", ADA.hex) == str(UUID(str(ADA)))
