"""What the engine must survive: refused rows, stuck readers, strangers, orders to stop."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from api.cli import running
from api.cli.running import keep_running
from api.ports import Services
from api.status import status_of
from domain import commands
from domain.customers import CUSTOMER, change_profile, register
from domain.facts import Fact
from domain.horizon import Horizon
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.customer_360.fold import CUSTOMER_360
from projections.deals.fold import DEALS, DealStory
from projections.engine import parked, positions
from projections.engine.as_of import state_as_of
from projections.engine.bulk import switching
from projections.engine.bulk.rebuild import rebuild
from projections.engine.bulk.switching import RowsInUse
from projections.engine.database import Connection, connect, transaction
from projections.engine.past.models import PastModels
from projections.engine.past.states import PastStates
from projections.engine.reading import ReadModels, ReadModelsUnavailable
from projections.segments.fold import segment_fold
from projections.segments.rules import BehaviourRule
from tests.projections.engine.conftest import PARTITIONS, live, projector, rebuilt, topic
from tests.support.facts import ADA, NOON, by
from tests.support.log import CLOCK, number, tell_by_chance


def test_a_row_that_the_database_refuses_parks_its_key_only(
    ledger: PostgresLedger, reads: Connection, reader: LogReader
) -> None:
    """A fold with a bug that shows only in PostgreSQL: an integer out of range, a null, an index row too large."""
    tell_by_chance(ledger, seed=3, steps=400)
    row, sick = DEALS.row, number(2, 0)

    def failing(story: DealStory) -> Any:
        whole = row(story)
        return (*whole[:5], 2**40, *whole[6:]) if story.deal.id == sick and len(story.intervals) > 1 else whole

    folding = live(replace(DEALS, row=failing), reads, reader)
    folding.apply(reads, topic(reader))  # psycopg2.errors.NumericValueOutOfRange, for ever

    with transaction(reads) as cursor:
        assert [each.key for each in parked.listed(cursor)] == [sick]


def test_the_server_notes_nothing_while_which_ctrl_c_would_be_passed_over(reads: Connection) -> None:
    with transaction(reads) as cursor:
        cursor.execute("DROP TABLE IF EXISTS nothing_of_that_name")

    assert reads.notices == []


def test_as_of_a_moment_before_the_registration(ledger: PostgresLedger, reader: LogReader) -> None:
    """A profile may be told late: also of a moment before the customer was registered here."""
    ledger.execute(
        commands.register_customer(ADA, register(kind="person", name="Ada"), by(now=CLOCK, occurred_at=NOON))
    )
    late = by(now=CLOCK, occurred_at=NOON - timedelta(days=2))
    ledger.execute(commands.tell(CUSTOMER, ADA, lambda c: change_profile(c, phone="+46 8 123456"), late))

    view = state_as_of(
        CUSTOMER_360, reader, ADA, Horizon(as_of=NOON - timedelta(days=1))
    )  # AssertionError: a 500 in the API

    assert view is not None
    assert view.events == 1


def test_connections_are_kept(dsn: str) -> None:
    """psycopg2's pool keeps `minconn` connections, here 0: each question opens a connection of its own."""
    with closing(ReadModels(dsn)) as reads:
        seen = set()
        for _ in range(5):
            with reads.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                seen.add(cursor.fetchone())
    assert len(seen) == 1


def services_of(dsn: str, ledger: PostgresLedger, reader: LogReader, reads: ReadModels) -> Services:
    past = PastModels(dsn, reader, reads)
    return Services(
        ledger,
        reader,
        reads,
        past,
        PastStates(reader.stories),
        dsn=dsn,
        topic="crm.events",
        clock=lambda: CLOCK,
        new_id=lambda: ADA,
    )


def test_a_fold_that_was_removed_makes_nobody_sick(
    ledger: PostgresLedger, reads: Connection, reader: LogReader, dsn: str
) -> None:
    """A segment that was taken out of the program leaves its positions; they lag for ever."""
    tell_by_chance(ledger, seed=3, steps=20)
    with transaction(reads) as cursor:
        positions.register(cursor, "segment_old", 1, PARTITIONS)
    with closing(ReadModels(dsn)) as models:
        status = status_of(services_of(dsn, ledger, reader, models))

    assert "segment_old" not in [fold.fold for fold in status.folds]


def test_rows_of_another_version_are_told_to_who_asks_until_they_are_rebuilt(reads: Connection, dsn: str) -> None:
    """A new program asks for a column that the old one's rows have not."""
    with (
        closing(ReadModels(dsn)) as models,
        pytest.raises(ReadModelsUnavailable, match="of another version of the program"),
        models.cursor() as cursor,
    ):
        cursor.execute("SELECT of_the_next_version FROM parked")


