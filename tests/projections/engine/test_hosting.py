"""A fold whose rows are of another version is rebuilt by one process, beside the others, and never back."""

import threading
import time
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from gateways.kafka.message import partition_of
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.deals.fold import DEALS
from projections.engine import positions
from projections.engine.database import Connection, connect, transaction
from projections.engine.fold import Fold
from projections.engine.hosting import Hosting
from projections.leads.fold import LEADS
from tests.projections.engine.conftest import PARTITIONS, rebuilt
from tests.support.log import tell_by_chance

NEWER = replace(DEALS, version=DEALS.version + 1)
PATIENCE = 120.0


@pytest.fixture(autouse=True)
def _history(ledger: PostgresLedger, reads: Connection, reader: LogReader) -> None:
    tell_by_chance(ledger, seed=7, steps=300)
    rebuilt(reads, DEALS, reader)


def _hosting(dsn: str, log: LogReader, *folds: Fold[Any], ran: dict[str, int] | None = None) -> Hosting:
    def partition(customer_id: Any) -> int:
        return partition_of(customer_id, PARTITIONS)

    return Hosting(dsn, lambda: folds, log, partition, PARTITIONS, {} if ran is None else ran)


def _fit(hosting: Hosting, connection: Connection) -> list[str]:
    return [writer.fold.name for writer in hosting.fit(connection, {})]


def _version(connection: Connection) -> int | None:
    with transaction(connection) as cursor:
        return positions.stored_version(cursor, "deals")


def test_of_several_processes_one_rebuilds_and_all_go_on_with_the_rest(
    dsn: str, reads: Connection, reader: LogReader, caplog: pytest.LogCaptureFixture
) -> None:
    at_once = threading.Barrier(3)
    first: list[list[str]] = []

    def process() -> None:
        hosting = _hosting(dsn, reader, NEWER, LEADS)
        with closing(connect(dsn)) as connection, closing(hosting):
            at_once.wait()
            first.append(_fit(hosting, connection))
            deadline = time.monotonic() + PATIENCE
            while _fit(hosting, connection) != ["deals", "leads"] and time.monotonic() < deadline:
                time.sleep(0.05)

    processes = [threading.Thread(target=process) for _ in range(3)]
    for each in processes:
        each.start()
    for each in processes:
        each.join()

    assert ["leads"] in first
    assert _version(reads) == NEWER.version
    assert caplog.text.count("rebuilding it") == 1


def test_a_program_does_not_undo_what_a_newer_one_has_rebuilt(
    dsn: str, reads: Connection, reader: LogReader, caplog: pytest.LogCaptureFixture
) -> None:
    old = _hosting(dsn, reader, DEALS)
    assert _fit(old, reads) == ["deals"]
    rebuilt(reads, NEWER, reader)

    assert _fit(old, reads) == []

    old.close()
    assert _version(reads) == NEWER.version
    assert "a newer program keeps it up to date" in caplog.text


def test_a_program_that_is_started_anew_rebuilds_for_itself(
    dsn: str, reads: Connection, reader: LogReader
) -> None:
    """A deployment that was taken back; or a version of a model that is in force again."""
    rebuilt(reads, NEWER, reader)
    with closing(_hosting(dsn, reader, DEALS)) as started:
        assert _fit(started, reads) == []

    assert _version(reads) == DEALS.version
