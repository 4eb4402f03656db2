"""What the engine must survive: restored logs, other partitions, other versions."""

from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

import pytest

from domain.ledger import LogUnavailable
from domain.problems import Problem
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.customer_360.fold import CUSTOMER_360
from projections.deals.fold import DEALS
from projections.engine import positions
from projections.engine.database import Connection, connect, transaction
from tests.projections.engine.conftest import (
    PARTITIONS,
    Silent,
    digest_of,
    fresh_within,
    live,
    projector,
    rebuilt,
    topic,
)
from tests.support.log import tell_by_chance


@pytest.mark.parametrize("partitions", [2, 5, 8])
def test_another_number_of_partitions_folds_nothing_twice(
    partitions: int, ledger: PostgresLedger, reads: Connection, reader: LogReader, dsn: str
) -> None:
    """A new topic (another prefix, or a lost one) with another number of partitions."""
    tell_by_chance(ledger, seed=1, steps=400)
    told = topic(reader)
    live(CUSTOMER_360, reads, reader).apply(reads, told[:-40])

    projector(dsn, [CUSTOMER_360], reader, partitions, fresh_within(dsn, [CUSTOMER_360], reader.end))

    whole = digest_of(reads, CUSTOMER_360)
    rebuilt(reads, CUSTOMER_360, reader, partitions)
    assert whole == digest_of(reads, CUSTOMER_360)
    with transaction(reads) as cursor:
        assert sorted(positions.lock(cursor, "customer_360")) == list(range(partitions))


def test_read_models_ahead_of_a_restored_log_are_rebuilt(
    ledger: PostgresLedger, reads: Connection, reader: LogReader, dsn: str, owner_dsn: str
) -> None:
    """The log restored from a backup, the read models not: their positions lie ahead of it."""
    tell_by_chance(ledger, seed=1, steps=200)
    live(CUSTOMER_360, reads, reader).apply(reads, topic(reader))
    restored_to(owner_dsn, 50)
    restored, log = PostgresLedger(dsn), LogReader(dsn)
    with closing(restored), closing(log):
        tell_by_chance(restored, seed=2, steps=20)
        projector(dsn, [CUSTOMER_360], log, PARTITIONS, fresh_within(dsn, [CUSTOMER_360], log.end))

        whole = digest_of(reads, CUSTOMER_360)
        rebuilt(reads, CUSTOMER_360, log)
        assert whole == digest_of(reads, CUSTOMER_360)


def restored_to(owner_dsn: str, position: int) -> None:
    with closing(connect(owner_dsn)) as owner, transaction(owner) as cursor:
        cursor.execute("ALTER TABLE crm.events DISABLE TRIGGER append_only")
        cursor.execute("DELETE FROM crm.events WHERE notification_id > %s", (position,))


def test_events_that_the_log_does_not_have_are_not_folded(
    ledger: PostgresLedger, reads: Connection, reader: LogReader, dsn: str, owner_dsn: str
) -> None:
    """The log and the read models restored to an older state: the topic is ahead, and is folded all the same."""
    tell_by_chance(ledger, seed=1, steps=200)
    told = topic(reader)
    restored_to(owner_dsn, 50)

    class Ahead(Silent):
        def poll(self, _: float) -> list[Any]:
            return told

    within = fresh_within(dsn, [CUSTOMER_360], reader.end, seconds=1)
    with suppress(Problem):
        projector(dsn, [CUSTOMER_360], reader, PARTITIONS, within, Ahead)

    with transaction(reads) as cursor:
        cursor.execute("SELECT max(position) FROM customer_360")
        found = cursor.fetchone()
    assert found is not None
    assert found <= (50,)


def test_a_gap_that_the_log_cannot_fill_is_told(
    ledger: PostgresLedger, reads: Connection, reader: LogReader, owner_dsn: str
) -> None:
    tell_by_chance(ledger, seed=1, steps=200)
    told = topic(reader)
    restored_to(owner_dsn, 50)
    folding = live(CUSTOMER_360, reads, reader)

    with pytest.raises(Problem) as raised:  # Calls itself until the stack or the pool gives up.
        folding.apply(reads, told[-1:])
    assert not isinstance(raised.value, LogUnavailable)


def test_a_program_of_another_version_writes_no_rows(
    ledger: PostgresLedger, reads: Connection, reader: LogReader, dsn: str
) -> None:
    """A rolling upgrade: the new version has rebuilt the fold, the old process still runs."""
    tell_by_chance(ledger, seed=1, steps=200)
    told = topic(reader)
    old = live(DEALS, reads, reader)
    old.apply(reads, told[:60])
    row = DEALS.row
    newer = replace(DEALS, version=DEALS.version + 1, row=lambda s: (row(s)[0], row(s)[1].upper(), *row(s)[2:]))
    rebuilt(reads, newer, reader)
    tell_by_chance(ledger, seed=2, steps=200)

    before = digest_of(reads, DEALS)

    old.apply(reads, topic(reader))

    assert digest_of(reads, DEALS) == before
