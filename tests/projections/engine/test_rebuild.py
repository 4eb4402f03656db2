"""A rebuild puts the fold of the whole log in the old rows' place, at an exact position."""

from dataclasses import replace
from threading import Thread
from typing import Any

import pytest

from gateways.kafka.message import partition_of
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.customer_360.fold import CUSTOMER_360
from projections.deals.fold import DEALS, DealStory
from projections.engine import positions
from projections.engine.bulk.rebuild import Rebuilt, back, rebuild, renew
from projections.engine.bulk.switching import KeptOfAnotherVersion, NothingKept
from projections.engine.database import Connection, connect, transaction
from projections.engine.fold import Fold
from tests.projections.engine.conftest import PARTITIONS, digest_of, live, topic
from tests.support.log import tell_by_chance


@pytest.fixture(autouse=True)
def _history(ledger: PostgresLedger) -> None:
    tell_by_chance(ledger, seed=7, steps=600)


def _rebuilt(connection: Connection, reader: LogReader, fold: Fold[Any], *, compare: bool = False) -> Rebuilt:
    return rebuild(
        connection.dsn,
        fold,
        reader,
        lambda customer_id: partition_of(customer_id, PARTITIONS),
        partitions=PARTITIONS,
        compare=compare,
    )


def test_a_fold_that_never_ran_is_built(reads: Connection, reader: LogReader) -> None:
    rebuilt = _rebuilt(reads, reader, DEALS)

    assert rebuilt.position == reader.end()
    assert rebuilt.keys > 0


def test_the_live_run_goes_on_behind_it(reads: Connection, reader: LogReader, ledger: PostgresLedger) -> None:
    _rebuilt(reads, reader, CUSTOMER_360)
    tell_by_chance(ledger, seed=8, steps=600)

    live(CUSTOMER_360, reads, reader).apply(reads, topic(reader))

    assert _rebuilt(reads, reader, CUSTOMER_360, compare=True).same is True


def test_rows_that_were_tampered_with_are_noticed_and_mended(reads: Connection, reader: LogReader) -> None:
    live(DEALS, reads, reader).apply(reads, topic(reader))
    whole = digest_of(reads, DEALS)
    with transaction(reads) as cursor:
        cursor.execute("UPDATE deals SET name = 'Another'")

    rebuilt = _rebuilt(reads, reader, DEALS, compare=True)

    assert rebuilt.same is False
    assert digest_of(reads, DEALS) == whole


def test_a_new_version_with_other_columns_takes_over(reads: Connection, reader: LogReader) -> None:
    live(DEALS, reads, reader).apply(reads, topic(reader))
    newer = replace(DEALS, version=2, columns={"name": "text"}, row=lambda s: (s.deal.name,), indexes=())

    _rebuilt(reads, reader, newer)

    with transaction(reads) as cursor:
        assert positions.stored_version(cursor, "deals") == 2
        cursor.execute("SELECT * FROM deals LIMIT 0")
        assert [column.name for column in cursor.description or ()] == ["key", "position", "name", "state"]


def test_a_rebuild_under_live_writes_loses_nothing(reads: Connection, reader: LogReader, dsn: str) -> None:
    folding = live(DEALS, reads, reader)
    told = topic(reader)

    def project() -> None:
        connection = connect(dsn)
        for delivery in told:
            folding.apply(connection, [delivery])
        connection.close()

    projecting = Thread(target=project)
    projecting.start()
    for _ in range(3):
        _rebuilt(reads, reader, DEALS)
    projecting.join()

    assert _rebuilt(reads, reader, DEALS, compare=True).same is True


def test_what_a_rebuild_replaced_can_be_switched_back_at_once(
    reads: Connection, reader: LogReader, ledger: PostgresLedger, dsn: str
) -> None:
    folding = live(DEALS, reads, reader)
    folding.apply(reads, topic(reader))
    with transaction(reads) as cursor:
        cursor.execute("UPDATE deals SET name = 'Another'")
    replaced = digest_of(reads, DEALS)
    _rebuilt(reads, reader, DEALS)
    mended = digest_of(reads, DEALS)

    back(dsn, DEALS, partitions=PARTITIONS)
    assert digest_of(reads, DEALS) == replaced

    back(dsn, DEALS, partitions=PARTITIONS)
    assert digest_of(reads, DEALS) == mended


def test_rows_that_were_switched_back_are_brought_up_to_date(
    reads: Connection, reader: LogReader, ledger: PostgresLedger, dsn: str
) -> None:
    live(DEALS, reads, reader).apply(reads, topic(reader))
    _rebuilt(reads, reader, DEALS)
    tell_by_chance(ledger, seed=8, steps=300)
    live(DEALS, reads, reader).apply(reads, topic(reader))

    back(dsn, DEALS, partitions=PARTITIONS)
    live(DEALS, reads, reader).apply(reads, topic(reader))

    assert _rebuilt(reads, reader, DEALS, compare=True).same is True


def test_the_program_before_finds_its_rows_again(reads: Connection, reader: LogReader, dsn: str) -> None:
    """A deployment that is taken back waits for no rebuild."""
    live(DEALS, reads, reader).apply(reads, topic(reader))
    before = digest_of(reads, DEALS)
    newer = replace(DEALS, version=99, columns={"name": "text"}, row=_name, history=None, indexes=())
    _rebuilt(reads, reader, newer)

    with pytest.raises(KeptOfAnotherVersion):
        back(dsn, newer, partitions=PARTITIONS)
    renew(dsn, DEALS, _Unread(), lambda _: 0, partitions=PARTITIONS)

    assert digest_of(reads, DEALS) == before


def test_nothing_is_switched_back_where_nothing_was_replaced(
    reads: Connection, reader: LogReader, dsn: str
) -> None:
    live(DEALS, reads, reader)
    with pytest.raises(NothingKept, match="nothing of deals is kept"):
        back(dsn, DEALS, partitions=PARTITIONS)


def _name(story: DealStory) -> tuple[str]:
    return (story.deal.name,)


class _Unread:
    """A log that nobody reads."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the log was asked for {name}")
