"""The custom fields of a record: what an event tells of them, and what it claims for the record."""

from collections.abc import Mapping
from typing import Annotated

from domain.claims import Claim, Claims
from domain.custom_fields.refusals import CustomFieldTaken
from domain.custom_fields.values import RecordKind, Value, claimed, described, place
from domain.events import PERSONAL, Event

Values = dict[str, Value]


class CustomFieldsChanged(Event, frozen=True, kw_only=True):
    """Values that a record has from now on, those of personal fields apart; and which fields are empty now.

    `claimed` names those of the values that no other record of the kind has, `released` those fields whose value
    before was such a one. `fields_version` is the version of the definitions that the values were checked against.
    Told when a record begins, too.
    """

    values: Values = {}
    personal_values: Annotated[Values, PERSONAL] = {}
    cleared: tuple[str, ...] = ()
    claimed: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    fields_version: int


def after(values: Values, event: CustomFieldsChanged) -> Values:
    """A record's values behind the event."""
    kept = {name: value for name, value in values.items() if name not in event.cleared}
    return {**kept, **event.values, **event.personal_values}


def field_claims(kind: RecordKind, event: CustomFieldsChanged) -> Claims:
    """The record gives back what it held in unique fields, and takes their new values."""
    told: Mapping[str, Value] = {**event.values, **event.personal_values}
    return Claims(
        takes=tuple(_claim(kind, name, told[name]) for name in event.claimed),
        gives_back=tuple(_claim_kind(kind, name) for name in event.released),
    )


def _claim(kind: RecordKind, name: str, value: Value) -> Claim:
    return Claim(
        kind=_claim_kind(kind, name),
        value=claimed(value),
        what=f"the {kind} with {described(value)} as {name}: it",
        taken=CustomFieldTaken,
        field=place(name),
        record=kind,
    )


def _claim_kind(kind: RecordKind, name: str) -> str:
    return f"{kind} field {name}"
