"""Reads stored events: those of the present schema as they are, those of an earlier one lifted step by step."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from domain.events import Event


class UnreadableEvent(Exception):
    """A stored event is of a type or a schema version that this program does not know, or is damaged."""


class UpcastersMissing(Exception):
    """An event class of schema version n has n - 1 upcasters: one from each earlier version to the next."""


class Decoding:
    """Decodes the events of these types.

    `present` decodes those of a type in its present schema, for who reads by the million: each call of a Python
    function counts. Whatever it raises, `decode` says what is wrong.

    Raises:
        UpcastersMissing: some earlier schema version of an event could not be read any more.
    """

    def __init__(self, events: Mapping[str, type[Event]]) -> None:
        self._events = events
        self.present: dict[tuple[str, int], Callable[[bytes], Event]] = {}
        for name, event in events.items():
            check_upcasters(event)
            decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(event)
            self.present[name, event.SCHEMA] = decoder.decode

    def decode(self, type_name: str, schema: int, payload: bytes) -> Event:
        """The event as it was encoded; one of an earlier schema version, lifted to the present one.

        Raises:
            UnreadableEvent: naming the type, the schema version, or what is wrong with the payload.
        """
        read = self.present.get((type_name, schema))
        if read is None:
            payload = self._lifted(type_name, schema, payload)
            read = self.present[type_name, self._events[type_name].SCHEMA]
        try:
            return read(payload)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UnreadableEvent(f"an event of type {type_name!r} cannot be read: {error}") from error

    def _lifted(self, type_name: str, schema: int, payload: bytes) -> bytes:
        event_class = self._events.get(type_name)
        if event_class is None:
            raise UnreadableEvent(f"event type {type_name!r} is unknown")
        if not 0 < schema < event_class.SCHEMA:
            raise UnreadableEvent(f"schema {schema} of event type {type_name!r} is unknown")
        return _lifted(event_class, schema, payload)


def check_upcasters(event: type[Event]) -> None:
    """Raises:
    UpcastersMissing: naming the event.
    """
    if len(event.UPCASTERS) != event.SCHEMA - 1:
        raise UpcastersMissing(
            f"{event.TYPE} has schema version {event.SCHEMA} and {len(event.UPCASTERS)} upcasters: "
            "write one from each earlier version to the next"
        )


def lift(event: type[Event], schema: int, fields: dict[str, Any]) -> dict[str, Any]:
    """The stored fields of an earlier schema version as they are in the present one."""
    for upcaster in event.UPCASTERS[schema - 1 :]:
        fields = upcaster(fields)
    return fields


def _lifted(event: type[Event], schema: int, payload: bytes) -> bytes:
    try:
        return msgspec.json.encode(lift(event, schema, msgspec.json.decode(payload, type=dict[str, Any])))
    except Exception as error:  # an upcaster may stumble over a damaged payload in any way
        raise UnreadableEvent(
            f"an event of type {event.TYPE!r} cannot be lifted from schema {schema}: {error!r}"
        ) from error
