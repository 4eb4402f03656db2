"""The fields that each kind of record has, and what each takes."""

import re
from dataclasses import dataclass
from typing import Literal

from domain.custom_fields import FIELD_NAME

RecordKind = Literal["customer", "lead", "deal", "order", "interaction"]
Told = RecordKind | Literal["history"]
"""What a row tells of: a record, or what a deal was like from a moment on."""

ValueKind = Literal["text", "moment", "day", "number", "choice", "custom"]

ATTRIBUTE = "attributes."
"""What the name of a customer's free attribute begins with."""

LEAD_STATUSES = ("new", "captured", "working", "nurturing", "qualified", "disqualified", "converted")
"""The types of a lead's statuses, by their shipped ids; `captured` is what `new` was called once."""

CUSTOM_FIELD = "custom_fields."
"""What the name of a custom field begins with; which ones there are, the organisation defines."""

# As long as the HTTP interface takes them.
LABEL, NAME, LINE, TEXT = 100, 200, 500, 2_000


@dataclass(frozen=True)
class RecordField:
    kind: ValueKind = "text"
    required: bool = False
    longest: int = LABEL
    choices: tuple[str, ...] = ()


_ID = RecordField(required=True, longest=NAME)
_LABEL = RecordField()
_NAME = RecordField(longest=NAME)
_LINE = RecordField(longest=LINE)
_NUMBER = RecordField("number")
_MOMENT = RecordField("moment")
_NEEDED_MOMENT = RecordField("moment", required=True)
_CUSTOM = RecordField("custom", longest=TEXT)
ATTRIBUTE_FIELD = RecordField("text", longest=LINE)

_WITH_CUSTOM_FIELDS = ("customer", "lead", "deal")

FIELDS: dict[Told, dict[str, RecordField]] = {
    "customer": {
        "id": _ID,
        "kind": RecordField("choice", required=True, choices=("person", "organisation")),
        "name": _NAME,
        "email": _LINE,
        "phone": _LINE,
        "organisation": _NAME,
        "owner": _LABEL,
        "registered_at": _MOMENT,
    },
    "lead": {
        "id": _ID,
        "customer": _NAME,
        "name": _NAME,
        "email": _LINE,
        "phone": _LINE,
        "channel": RecordField(required=True),
        "company": _NAME,
        "campaign": _LABEL,
        "interest": _LINE,
        "owner": _LABEL,
        "organisation": _NAME,
        "deal": _NAME,
        "captured_at": _NEEDED_MOMENT,
        "status": RecordField("choice", choices=LEAD_STATUSES),
        "status_at": _MOMENT,
        "disqualified_because": _LINE,
    },
    "deal": {
        "id": _ID,
        "customer": _ID,
        "name": RecordField(required=True, longest=NAME),
        "pipeline": _LABEL,
        "stage": _LABEL,
        "amount": _NUMBER,
        "currency": _LABEL,
        "owner": _LABEL,
        "product": _LABEL,
        "opened_at": _NEEDED_MOMENT,
        "expected_close_date": RecordField("day"),
        "status": RecordField("choice", choices=("open", "won", "lost")),
        "closed_at": _MOMENT,
        "loss_reason": _LINE,
        "competitor": _LABEL,
    },
    "order": {
        "id": _ID,
        "customer": _ID,
        "total": RecordField("number", required=True),
        "currency": RecordField(required=True),
        "items": _NUMBER,
        "number": _LABEL,
        "placed_at": _NEEDED_MOMENT,
    },
    "interaction": {
        "id": _ID,
        "customer": _ID,
        "channel": RecordField(required=True),
        "direction": RecordField("choice", required=True, choices=("inbound", "outbound")),
        "subject": _LINE,
        "campaign": _LABEL,
        "outcome": _LINE,
        "occurred_at": _NEEDED_MOMENT,
    },
    "history": {
        "id": _ID,
        "at": _NEEDED_MOMENT,
        "stage": _LABEL,
        "amount": _NUMBER,
        "currency": _LABEL,
        "expected_close_date": RecordField("day"),
        "status": RecordField("choice", choices=("open", "won", "lost")),
        "loss_reason": _LINE,
        "competitor": _LABEL,
    },
}

CLOSING = ("status", "closed_at", "loss_reason", "competitor")
"""What a deal's own row tells of its end, where it has no history."""


def described(record: Told, name: str) -> RecordField | None:
    """What a field of that name is; None where the record has none."""
    if record == "customer" and re.fullmatch(rf"{re.escape(ATTRIBUTE)}.{{1,{LABEL}}}", name):
        return ATTRIBUTE_FIELD
    if record in _WITH_CUSTOM_FIELDS and re.fullmatch(rf"{re.escape(CUSTOM_FIELD)}{FIELD_NAME}", name):
        return _CUSTOM
    return FIELDS[record].get(name)
