"""How custom fields are defined."""

from typing import Any

import pytest

from domain.custom_fields import (
    CUSTOM_FIELDS,
    CustomFieldDefined,
    CustomFieldRetired,
    CustomFields,
    DateField,
    Definition,
    EnumField,
    MoneyField,
    NumberField,
    Option,
    ReferenceField,
    TextField,
    define_field,
    retire_field,
)
from domain.custom_fields.refusals import (
    CustomFieldAlreadyRetired,
    CustomFieldNeeded,
    CustomFieldNotFound,
    CustomFieldPersonalFixed,
    CustomFieldTypeFixed,
    CustomFieldUnchanged,
    CustomFieldUniqueFixed,
    EmptyRange,
    NotAFieldName,
    OnlyCustomersAreOfAKind,
    OptionTakenAway,
    OptionTwice,
    TooManyCustomFields,
)
from domain.events import Event
from domain.money import UnknownCurrency
from domain.refusals import Refusal
from domain.texts import BlankText
from tests.support.facts import given


def defined(*events: Event) -> CustomFields:
    return given(CUSTOM_FIELDS.aggregate, *events, stream_id=CUSTOM_FIELDS.id)


def text(name: str = "region", **more: Any) -> TextField:
    return TextField(**{"name": name, "label": "Region", **more})


def options(*ids: str, retired: bool = False) -> EnumField:
    return EnumField(
        name="size", label="Size", options=tuple(Option(id=each, label=each, retired=retired) for each in ids)
    )


REGION = CustomFieldDefined(kind="deal", definition=text())


@pytest.mark.rule("A definition holds for its kind of record alone", area="custom_fields")
def test_a_definition_holds_for_its_kind_of_record_alone() -> None:
    fields = defined(REGION)

    assert (fields.deal, fields.lead, fields.customer) == ({"region": text()}, {}, {})
    assert fields.version == 1


def test_a_definition_is_cleaned_of_white_space() -> None:
    assert define_field(CustomFields(), "deal", text(label=" Region ")).definition.label == "Region"


@pytest.mark.parametrize(
    ("definition", "rule", "field"),
    [
        (text("Region"), NotAFieldName, "name"),
        (text("1st"), NotAFieldName, "name"),
        (text("r" * 61), NotAFieldName, "name"),
        (text(label="  "), BlankText, "definition.label"),
        (NumberField(name="n", label="N", minimum=2, maximum=1), EmptyRange, "definition.maximum"),
        (MoneyField(name="m", label="M", currency="XYZ"), UnknownCurrency, "definition.currency"),
        (options("big", "big"), OptionTwice, "definition.options"),
        (options("Big"), NotAFieldName, "definition.options"),
        (text(only="person"), OnlyCustomersAreOfAKind, "definition.only"),
    ],
)
def test_a_mistaken_definition_is_refused_when_it_is_made(
    definition: Definition, rule: type[Refusal], field: str
) -> None:
    with pytest.raises(rule) as refused:
        define_field(CustomFields(), "deal", definition)
    assert refused.value.field == field


def test_a_field_of_customers_may_be_for_people_alone() -> None:
    assert define_field(CustomFields(), "customer", text(only="person")).definition.only == "person"


@pytest.mark.parametrize(
    ("definition", "rule", "field"),
    [
        (DateField(name="region", label="Region"), CustomFieldTypeFixed, "definition.type"),
        (text(unique=True), CustomFieldUniqueFixed, "definition.unique"),
        (text(personal=True), CustomFieldPersonalFixed, "definition.personal"),
    ],
)
@pytest.mark.parametrize(
    "fields", [defined(REGION), defined(REGION, CustomFieldRetired(kind="deal", name="region"))]
)
@pytest.mark.rule("What old values rest on never changes, of a retired field neither", area="custom_fields")
def test_what_old_values_rest_on_never_changes_also_of_a_retired_field(
    fields: CustomFields, definition: Definition, rule: type[Refusal], field: str
) -> None:
    with pytest.raises(rule) as refused:
        define_field(fields, "deal", definition)
    assert refused.value.field == field


def test_a_reference_goes_on_naming_the_same_kind_of_record() -> None:
    fields = defined(CustomFieldDefined(kind="deal", definition=ReferenceField(name="by", label="By", to="lead")))

    with pytest.raises(CustomFieldTypeFixed):
        define_field(fields, "deal", ReferenceField(name="by", label="By", to="customer"))


def test_a_label_a_limit_and_whether_it_is_required_may_change() -> None:
    changed = text(label="Sales region", max_length=10, required=True)

    assert defined(REGION, define_field(defined(REGION), "deal", changed)).deal == {"region": changed}


def test_the_same_definition_again_is_refused() -> None:
    with pytest.raises(CustomFieldUnchanged):
        define_field(defined(REGION), "deal", text())


@pytest.mark.rule("An option is added, renamed and retired, but not taken away", area="custom_fields")
def test_an_option_is_added_renamed_and_retired_but_not_taken_away() -> None:
    fields = defined(CustomFieldDefined(kind="deal", definition=options("small", "big")))

    assert define_field(fields, "deal", options("small", "big", "huge"))
    assert define_field(fields, "deal", options("small", "big", retired=True))
    with pytest.raises(OptionTakenAway):
        define_field(fields, "deal", options("small"))


@pytest.mark.rule("A retired field is taken up again by the same definition", area="custom_fields")
def test_a_retired_field_is_taken_up_again_by_the_same_definition() -> None:
    retired = defined(REGION, CustomFieldRetired(kind="deal", name="region"))

    again = defined(REGION, CustomFieldRetired(kind="deal", name="region"), define_field(retired, "deal", text()))

    assert retired.is_retired("deal", "region")
    assert not again.is_retired("deal", "region")
    assert (retired.version, again.version) == (2, 3)


def test_a_field_is_retired_once_and_only_where_it_is_there() -> None:
    with pytest.raises(CustomFieldAlreadyRetired):
        retire_field(defined(REGION, CustomFieldRetired(kind="deal", name="region")), "deal", "region")
    with pytest.raises(CustomFieldNotFound):
        retire_field(defined(REGION), "lead", "region")


def test_a_field_that_a_stage_requires_is_not_retired() -> None:
    with pytest.raises(CustomFieldNeeded, match="standard/proposal"):
        retire_field(defined(REGION), "deal", "region", needed_by=["standard/proposal"])


def test_a_kind_of_record_has_at_most_a_hundred_fields_and_its_retired_ones_count() -> None:
    many = [CustomFieldDefined(kind="deal", definition=text(f"field_{place}")) for place in range(100)]
    fields = defined(*many, CustomFieldRetired(kind="deal", name="field_0"))

    with pytest.raises(TooManyCustomFields):
        define_field(fields, "deal", text("one_more"))
    assert define_field(fields, "deal", text("field_7", label="Renamed"))
    assert define_field(fields, "lead", text("one_more"))
