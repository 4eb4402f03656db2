"""Every event type that was ever released, by its stored name, and how it is written."""

import msgspec

from domain import (
    access,
    assignment,
    custom_fields,
    customers,
    deals,
    duplicates,
    identity,
    interactions,
    leads,
    orders,
    pipelines,
    rates,
    scoring,
    tasks,
)
from domain.events import Event
from domain.upcasting import Decoding, UnreadableEvent

__all__ = ["DECODERS", "EVENT_TYPES", "UnreadableEvent", "decode", "encode"]

EVENT_TYPES: dict[str, type[Event]] = {
    event.TYPE: event
    for event in (
        *customers.EVENTS,
        *leads.EVENTS,
        *leads.RULES_DEFINED,
        *deals.EVENTS,
        *interactions.EVENTS,
        *orders.EVENTS,
        *tasks.EVENTS,
        *access.EVENTS,
        *rates.EVENTS,
        *custom_fields.EVENTS,
        *pipelines.EVENTS,
        *identity.EVENTS,
        *duplicates.EVENTS,
        *assignment.EVENTS,
        *scoring.EVENTS,
    )
}

_encoder = msgspec.json.Encoder()


def encode(event: Event) -> bytes:
    """The event as JSON: decimals, ids, dates as strings; what has its default value is left out."""
    return _encoder.encode(event)


_decoding = Decoding(EVENT_TYPES)

decode = _decoding.decode
"""The event of a type, a schema version and a payload, as it was encoded. See `Decoding.decode`."""

DECODERS = _decoding.present
"""By type and present schema version. See `Decoding`."""
