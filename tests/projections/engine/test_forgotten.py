"""Rows of read models that there are no more are dropped some day, and of no others."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from gateways.kafka.message import partition_of
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.deals.fold import DEALS
from projections.engine import positions
from projections.engine.bulk import kept
from projections.engine.bulk.building import alone
from projections.engine.database import Connection, connect, transaction
from projections.engine.fold import Fold
from projections.engine.forgotten import AFTER_DAYS, drop_forgotten
from projections.engine.hosting import Hosting
from projections.leads.fold import LEADS
from tests.projections.engine.conftest import PARTITIONS, digest_of, rebuilt
from tests.support.log import tell_by_chance


@pytest.fixture(autouse=True)
def _history(ledger: PostgresLedger, reads: Connection, reader: LogReader) -> None:
    """Deals that were rebuilt, so that what was replaced is kept too, and that nobody moved for long."""
    tell_by_chance(ledger, seed=7, steps=300)
    rebuilt(reads, DEALS, reader)
    rebuilt(reads, DEALS, reader)
    _moved(reads, days=AFTER_DAYS + 1)


def _moved(connection: Connection, *, days: float, partition: int | None = None) -> None:
    with transaction(connection) as cursor:
        cursor.execute(
            "UPDATE fold_positions SET updated_at = now() - %s * interval '1 day' "
            "WHERE %s::int IS NULL OR partition = %s",
            (days, partition, partition),
        )


def _left(connection: Connection) -> list[str]:
    with transaction(connection) as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname LIKE 'deals%' AND relkind = 'r' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        return tables + (["a place"] if positions.places(cursor, ["deals"]) else [])


def _hosting(dsn: str, log: LogReader, *folds: Fold[Any]) -> Hosting:
    return Hosting(dsn, lambda: folds, log, lambda id_: partition_of(id_, PARTITIONS), PARTITIONS, {})


def test_what_is_no_read_model_any_more_is_dropped_with_all_that_is_kept_of_it(
    dsn: str, reads: Connection, reader: LogReader, caplog: pytest.LogCaptureFixture
) -> None:
    assert len(_left(reads)) > 2
    with closing(_hosting(dsn, reader, LEADS)) as hosting:
        hosting.fit(reads, {})

    assert _left(reads) == []
    with transaction(reads) as cursor:
        assert kept.found(cursor, "deals") is None
    assert "deals is no read model any more" in caplog.text


def test_of_several_processes_one_drops_it_and_it_is_built_anew_where_it_comes_back(
    dsn: str, reads: Connection, reader: LogReader
) -> None:
    before, dropped = digest_of(reads, DEALS), []
    at_once = threading.Barrier(3)

    def process() -> None:
        with closing(connect(dsn)) as connection:
            at_once.wait()
            dropped.extend(drop_forgotten(connection, ["leads"]))

    processes = [threading.Thread(target=process) for _ in range(3)]
    for each in processes:
        each.start()
    for each in processes:
        each.join()

    assert (dropped, _left(reads)) == (["deals"], [])
    rebuilt(reads, DEALS, reader)
    assert digest_of(reads, DEALS) == before


@contextmanager
def _built(other: Connection) -> Any:
    with alone(other, "deals"):
        yield


@contextmanager
def _read(other: Connection) -> Any:
    with transaction(other) as cursor:
        cursor.execute("SELECT count(*) FROM deals")
        yield


@contextmanager
def _switched(other: Connection) -> Any:
    with transaction(other) as cursor:
        positions.lock(cursor, "deals")
        yield


@pytest.mark.parametrize("at_work", [_built, _read, _switched])
def test_what_somebody_builds_reads_or_moves_is_left_for_the_next_time(
    dsn: str, reads: Connection, at_work: Callable[[Connection], AbstractContextManager[None]]
) -> None:
    there = _left(reads)
    with closing(connect(dsn)) as other, at_work(other):
        assert drop_forgotten(reads, ["leads"]) == []
        assert _left(reads) == there

    deadline = time.monotonic() + 120
    while not (
        dropped := drop_forgotten(reads, ["leads"])
    ):  # the server notes in a moment that the other has gone
        assert time.monotonic() < deadline
    assert dropped == ["deals"]


def test_what_somebody_else_made_on_the_rows_keeps_them_and_holds_up_nobody(
    dsn: str, reads: Connection, reader: LogReader, caplog: pytest.LogCaptureFixture
) -> None:
    there = _left(reads)
    with transaction(reads) as cursor:
        cursor.execute("CREATE VIEW a_report AS SELECT pipeline, count(*) FROM deals GROUP BY 1")
    with closing(_hosting(dsn, reader, LEADS)) as hosting:
        assert [each.fold.name for each in hosting.fit(reads, {})] == ["leads"]
    assert _left(reads) == there
    assert "its rows stay: cannot drop table deals because other objects depend on it" in caplog.text

    with transaction(reads) as cursor:
        cursor.execute("DROP VIEW a_report")
    assert drop_forgotten(reads, ["leads"]) == ["deals"]


def test_who_hosts_a_fold_whose_rows_another_program_dropped_begins_it_anew(
    dsn: str, reads: Connection, reader: LogReader
) -> None:
    with closing(_hosting(dsn, reader, DEALS)) as hosting:
        hosted = {each.fold.name: each for each in hosting.fit(reads, {})}
        assert hosting.fit(reads, hosted) == [*hosted.values()]
        assert drop_forgotten(reads, ["leads"]) == ["deals"]

        begun = hosting.fit(reads, hosted)
        assert begun != [*hosted.values()]
    assert [each.fold.name for each in begun] == ["deals"]
    assert "deals" in _left(reads)


@pytest.mark.parametrize(("known", "days"), [("deals", AFTER_DAYS + 1), ("leads", AFTER_DAYS - 1)])
def test_what_is_known_or_was_moved_not_long_ago_stays(reads: Connection, known: str, days: float) -> None:
    there = _left(reads)
    _moved(reads, days=days, partition=0)

    assert drop_forgotten(reads, [known]) == []
    assert _left(reads) == there


def test_nothing_is_dropped_before_all_that_there_is_can_be_kept_up_to_date(
    dsn: str, reads: Connection, reader: LogReader
) -> None:
    """Until then the rows of a version before may answer."""
    rebuilt(reads, LEADS, reader)
    there = _left(reads)
    with closing(_hosting(dsn, reader, replace(LEADS, version=LEADS.version + 1))) as hosting:
        assert hosting.fit(reads, {}) == []
        assert _left(reads) == there
        deadline = time.monotonic() + 120
        while not hosting.fit(reads, {}) and time.monotonic() < deadline:
            time.sleep(0.05)

    assert _left(reads) == []
