"""Amounts of money in requests and answers."""

import re
from decimal import Decimal
from math import isfinite
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from api.http.fields import Body
from domain.money import DIGITS, LARGEST, Money, money

_WRITTEN = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,4})?")
_DIGITS_OF_A_FLOAT = 15
_LARGEST_FRACTION = 10 ** (_DIGITS_OF_A_FLOAT - max(DIGITS.values()))


def _written(value: Any) -> Any:
    if isinstance(value, str) and not _WRITTEN.fullmatch(value):
        raise ValueError('an amount in a string is written like "1200.00"')
    if isinstance(value, float) and isfinite(value) and not value.is_integer():
        digits = len(Decimal(repr(value)).as_tuple().digits)
        if digits > _DIGITS_OF_A_FLOAT or abs(value) >= _LARGEST_FRACTION:
            raise ValueError("so many digits are not safe in a JSON number: write the amount as a string")
    return value


def _in_currencies(digits: int) -> dict[str, Any]:
    """JSON Schema: amounts in the currencies that have so many decimal digits."""
    part = rf"[0-9]{{1,{digits}}}0{{0,{4 - digits}}}" if digits else "0{1,4}"
    written = rf"^([0-9]{{1,15}}|0[0-9]{{15}})(\.{part})?$"
    whole = {"type": "integer", "minimum": 0, "exclusiveMaximum": int(LARGEST)}
    number = {"type": "number", "minimum": 0, "exclusiveMaximum": _LARGEST_FRACTION, "multipleOf": 10**-digits}
    nothing = {"type": "string", "pattern": r"^-0{1,16}(\.0{1,4})?$"}
    codes = sorted(code for code, its_digits in DIGITS.items() if its_digits == digits)
    return {
        "properties": {
            "amount": {"anyOf": [{"type": "string", "pattern": written}, nothing, whole, number]},
            "currency": {"enum": codes},
        }
    }


MORE_THAN_NOTHING: dict[str, Any] = {
    "not": {"properties": {"amount": {"anyOf": [{"const": 0}, {"type": "string", "pattern": r"^-?[0.]+$"}]}}}
}
"""JSON Schema: the amount is not zero."""


class AmountBody(Body):
    amount: Annotated[Decimal, BeforeValidator(_written)] = Field(
        description='a number, or better a string: "1200.00"', max_digits=20
    )
    currency: Annotated[str, StringConstraints(min_length=3, max_length=3)] = Field(description="ISO 4217")

    model_config = {
        "json_schema_extra": {"anyOf": [_in_currencies(digits) for digits in sorted({*DIGITS.values()})]}
    }

    def checked(self, field: str) -> Money:
        return money(abs(self.amount) if self.amount.is_zero() else self.amount, self.currency, field=field)


class AmountAnswer(BaseModel):
    amount: Decimal
    currency: str

    @classmethod
    def of(cls, value: Money | None) -> "AmountAnswer | None":
        return None if value is None else cls(amount=value.amount, currency=value.currency)
