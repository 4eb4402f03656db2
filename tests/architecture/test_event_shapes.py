import json
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import UNSET, UnsetType

from domain.catalogue import EVENT_TYPES
from domain.events import PERSONAL, Event, PersonalText, Upcaster
from domain.money import Money
from tests.architecture.event_shapes import (
    Released,
    incompatible,
    missing,
    read,
    with_what_is_new,
    written,
)
from tests.architecture.shape_samples import misread, reading

NAME = "offer.made"
EMPTY: Any = msgspec.field(default_factory=dict)
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
FIELDS: dict[str, tuple[Any, ...]] = {
    "number": (int,),
    "kind": (Literal["first", "last"],),
    "buyer": (PersonalText | None, None),
    "price": (Money | None, None),
    "note": (str | None | UnsetType, UNSET),
    "tags": (tuple[str, ...], ()),
    "terms": (dict[str, str | int], EMPTY),
}


def event(
    fields: dict[str, tuple[Any, ...]], name: str = NAME, schema: int = 1, upcasters: tuple[Upcaster, ...] = ()
) -> dict[str, type[Event]]:
    told = {"TYPE": name, "SCHEMA": schema, "UPCASTERS": upcasters, "__module__": __name__}
    definitions = [(field, *definition) for field, definition in fields.items()]
    made = msgspec.defstruct(
        "OfferMade", definitions, bases=(Event,), namespace=told, frozen=True, kw_only=True, omit_defaults=True
    )
    assert issubclass(made, Event)
    return {name: made}


def with_(**changed: tuple[Any, ...]) -> dict[str, type[Event]]:
    return event({**FIELDS, **changed})


def without(field: str, **others: tuple[Any, ...]) -> dict[str, type[Event]]:
    return event({name: each for name, each in {**FIELDS, **others}.items() if name != field})


@pytest.fixture
def released() -> Released:
    return with_what_is_new({}, event(FIELDS))


class CoinsOnly(msgspec.Struct, frozen=True):
    """Money without a currency."""

    amount: Decimal


class MoneyInCoins(msgspec.Struct, frozen=True):
    amount: Decimal
    currency: str
    coins: int | None = None


class MoneyAtARate(msgspec.Struct, frozen=True):
    amount: Decimal
    currency: str
    rate: int


def same(told: dict[str, Any]) -> dict[str, Any]:
    return dict(told)


def renamed(told: dict[str, Any]) -> dict[str, Any]:
    return {"no" if name == "number" else name: value for name, value in told.items()}


FORBIDDEN: dict[str, tuple[dict[str, type[Event]], str]] = {
    "type gone": ({}, "offer.made: the type is gone"),
    "type renamed": (event(FIELDS, name="offer.sent"), "offer.made: the type is gone"),
    "field removed": (without("buyer"), "offer.made: field 'buyer' is gone"),
    "field renamed": (without("buyer", who=(PersonalText | None, None)), "field 'buyer' is gone"),
    "another type": (with_(number=(str,)), "field 'number': its type no longer takes integer"),
    "whole numbers made fractions": (with_(number=(float,)), "field 'number': its type no longer takes integer"),
    "narrowed by a limit": (with_(number=(AtLeastOne,)), "field 'number': its type no longer takes integer"),
    "null no longer taken": (with_(note=(str | UnsetType, UNSET)), "field 'note': its type no longer takes null"),
    "value of an enumeration removed": (with_(kind=(Literal["first"],)), "field 'kind': its type no longer takes"),
    "member of a list narrowed": (with_(tags=(tuple[Literal["a"], ...], ())), "field 'tags': its type no longer"),
    "value of a mapping narrowed": (with_(terms=(dict[str, str], EMPTY)), "field 'terms': its type no longer"),
    "nested field removed": (with_(price=(CoinsOnly | None, None)), "field 'price': its type no longer takes"),
    "nested field required": (with_(price=(MoneyAtARate | None, None)), "field 'price': its type no longer takes"),
    "new field required": (with_(seller=(str,)), "field 'seller' is new and required"),
    "default taken away": (with_(buyer=(PersonalText | None,)), "field 'buyer': it had a default"),
    "default given": (with_(number=(int, 1)), "field 'number': it was required"),
    "another default": (
        with_(tags=(tuple[str, ...], ("new",))),
        "field 'tags': its default was [] and is ['new']",
    ),
    "null where it was left out": (with_(note=(str | None, None)), "field 'note': its default was '(left out)'"),
    "mark of personal data removed": (with_(buyer=(str | None, None)), "field 'buyer': it is no longer marked"),
    "schema raised without an upcaster": (event(FIELDS, schema=2), "schema version 2 and 0 upcasters"),
    "schema raised, history not lifted": (
        event({**FIELDS, "total": (int,)}, schema=2, upcasters=(same,)),
        "of schema version 1 cannot be read",
    ),
}

