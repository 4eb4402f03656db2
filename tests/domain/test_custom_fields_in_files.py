"""How texts out of a file are read as values of custom fields."""

from decimal import Decimal

import pytest

from domain.custom_fields import (
    Value,
    Written,
)
from domain.custom_fields.refusals import (
    CustomFieldTooPrecise,
    CustomFieldWrongCurrency,
    CustomFieldWrongType,
    UnknownOption,
)
from domain.money import UnknownCurrency, money
from domain.refusals import Refusal
from tests.support.custom_fields import kept, told
from tests.support.facts import ADA, euros


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("region", " north ", "north"),
        ("seats", "12", 12),
        ("seats", "12.50", 12.5),
        ("weight", "-0.000001", -0.000001),
        ("budget", "12.5", euros("12.50")),
        ("budget", "12.5 EUR", euros("12.50")),
        ("worth", "900 JPY", money(Decimal(900), "JPY")),
        ("since", "2024-02-29", "2024-02-29"),
        ("vip", "No", False),
        ("vip", "1", True),
        ("size", "small", "small"),
        ("size", "Small", "small"),
        ("partner", str(ADA), str(ADA)),
    ],
)
def test_a_text_out_of_a_file_is_read_as_its_field_takes_it(name: str, text: str, value: Value) -> None:
    assert kept(name, Written(text)) == value
    assert type(kept(name, Written(text))) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("seats", "many", CustomFieldWrongType),
        ("seats", "1e3", CustomFieldWrongType),
        ("seats", "nan", CustomFieldWrongType),
        ("weight", "123456789012345.678", CustomFieldTooPrecise),
        ("weight", "9" * 30, CustomFieldTooPrecise),
        ("budget", "12,50", CustomFieldWrongType),
        ("budget", "12 USD", CustomFieldWrongCurrency),
        ("vip", "perhaps", CustomFieldWrongType),
        ("since", "29.02.2024", CustomFieldWrongType),
        ("size", "huge", UnknownOption),
        ("size", "Old", UnknownOption),
        ("partner", "Ada", CustomFieldWrongType),
    ],
)
def test_a_text_that_its_field_cannot_be_read_from_is_refused(name: str, text: str, rule: type[Refusal]) -> None:
    with pytest.raises(rule) as refused:
        told({name: Written(text)})
    assert refused.value.field == f"custom_fields.{name}"


@pytest.mark.parametrize("text", ["12", "12 XXX", "12  "])
def test_money_in_a_file_says_its_currency_where_its_field_has_none(text: str) -> None:
    with pytest.raises(UnknownCurrency) as refused:
        told({"worth": Written(text)})
    assert refused.value.field == "custom_fields.worth.currency"
