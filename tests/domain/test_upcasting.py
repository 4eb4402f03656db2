"""Schema evolution, told with an event that has had three shapes; the first two are kept as they once were."""

from copy import deepcopy
from decimal import Decimal
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import encode
from domain.events import Event, Upcaster
from domain.money import Money
from domain.upcasting import Decoding, UnreadableEvent, UpcastersMissing, lift


class QuotedInCents(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "offer.quoted"
    cents: int
    by: str | None = None


class QuotedInEuros(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "offer.quoted"
    SCHEMA: ClassVar[int] = 2
    euros: Decimal
    by: str | None = None


def euros_of_cents(told: dict[str, Any]) -> dict[str, Any]:
    others = {name: value for name, value in told.items() if name != "cents"}
    return {**others, "euros": str(Decimal(told["cents"]) / 100)}


def price_of_euros(told: dict[str, Any]) -> dict[str, Any]:
    lifted: dict[str, Any] = {"price": {"amount": told["euros"], "currency": "EUR"}}
    return lifted | ({"quoted_by": told["by"]} if "by" in told else {})


class Quoted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "offer.quoted"
    SCHEMA: ClassVar[int] = 3
    UPCASTERS: ClassVar[tuple[Upcaster, ...]] = (euros_of_cents, price_of_euros)
    price: Money
    quoted_by: str | None = None


decode = Decoding({Quoted.TYPE: Quoted}).decode
CENTS = st.builds(QuotedInCents, cents=st.integers(0, 10**15), by=st.none() | st.text())
EUROS = st.builds(QuotedInEuros, euros=st.integers(0, 10**9).map(Decimal), by=st.none() | st.text())


@pytest.mark.parametrize(
    ("schema", "stored"),
    [
        (1, b'{"cents":1250,"by":"ann"}'),
        (2, b'{"euros":"12.50","by":"ann"}'),
        (3, b'{"price":{"amount":"12.50","currency":"EUR"},"quoted_by":"ann"}'),
    ],
)
def test_an_event_of_any_shape_is_read_as_one_of_the_present_shape(schema: int, stored: bytes) -> None:
    read = decode("offer.quoted", schema, stored)

    assert isinstance(read, Quoted)
    assert (read.price.amount, read.quoted_by) == (Decimal("12.5"), "ann")


@given(CENTS | EUROS)
def test_whatever_an_older_shape_can_hold_is_read(told: Event) -> None:
    read = decode(told.TYPE, told.SCHEMA, encode(told))

    assert isinstance(read, Quoted)
    assert read.price.amount == (Decimal(told.cents) / 100 if isinstance(told, QuotedInCents) else told.euros)  # type: ignore[attr-defined]
    assert read.quoted_by == told.by  # type: ignore[attr-defined]
    assert decode(read.TYPE, read.SCHEMA, encode(read)) == read


@given(CENTS | EUROS)
def test_lifting_leaves_what_it_is_given_and_does_the_same_each_time(told: Event) -> None:
    fields = msgspec.json.decode(encode(told))
    before = deepcopy(fields)
    lifted = lift(Quoted, told.SCHEMA, fields)

    assert fields == before
    assert lift(Quoted, told.SCHEMA, fields) == lifted
    assert lift(Quoted, Quoted.SCHEMA, lifted) == lifted


def test_a_default_that_was_left_out_is_the_default_still() -> None:
    assert decode("offer.quoted", 1, b'{"cents":500}') == Quoted(price=Money(Decimal(5), "EUR"))


@pytest.mark.parametrize(
    ("schema", "stored", "problem"),
    [
        (4, b"{}", "schema 4 of event type 'offer.quoted' is unknown"),
        (0, b"{}", "schema 0 of event type 'offer.quoted' is unknown"),
        (-1, b"{}", "schema -1 of event type 'offer.quoted' is unknown"),
        (1, b"{}", "'offer.quoted' cannot be lifted from schema 1: KeyError"),
        (1, b"[1]", "cannot be lifted from schema 1"),
        (1, b'{"cents":', "cannot be lifted from schema 1"),
        (2, b'{"euros":"many"}', "'offer.quoted' cannot be read"),
    ],
)
def test_what_cannot_be_lifted_is_named(schema: int, stored: bytes, problem: str) -> None:
    with pytest.raises(UnreadableEvent, match=problem):
        decode("offer.quoted", schema, stored)


class ShapeWithoutUpcaster(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "offer.sent"
    SCHEMA: ClassVar[int] = 3
    UPCASTERS: ClassVar[tuple[Upcaster, ...]] = (euros_of_cents,)


class UpcasterToNowhere(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "offer.read"
    UPCASTERS: ClassVar[tuple[Upcaster, ...]] = (euros_of_cents,)


@pytest.mark.parametrize("event", [ShapeWithoutUpcaster, UpcasterToNowhere])
def test_a_program_that_could_not_read_an_earlier_shape_does_not_start(event: type[Event]) -> None:
    with pytest.raises(UpcastersMissing, match=event.TYPE):
        Decoding({event.TYPE: event})
