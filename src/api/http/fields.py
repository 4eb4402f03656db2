"""The fields that requests and answers are made of."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from domain.external_ids import ExternalId, external_id
from domain.ledger import Receipt
from domain.money import Money, money

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BLANK_FOR_PLUS = re.compile(r"[0-9]{2}:[0-9]{2}\S* [0-9]{2}:?[0-9]{2}")
_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")
_DIGITS_OF_A_FLOAT = 15
_LARGEST_INTEGER = 2**63 - 1
_LONGEST_LINE = 500


def _written_time(value: Any) -> Any:
    # Without this a number is taken for seconds since 1970: `as_of=2026` for half an hour past midnight then.
    if not isinstance(value, str) or not _DAY.match(value):
        raise ValueError('a time is written like "2026-03-02T12:00:00Z"')
    if _BLANK_FOR_PLUS.search(value):
        raise ValueError("a plus sign in a URL stands for a blank: write %2B, or the time in UTC with a Z")
    return value


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the calendar") from None


def _written_day(value: Any) -> Any:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError('a day is written like "2026-03-02"')
    return value


def _characters(text: str) -> str:
    if _NO_CHARACTER.search(text):
        raise ValueError("a text holds characters only: no NUL, no half of a surrogate pair")
    return text


def _written_amount(value: Any) -> Any:
    if isinstance(value, str) and not _AMOUNT.fullmatch(value):
        raise ValueError('an amount in a string is written like "1200.00"')
    if isinstance(value, float) and len(Decimal(repr(value)).as_tuple().digits) > _DIGITS_OF_A_FLOAT:
        raise ValueError("so many digits are not safe in a JSON number: write the amount as a string")
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("a whole number, not in quotes")  # noqa: TRY004 - pydantic wants it so
    return value


def _attribute(value: Any) -> Any:
    match value:
        case str() if len(value) > _LONGEST_LINE:
            raise ValueError(f"a text has at most {_LONGEST_LINE} characters")
        case str():
            return _characters(value)
        case float() if not isfinite(value):
            raise ValueError("a number is finite")
        case int() if abs(value) > _LARGEST_INTEGER:
            raise ValueError("an integer has at most 64 bits")
        case int() | float():
            return value
        case _:
            raise ValueError("an attribute is a text, a number, true or false")


Moment = Annotated[AwareDatetime, BeforeValidator(_written_time), AfterValidator(_utc)]
"""A time with a zone; kept in UTC."""

Day = Annotated[date, BeforeValidator(_written_day)]

Whole = Annotated[int, BeforeValidator(_whole)]
_CHARACTERS = AfterValidator(_characters)
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), _CHARACTERS]
Line = Annotated[str, StringConstraints(max_length=_LONGEST_LINE), _CHARACTERS]
Label = Annotated[str, StringConstraints(min_length=1, max_length=100), _CHARACTERS]
AttributeValue = Annotated[
    Annotated[str, StringConstraints(max_length=_LONGEST_LINE)] | int | float | bool, BeforeValidator(_attribute)
]


class Body(BaseModel):
    """A request's body: what it does not know, it refuses."""

    model_config = ConfigDict(extra="forbid")


class CommandBody(Body):
    """What every command may say beside its own fields."""

    occurred_at: Moment | None = Field(
        default=None, description="when it happened in the world, with a time zone; now, where not said"
    )
    reason: Line | None = Field(default=None, description="why; kept with the events")


class AmountBody(Body):
    amount: Annotated[Decimal, BeforeValidator(_written_amount)] = Field(
        description='a number, or better a string: "1200.00"', max_digits=20
    )
    currency: Annotated[str, StringConstraints(min_length=3, max_length=3)] = Field(description="ISO 4217")

    def checked(self, field: str) -> Money:
        return money(abs(self.amount) if self.amount.is_zero() else self.amount, self.currency, field=field)


class AmountAnswer(BaseModel):
    amount: Decimal
    currency: str

    @classmethod
    def of(cls, value: Money | None) -> "AmountAnswer | None":
        return None if value is None else cls(amount=value.amount, currency=value.currency)


class ExternalIdBody(Body):
    """What another system calls the record; no two records of a kind have the same."""

    system: Label = Field(description="hubspot, erp, …")
    id: Label

    @classmethod
    def checked(cls, given: "ExternalIdBody | None", field: str = "external_id") -> ExternalId | None:
        return None if given is None else external_id(given.system, given.id, field=field)


class ExternalIdAnswer(BaseModel):
    system: str
    id: str


class ReceiptAnswer(BaseModel):
    """What a command achieved. A question with the header `Min-Position` waits until it sees this position."""

    id: UUID = Field(description="the record that the command was about")
    version: int = Field(description="its version: how many events it has")
    position: int = Field(description="the place of the command's last event in the one order of all events")

    @classmethod
    def of(cls, receipt: Receipt, **more: Any) -> "ReceiptAnswer":
        return cls(id=receipt.id, version=receipt.version, position=receipt.position, **more)