HARMLESS: dict[str, tuple[dict[str, type[Event]], str]] = {
    "optional field": (with_(seller=(str | None, None)), "offer.made: field 'seller' is new; add it"),
    "value of an enumeration": (with_(kind=(Literal["first", "last", "best"],)), "field 'kind' takes more"),
    "type that takes more": (with_(number=(int | None,)), "field 'number' takes more"),
    "mark of personal data": (with_(terms=(Annotated[dict[str, str | int], PERSONAL], EMPTY)), "field 'terms'"),
    "optional nested field": (with_(price=(MoneyInCoins | None, None)), "field 'price' takes more"),
    "another type of event": (event(FIELDS) | event(FIELDS, name="offer.sent"), "offer.sent: the type is new"),
    "schema raised, history lifted": (
        event({"no" if name == "number" else name: each for name, each in FIELDS.items()}, NAME, 2, (renamed,)),
        "offer.made: schema version 2 is new",
    ),
}


@pytest.mark.parametrize(("events", "finding"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_what_would_change_history_is_found(released: Released, events: dict[str, Any], finding: str) -> None:
    found = list(incompatible(released, events))

    assert any(finding in each for each in found), found


@pytest.mark.parametrize(("events", "finding"), HARMLESS.values(), ids=HARMLESS)
def test_what_is_new_and_harmless_is_to_be_added(released: Released, events: dict[str, Any], finding: str) -> None:
    before = written(released)
    after = with_what_is_new(released, events)

    assert list(incompatible(released, events)) == []
    assert any(finding in each and "make shapes" in each for each in missing(released, events))
    assert list(incompatible(after, events)) == list(missing(after, events)) == []
    assert with_what_is_new(after, events) == after
    assert written(released) == before
    assert kept(released, after)


def kept(before: Any, after: Any) -> bool:
    """Whether all that was there is there still. Where a type takes more, or a mark was set, that was added."""
    if isinstance(before, dict):
        return all(name in after and kept(value, after[name]) for name, value in before.items())
    if isinstance(before, list):
        return all(any(kept(each, other) for other in after) for each in before)
    return bool(before == after)


def test_what_was_added_is_held_from_then_on(released: Released) -> None:
    after = with_what_is_new(released, with_(seller=(str | None, None)))

    assert "field 'seller' is gone" in next(incompatible(after, event(FIELDS)))


def test_a_schema_version_is_never_lowered(released: Released) -> None:
    raised = event(FIELDS, schema=2, upcasters=(same,))
    after = with_what_is_new(released, raised)

    assert list(incompatible(after, raised)) == []
    assert "lowered from 2 to 1" in next(incompatible(after, event(FIELDS)))


def test_nothing_changed_is_nothing_found(released: Released) -> None:
    assert list(incompatible(released, event(FIELDS))) == list(missing(released, event(FIELDS))) == []
    assert json.loads(written(released)) == released


RELEASED = [
    pytest.param(name, int(version), sample["stored"], sample["read"], id=f"{name} {version} {place}")
    for name, versions in read().items()
    for version, entry in versions.items()
    for place, sample in enumerate(entry["samples"])
]


@pytest.mark.parametrize(("name", "version", "stored", "readings"), RELEASED)
def test_every_event_ever_released_is_read_as_it_was_meant(
    name: str, version: int, stored: str, readings: dict[str, Any]
) -> None:
    expected = readings[str(EVENT_TYPES[name].SCHEMA)]

    assert misread(expected, reading(EVENT_TYPES, name, version, stored)) == []


def test_every_event_is_among_the_released_ones() -> None:
    assert [*incompatible(read(), EVENT_TYPES), *missing(read(), EVENT_TYPES)] == []
