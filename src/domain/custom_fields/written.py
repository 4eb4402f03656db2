"""Values as a file has them: texts, read as what their field takes."""

import re
from decimal import Decimal

from domain.custom_fields.definitions import BooleanField, Definition, EnumField, MoneyField, NumberField
from domain.custom_fields.refusals import CustomFieldTooPrecise, CustomFieldWrongType
from domain.custom_fields.values import Value, described, number
from domain.money import money

_DECIMAL = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Written(str):
    """A text out of a file: "12.5" where a number is taken, "12.50 EUR" for money, "yes" for true, the label of an
    option in place of its id."""

    __slots__ = ()


def read(field: Definition, text: str) -> Value:
    """The value that the text stands for; what is read as a text anyway, as it is.

    Raises:
        Invalid: naming the field.
    """
    text = text.strip()
    match field:
        case NumberField():
            return _number(field, text)
        case MoneyField():
            amount, _, currency = text.partition(" ")
            return money(_decimal(field, amount), currency.strip() or field.currency or "", field=field.place)
        case BooleanField():
            value = _TRUTH.get(text.lower())
            if value is None:
                raise _unread(field, text)
            return value
        case EnumField():
            labelled = (option.id for option in field.options if option.label == text)
            return text if text in field.by_id else next(labelled, text)
        case _:
            return text


def _number(field: NumberField, text: str) -> int | float:
    decimal = _decimal(field, text)
    kept = number(float(decimal))
    if Decimal(repr(kept)) != decimal:
        raise CustomFieldTooPrecise(f"{field.name} takes no number of so many digits: {text}", field=field.place)
    return kept


def _decimal(field: Definition, text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise _unread(field, text)
    return Decimal(text)


def _unread(field: Definition, text: str) -> CustomFieldWrongType:
    return CustomFieldWrongType(
        f"{field.name} takes {field.TAKES}, and was given {described(text)}", field=field.place
    )
