"""Stored events without what they tell of people."""

import msgspec

from domain.catalogue import EVENT_TYPES, UnreadableEvent, decode, encode
from domain.events import personal_fields

PERSONAL_FIELDS: dict[str, tuple[str, ...]] = {
    name: tuple(sorted(fields)) for name, event in EVENT_TYPES.items() if (fields := personal_fields(event))
}
"""The marked fields, by the stored name of the event."""


def without_personal(type_name: str, schema: int, payload: bytes) -> bytes | None:
    """The payload in its present schema, without the marked fields; None for one that cannot be read: nobody knows
    what is in it."""
    try:
        event = decode(type_name, schema, payload)
    except UnreadableEvent:
        return None
    written = encode(event)
    marked = PERSONAL_FIELDS.get(type_name)
    if not marked:
        return written
    fields = msgspec.json.decode(written, type=dict[str, msgspec.Raw])
    return msgspec.json.encode({name: value for name, value in fields.items() if name not in marked})
