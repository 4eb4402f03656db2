"""A range of the log as a DataFrame, event by event or folded."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain import commands, orders
from domain.facts import Fact
from domain.horizon import Horizon
from domain.moments import NotAMoment
from domain.orders import OrderPlaced
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.deals.fold import DEALS
from projections.engine import Fold, events, fold_range, scratch
from projections.engine.export.frames import KeysNotFolded
from tests.support.facts import NOON, ORDER_ID, by, euros
from tests.support.log import number, tell_by_chance

DAY = NOON + timedelta(days=30)


@pytest.fixture(autouse=True)
def _history(ledger: PostgresLedger) -> None:
    tell_by_chance(ledger, seed=5, steps=300)


def total(spent: Decimal | None, fact: Fact) -> Decimal:
    assert isinstance(fact.event, OrderPlaced)
    if fact.event.total.amount > 250:
        raise ValueError("too dear")
    return (spent or Decimal(0)) + fact.event.total.amount


SPENT = Fold(
    name="spent",
    rule="What a customer spent.",
    version=1,
    keyed_by="customer",
    types=frozenset({OrderPlaced}),
    state=Decimal,
    evolve=total,
    columns={"spent": "numeric NOT NULL"},
    row=lambda spent: (spent,),
)


@pytest.mark.parametrize("as_of", [None, DAY], ids=["present", "past"])
@pytest.mark.parametrize("history", [False, True], ids=["rows", "history"])
def test_it_is_what_the_fold_writes_from_there(dsn: str, reader: LogReader, as_of: Any, history: bool) -> None:
    frame = fold_range(DEALS, reader, as_of=as_of, history=history)

    table, columns = ("deals_history", ["key", "place", "valid_from", "amount", "stage"]) if history else (
        "deals", ["key", "position", "opened_at", "amount", "stage"]
    )  # fmt: skip
    with scratch(dsn, DEALS, reader, horizon=Horizon(as_of=as_of)) as cursor:
        cursor.execute(f"SELECT key::text, {', '.join(columns[1:])} FROM {table} ORDER BY 1, 2")
        rows = cursor.fetchall()
    assert [tuple(row) for row in frame.sort_values(columns[:2])[columns].itertuples(index=False)] == rows
    assert str(frame.dtypes[columns[2]]) == "datetime64[us, UTC]"


def test_a_fold_of_ones_own_sees_a_range(reader: LogReader) -> None:
    frame = fold_range(SPENT, reader, since="2026-03-10", as_of="2026-03-29")

    placed = events(reader, OrderPlaced, since="2026-03-10", as_of="2026-03-29")
    assert len(placed) > 3
    assert dict(zip(frame.key, frame.spent, strict=True)) == placed.groupby("customer_id").total.sum().to_dict()


def test_events_have_their_fields_as_columns(reader: LogReader, ledger: PostgresLedger) -> None:
    told = by(now=NOON + timedelta(days=400), occurred_at=NOON + timedelta(days=399))
    ledger.execute(commands.place_order(ORDER_ID, number(1, 0), orders.place(total=euros("12.50"), items=3), told))

    last = events(reader, OrderPlaced).iloc[-1]
    assert (last.stream_id, last.total, last.total_currency, last["items"]) == (
        str(ORDER_ID),
        Decimal("12.50"),
        "EUR",
        3,
    )
    assert last.occurred_at == NOON + timedelta(days=399)


def test_all_events_come_as_json(reader: LogReader) -> None:
    frame = events(reader)

    assert len(frame) == reader.end()
    assert '"total":{"amount"' in frame[frame.type == "order.placed"].payload.iloc[0]


def test_what_was_recorded_later_is_not_known_yet(reader: LogReader, ledger: PostgresLedger) -> None:
    before = max(
        fact.recorded_at for page in reader.after(0, upto=reader.end()) for fact in page if fact.recorded_at
    )
    tell_by_chance(ledger, seed=6, steps=300)

    assert len(events(reader, known_at=before)) < len(events(reader))


def test_a_key_that_cannot_be_folded_is_told_and_the_others_stand(reader: LogReader) -> None:
    with pytest.warns(KeysNotFolded, match="too dear"):
        frame = fold_range(SPENT, reader)

    assert (frame.spent <= 250 * 60).all()


def test_nothing_is_an_empty_frame_and_no_moment_is_refused(reader: LogReader) -> None:
    nothing = fold_range(DEALS, reader, as_of="1970-01-01")

    assert (len(nothing), list(nothing.columns[:3])) == (0, ["key", "position", "customer_id"])
    for moment in ("2026-03-10T12:00", DAY.replace(tzinfo=None)):
        with pytest.raises(NotAMoment):
            fold_range(DEALS, reader, as_of=moment)
    with pytest.raises(ValueError, match="no history"):
        fold_range(SPENT, reader, history=True)
