"""What may be asked of custom fields: by their type, and with values of that type."""

import pytest

from domain.custom_fields import (
    CUSTOM_FIELDS,
    OPERATORS,
    BooleanField,
    Condition,
    CustomFieldDefined,
    CustomFieldRetired,
    CustomFields,
    DateField,
    EnumField,
    MoneyField,
    NumberField,
    Option,
    ReferenceField,
    TextField,
    Value,
    condition,
)
from domain.custom_fields.refusals import (
    CustomFieldTooPrecise,
    CustomFieldWrongType,
    OperatorNotForType,
    UnknownCustomField,
    UnknownOption,
)
from domain.money import UnknownCurrency
from domain.refusals import Refusal
from domain.texts import BlankText
from tests.support.facts import ADA, euros, given

FIELDS = (
    TextField(name="text", label="A text", max_length=3),
    NumberField(name="number", label="A number", minimum=0, maximum=9, decimals=1),
    MoneyField(name="money", label="Money"),
    MoneyField(name="euros", label="Euros", currency="EUR"),
    DateField(name="date", label="A day"),
    BooleanField(name="boolean", label="Yes or no"),
    EnumField(
        name="enum",
        label="Size",
        options=(Option(id="big", label="Big"), Option(id="old", label="Old", retired=True)),
    ),
    ReferenceField(name="reference", label="Partner", to="customer"),
)


@pytest.fixture
def fields() -> CustomFields:
    told = [CustomFieldDefined(kind="deal", definition=each) for each in FIELDS]
    return given(CUSTOM_FIELDS.aggregate, *told, stream_id=CUSTOM_FIELDS.id)


@pytest.mark.parametrize(
    ("name", "operator", "text", "values"),
    [
        ("text", "equals", " a: b, c ", ("a: b, c",)),
        ("number", "equals", "7.0", (7,)),
        ("number", "from", "-12.25", (-12.25,)),
        ("money", "to", "12.5 EUR", (euros("12.50"),)),
        ("euros", "equals", "3", (euros(3),)),
        ("date", "from", "2026-03-02", ("2026-03-02",)),
        ("boolean", "equals", "false", (False,)),
        ("enum", "in", "big, old", ("big", "old")),
        ("reference", "in", str(ADA).upper(), (str(ADA),)),
        ("text", "is_set", "", ()),
        ("enum", "is_not_set", "", ()),
    ],
)
def test_a_value_is_read_as_the_type_of_its_field_has_it(
    fields: CustomFields, name: str, operator: str, text: str, values: tuple[Value, ...]
) -> None:
    asked = condition(fields, "deal", name, operator, text)

    assert (asked.name, asked.operator, asked.values) == (name, operator, values)
    assert [type(value) for value in asked.values] == [type(value) for value in values]


@pytest.mark.rule("Old values are found: a condition is held to the type of a field alone", area="custom_fields")
def test_what_records_were_given_under_older_definitions_may_be_asked_for(fields: CustomFields) -> None:
    retired = CustomFieldRetired(kind="deal", name="text")
    told = [CustomFieldDefined(kind="deal", definition=each) for each in FIELDS]
    now = given(CUSTOM_FIELDS.aggregate, *told, retired, stream_id=CUSTOM_FIELDS.id)

    assert condition(now, "deal", "text", "equals", "longer") == Condition("text", "equals", ("longer",))
    assert condition(fields, "deal", "number", "equals", "99.125").values == (99.125,)
    assert condition(fields, "deal", "enum", "equals", "old").values == ("old",)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
@pytest.mark.parametrize("operator", ["in", "from", "to", "like"])
def test_a_field_is_not_asked_what_its_type_cannot_answer(
    fields: CustomFields, field: TextField, operator: str
) -> None:
    if operator in OPERATORS[field.type]:
        return
    with pytest.raises(OperatorNotForType, match=f"{field.name} is of the type {field.type}") as refused:
        condition(fields, "deal", field.name, operator, "1")
    assert refused.value.field == f"custom_fields.{field.name}"


@pytest.mark.parametrize(
    ("name", "operator", "text", "refusal", "place"),
    [
        ("colour", "equals", "red", UnknownCustomField, "colour"),
        ("text", "equals", "  ", BlankText, "text"),
        ("number", "from", "seven", CustomFieldWrongType, "number"),
        ("number", "equals", "0.1234567890123456789", CustomFieldTooPrecise, "number"),
        ("money", "from", "lots EUR", CustomFieldWrongType, "money"),
        ("money", "from", "12", UnknownCurrency, "money.currency"),
        ("date", "to", "2026-02-30", CustomFieldWrongType, "date"),
        ("boolean", "equals", "perhaps", CustomFieldWrongType, "boolean"),
        ("enum", "equals", "huge", UnknownOption, "enum"),
        ("enum", "in", "big,,old", BlankText, "enum"),
        ("reference", "equals", "ada", CustomFieldWrongType, "reference"),
    ],
)
def test_what_means_nothing_is_refused_by_the_name_of_its_field(
    fields: CustomFields, name: str, operator: str, text: str, refusal: type[Refusal], place: str
) -> None:
    with pytest.raises(refusal) as refused:
        condition(fields, "deal", name, operator, text)
    assert refused.value.field == f"custom_fields.{place}"


def test_a_field_of_another_kind_of_record_is_none_of_this_one(fields: CustomFields) -> None:
    with pytest.raises(UnknownCustomField, match="no custom field 'text' of a lead"):
        condition(fields, "lead", "text", "is_set")
