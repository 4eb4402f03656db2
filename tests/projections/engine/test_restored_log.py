"""A log that was restored from a backup, and has grown past its old end since: what was made of the history before
goes on nowhere, whether it is rows, what is kept of them, or what is half built."""

from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace

import pytest

from domain.horizon import PRESENT
from gateways.kafka.message import partition_of
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.customer_360.fold import CUSTOMER_360
from projections.deals.fold import DEALS
from projections.engine.bulk.building import build
from projections.engine.bulk.rebuild import back
from projections.engine.bulk.switching import NothingKept, shadow_of
from projections.engine.database import Connection, connect, transaction
from projections.engine.folding import states_of
from projections.engine.hosting import Hosting
from projections.engine.live.writing import FoldWriter
from projections.engine.past.models import PastModel, PastModels
from projections.engine.past.states import PastStates
from projections.engine.reading import ReadModels
from projections.engine.schema import create_schema
from tests.projections.engine.conftest import (
    PARTITIONS,
    digest_of,
    fresh_within,
    live,
    projector,
    rebuilt,
    topic,
)
from tests.projections.engine.test_hard_cases import restored_to
from tests.support.log import number, tell_by_chance

Restore = Callable[[], None]


@pytest.fixture
def restore(dsn: str, owner_dsn: str, ledger: PostgresLedger, reader: LogReader) -> Restore:
    """To event 50 of a history, behind which another one goes on, further than the first had come."""
    tell_by_chance(ledger, seed=1, steps=150)
    end = reader.end()

    def restored() -> None:
        restored_to(owner_dsn, 50)
        with closing(PostgresLedger(dsn)) as other:
            tell_by_chance(other, seed=2, steps=250)
        assert reader.end() > end

    return restored


def _check_whole(reads: Connection, reader: LogReader) -> None:
    found = digest_of(reads, DEALS)
    rebuilt(reads, DEALS, reader)
    assert digest_of(reads, DEALS) == found


def test_live_rows_are_rebuilt(restore: Restore, reads: Connection, reader: LogReader, dsn: str) -> None:
    live(DEALS, reads, reader).apply(reads, topic(reader))
    restore()

    projector(dsn, [DEALS], reader, PARTITIONS, fresh_within(dsn, [DEALS], reader.end))

    _check_whole(reads, reader)


def _hosting(dsn: str, reader: LogReader) -> Hosting:
    return Hosting(
        dsn, lambda: [DEALS], reader, lambda customer: partition_of(customer, PARTITIONS), PARTITIONS, {}
    )


def test_so_are_those_of_a_process_that_goes_on(
    restore: Restore, reads: Connection, reader: LogReader, dsn: str
) -> None:
    """A topic that was deleted is refilled from the log; its first events would be taken for what was folded."""
    live(DEALS, reads, reader).apply(reads, topic(reader))
    hosting = _hosting(dsn, reader)
    hosted = {"deals": FoldWriter(DEALS)}
    with closing(hosting), closing(connect(dsn)) as connection:
        assert hosting.fit(connection, hosted) == list(hosted.values())
        restore()
        assert hosting.fit(connection, hosted) == []

    _check_whole(reads, reader)


def test_rows_of_before_it_was_noted_when_events_were_recorded_are_gone_on_with(
    restore: Restore, reads: Connection, reader: LogReader, dsn: str
) -> None:
    live(DEALS, reads, reader).apply(reads, topic(reader))
    with transaction(reads) as cursor:
        for table in ("fold_positions", "builds", "past_models"):
            cursor.execute(f"ALTER TABLE {table} DROP COLUMN recorded_at")
    create_schema(reads)

    with closing(_hosting(dsn, reader)) as hosting:
        assert [writer.fold.name for writer in hosting.fit(reads, {})] == ["deals"]


def test_a_build_that_was_broken_off_begins_anew(
    restore: Restore, reads: Connection, reader: LogReader, dsn: str
) -> None:
    def break_off(done: int, _: int) -> None:
        if done:
            raise KeyboardInterrupt

    shadow = replace(DEALS, name=shadow_of("deals"))
    with suppress(KeyboardInterrupt):
        build(dsn, shadow, reader, upto=reader.end(), events_a_range=60, progress=break_off)
    restore()

    assert not rebuilt(reads, DEALS, reader).resumed
    live(DEALS, reads, reader).apply(reads, topic(reader))
    _check_whole(reads, reader)


def test_what_a_rebuild_replaced_is_not_switched_back_to(
    restore: Restore, reads: Connection, reader: LogReader, dsn: str
) -> None:
    live(DEALS, reads, reader).apply(reads, topic(reader))
    rebuilt(reads, DEALS, reader)
    restore()

    with pytest.raises(NothingKept, match="of before the log was restored"):
        back(dsn, DEALS, partitions=PARTITIONS)


def test_a_model_of_the_past_is_built_anew(
    restore: Restore, reads: Connection, reader: LogReader, dsn: str
) -> None:
    model = PastModel(DEALS, PRESENT)
    with (
        closing(ReadModels(dsn)) as asked,
        closing(PastModels(dsn, reader, asked, patience=20)) as models,
    ):
        with models.rows(model):
            pass
        restore()
        with models.rows(model):
            pass

    rebuilt(reads, DEALS, reader)
    assert digest_of(reads, model.kept) == digest_of(reads, DEALS)


def test_what_is_remembered_of_a_story_is_forgotten(restore: Restore, reader: LogReader) -> None:
    states, somebody = PastStates(reader.stories, every=5), number(1, 0)
    states.of_group(somebody, (CUSTOMER_360,), PRESENT)
    restore()

    assert states.of_group(somebody, (CUSTOMER_360,), PRESENT) == [
        states_of(CUSTOMER_360, reader.of_customer(somebody))
    ]
