"""The fields that requests and answers are made of."""

import re
from datetime import UTC, date, datetime
from math import isfinite
from typing import Annotated, Any, Self
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

from api.http.stated import (
    A_PHONE_NUMBER,
    AN_EMAIL_ADDRESS,
    CHARACTERS,
    NOT_BLANK,
    SCOPES,
    by_rule,
    states,
)
from domain.access import PERMISSIONS
from domain.external_ids import ExternalId, external_id
from domain.leads.statuses import STATUS_ID
from domain.ledger import Receipt
from domain.texts import LONGEST_EMAIL, email_address, filled, phone_number

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BLANK_FOR_PLUS = re.compile(r"[0-9]{2}:[0-9]{2}\S* [0-9]{2}:?[0-9]{2}")
_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")
LARGEST_NUMBER = 2**63 - 1024
"""Below 2^63, and a number that JSON's other readers hold exactly too."""

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


def characters(text: str) -> str:
    if _NO_CHARACTER.search(text):
        raise ValueError("a text holds characters only: no NUL, no half of a surrogate pair")
    return text


def _whole(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("a whole number, not in quotes")  # noqa: TRY004 - pydantic wants it so
    return value


def attribute_value(value: Any) -> Any:
    match value:
        case str() if len(value) > _LONGEST_LINE:
            raise ValueError(f"a text has at most {_LONGEST_LINE} characters")
        case str():
            return characters(value)
        case float() if not isfinite(value):
            raise ValueError("a number is finite")
        case int() | float() if abs(value) > LARGEST_NUMBER:
            raise ValueError(f"a number lies between -{LARGEST_NUMBER} and {LARGEST_NUMBER}")
        case int() | float():
            return value
        case _:
            raise ValueError("an attribute is a text, a number, true or false")


Moment = Annotated[AwareDatetime, BeforeValidator(_written_time), AfterValidator(_utc)]
"""A time with a zone; kept in UTC."""

Day = Annotated[date, BeforeValidator(_written_day)]

WHOLE = BeforeValidator(_whole)
"""For `Annotated`, behind the limits: a number that is written as one."""

_CHARACTERS = AfterValidator(characters)
_FILLED = by_rule(filled)
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=200), _CHARACTERS, _FILLED, states(pattern=NOT_BLANK)
]
Label = Annotated[
    str, StringConstraints(min_length=1, max_length=100), _CHARACTERS, _FILLED, states(pattern=NOT_BLANK)
]
Line = Annotated[str, StringConstraints(max_length=_LONGEST_LINE), _CHARACTERS, states(pattern=CHARACTERS)]
Grounds = Annotated[Line, states(pattern=NOT_BLANK)]
"""Why something ended: which rule asks for it, the domain says."""

Email = Annotated[
    str,
    StringConstraints(max_length=LONGEST_EMAIL),
    _CHARACTERS,
    by_rule(email_address),
    states(pattern=AN_EMAIL_ADDRESS),
]
Phone = Annotated[Line, by_rule(phone_number), states(pattern=A_PHONE_NUMBER)]
_CHOICE = StringConstraints(max_length=100)
StageName = Annotated[str, _CHOICE, _CHARACTERS, states(allOf=[{"pattern": CHARACTERS}])]
"""A stage where it names a property: see AttributeName."""

LeadStatusId = Annotated[str, _CHOICE, _CHARACTERS, states(allOf=[{"pattern": f"^{STATUS_ID}$"}])]
PermissionName = Annotated[str, _CHOICE, _CHARACTERS, states(allOf=[{"enum": sorted(PERMISSIONS)}])]
Scope = Annotated[str, _CHOICE, _CHARACTERS, states(enum=SCOPES)]
# Not `pattern`: of names, pydantic would make patterns of properties, and any other name would be right.
AttributeName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100),
    _CHARACTERS,
    _FILLED,
    states(allOf=[{"pattern": NOT_BLANK}]),
]
_Number = {"minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER}
AttributeValue = Annotated[
    Annotated[str, StringConstraints(max_length=_LONGEST_LINE), states(pattern=CHARACTERS)]
    | Annotated[int, states(**_Number)]
    | Annotated[float, states(**_Number)]
    | bool,
    BeforeValidator(attribute_value),
]


class Body(BaseModel):
    """A request's body: what it does not know, it refuses."""

    model_config = ConfigDict(extra="forbid")


class ReasonedBody(Body):
    """What every command may say beside its own fields."""

    reason: Line | None = Field(default=None, description="why; kept with the events")


class CommandBody(ReasonedBody):
    """What a command may say that tells of the world."""

    occurred_at: Moment | None = Field(
        default=None, description="when it happened in the world, with a time zone; now, where not said"
    )


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
    def of(cls, receipt: Receipt, **more: Any) -> Self:
        return cls(id=receipt.id, version=receipt.version, position=receipt.position, **more)