def test_a_parked_customer_is_not_called_fresh(
    ledger: PostgresLedger, reads: Connection, reader: LogReader, dsn: str
) -> None:
    """The header says that the answer holds all up to a position; the view lacks those that wait."""
    from api.http.freshness import fresh

    tell_by_chance(ledger, seed=3, steps=200)
    sick = number(1, 0)
    at = reader.of_customer(sick)[5].position
    evolve = CUSTOMER_360.evolve

    def failing(view: Any, fact: Fact) -> Any:
        if fact.position == at:
            raise ZeroDivisionError
        return evolve(view, fact)

    live(replace(CUSTOMER_360, evolve=failing, evolve_all=None), reads, reader).apply(reads, topic(reader))
    with closing(ReadModels(dsn)) as models:
        services = services_of(dsn, ledger, reader, models)
        response = SimpleNamespace(headers={})
        with fresh(services, response, CUSTOMER_360.name, None, key=sick):  # type: ignore[arg-type]
            pass
    assert int(response.headers["Position"]) < at


def test_a_fold_with_a_long_name_can_be_rebuilt_or_is_refused(
    ledger: PostgresLedger, reads: Connection, reader: LogReader
) -> None:
    tell_by_chance(ledger, seed=3, steps=20)
    rule = BehaviourRule(
        segment="bought_twice_within_one_year_in_europe",
        event_type="order.placed",
        at_least=2,
        within=timedelta(days=365),
    )
    try:
        fold = segment_fold(rule)
    except ValueError:
        return  # Refused at once: as good.
    rebuilt(reads, fold, reader)  # UndefinedTable: "..._history__shadow_pkey" does not exist


def test_a_projector_that_catches_up_can_be_stopped(ledger: PostgresLedger, reader: LogReader, dsn: str) -> None:
    tell_by_chance(ledger, seed=3, steps=200)
    pages = []
    stop = threading.Event()

    class Paged:
        end = reader.end

        def after(self, position: int, *, upto: int) -> Iterator[list[Fact]]:
            while rows := reader.rows(position, upto=upto, limit=10):
                position = rows[-1].notification_id
                pages.append(position)
                stop.set()
                yield reader.at([row.notification_id for row in rows])

    projector(dsn, [CUSTOMER_360, DEALS], Paged(), PARTITIONS, stop.is_set)

    assert len(pages) <= 2


def test_a_pause_ends_when_told_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_FIRST_PAUSE_SECONDS", 600.0)
    stop, ran = threading.Event(), threading.Event()

    def run() -> None:
        ran.set()
        raise ConnectionError

    thread = threading.Thread(target=keep_running, args=(run, stop.is_set), daemon=True)
    thread.start()
    ran.wait()
    stop.set()
    thread.join(60)

    assert not thread.is_alive()


def test_a_rebuild_gives_up_where_somebody_reads_for_ever(
    ledger: PostgresLedger, reads: Connection, reader: LogReader, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An analyst's forgotten transaction: the rebuild waits for it, and all others behind the rebuild."""
    monkeypatch.setattr(switching, "_PATIENCE", "SET LOCAL lock_timeout = '200ms'")
    tell_by_chance(ledger, seed=3, steps=50)
    folding = live(DEALS, reads, reader)
    folding.apply(reads, topic(reader))
    analyst, asking = connect(dsn), connect(dsn)
    with analyst.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM deals")
    with ThreadPoolExecutor(1) as pool, closing(asking), closing(analyst):
        rebuilding = pool.submit(rebuild, dsn, DEALS, reader, lambda _: 0, partitions=PARTITIONS)

        assert isinstance(rebuilding.exception(60), RowsInUse)
        with asking.cursor() as cursor:
            cursor.execute("SET statement_timeout = '60s'")
            cursor.execute("SELECT count(*) FROM deals")  # QueryCanceled where it is queued behind the rebuild


def test_a_foreign_null_header_is_passed_over() -> None:
    from gateways.kafka.message import NotOurRecord, delivered

    record = SimpleNamespace(headers=[("x", None)], value=b"", topic="t", partition=0, offset=0)
    with pytest.raises(NotOurRecord):  # AttributeError: the projector fails on it for ever
        delivered(record)


def test_the_last_record_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that falls silent while the relay looks for the ends is taken for an empty topic."""
    from gateways.kafka import topic as module

    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 0.1)
    silent = SimpleNamespace(
        assign=lambda _: None, seek=lambda *_: None, position=lambda _: 0, poll=lambda **_: {}
    )
    with pytest.raises(Exception, match="answer"):
        module._tail(silent, "place", 0, 5)


def test_a_position_that_nobody_gave_out_is_refused_at_once(
    ledger: PostgresLedger, reads: Connection, reader: LogReader, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty such questions would hold all threads of the API."""
    from api.http import freshness
    from api.http.freshness import PositionNotGivenOut, fresh

    def waits(*_: object, **__: object) -> None:
        pytest.fail("it was waited for")

    monkeypatch.setattr(freshness, "wait_for", waits)
    response = SimpleNamespace(headers={})
    with closing(ReadModels(dsn)) as models:
        asked = fresh(services_of(dsn, ledger, reader, models), response, "deals", 2**62)  # type: ignore[arg-type]
        with pytest.raises(PositionNotGivenOut):
            asked.__enter__()
