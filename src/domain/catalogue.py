"""Every event type that was ever released, by its stored name, and how it is written."""

from typing import Any

import msgspec

from domain import customers, deals, interactions, leads, orders
from domain.events import Event

EVENT_TYPES: dict[str, type[Event]] = {
    event.TYPE: event
    for event in (*customers.EVENTS, *leads.EVENTS, *deals.EVENTS, *interactions.EVENTS, *orders.EVENTS)
}

_encoder = msgspec.json.Encoder()
_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(event) for name, event in EVENT_TYPES.items()
}


class UnreadableEvent(Exception):
    """A stored event is of a type or a schema version that this program does not know, or is damaged."""


def encode(event: Event) -> bytes:
    """The event as JSON: decimals, ids, dates as strings; what has its default value is left out."""
    return _encoder.encode(event)


def decode(type_name: str, schema: int, payload: bytes) -> Event:
    """The event as it was encoded.

    Raises:
        UnreadableEvent: naming the type, the schema version, or what is wrong with the payload.
    """
    decoder = _decoders.get(type_name)
    if decoder is None:
        raise UnreadableEvent(f"event type {type_name!r} is unknown")
    if schema != EVENT_TYPES[type_name].SCHEMA:
        raise UnreadableEvent(f"schema {schema} of event type {type_name!r} is unknown")
    try:
        event: Event = decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableEvent(f"an event of type {type_name!r} cannot be read: {error}") from error
    return event
