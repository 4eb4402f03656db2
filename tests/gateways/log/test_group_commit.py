import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from msgspec.structs import replace

from domain.ledger import LogBusy, LogUnavailable
from gateways.log import waiting
from gateways.log.append_sql import append, connect
from gateways.log.group_commit import GroupCommit
from gateways.log.reader import LogReader
from gateways.log.unit import Unit, VersionConflict
from tests.support.facts import NOON
from tests.support.line import wait_for_one_in_line
from tests.support.told import a_row, a_unit, submit, whole_log

SOON = 60.0


@pytest.fixture
def writer(dsn: str) -> Iterator[GroupCommit]:
    opened = GroupCommit(lambda: connect(dsn))
    yield opened
    opened.close()


@contextmanager
def nobody_can_write(dsn: str) -> Iterator[None]:
    """What is handed in meanwhile waits, and then goes in few batches."""
    with psycopg.connect(dsn) as connection:
        connection.execute("SELECT crm.lock_log()")
        yield


def test_positions_are_one_two_three_in_order(writer: GroupCommit) -> None:
    replies = [submit(writer, [Unit([a_row(), a_row()]), a_unit()]) for _ in range(3)]

    assert [reply.result(SOON) for reply in replies] == [
        [[1, 2], [3]],
        [[4, 5], [6]],
        [[7, 8], [9]],
    ]


def test_a_conflict_takes_no_position_and_harms_no_neighbour(
    dsn: str, writer: GroupCommit, reader: LogReader
) -> None:
    hot = uuid4()
    with nobody_can_write(dsn):
        replies = [submit(writer, [unit]) for unit in (a_unit(), a_unit(hot), a_unit(hot), a_unit())]
    first, winner, loser, last = [reply.result(SOON)[0] for reply in replies]

    assert (first, winner, last) == ([1], [2], [3])
    assert isinstance(loser, VersionConflict)
    assert len(whole_log(reader)) == 3


def test_a_conflict_with_what_was_there_harms_no_neighbour(dsn: str, writer: GroupCommit) -> None:
    there = uuid4()
    submit(writer, [a_unit(there)]).result(SOON)
    with nobody_can_write(dsn):
        replies = [submit(writer, [unit]) for unit in (a_unit(), a_unit(), a_unit(there), a_unit())]
    outcomes = [reply.result(SOON)[0] for reply in replies]

    assert [outcome for outcome in outcomes if isinstance(outcome, list)] == [[2], [3], [4]]
    assert isinstance(outcomes[2], VersionConflict)


def test_a_unit_is_appended_whole_or_not_at_all(writer: GroupCommit, reader: LogReader) -> None:
    there = uuid4()
    submit(writer, [a_unit(there)]).result(SOON)

    [outcome] = submit(writer, [Unit([a_row(), a_row(there), a_row()])]).result(SOON)

    assert isinstance(outcome, VersionConflict)
    assert len(whole_log(reader)) == 1


def test_an_append_that_was_rolled_back_leaves_no_gap(dsn: str, writer: GroupCommit, reader: LogReader) -> None:
    submit(writer, [a_unit()]).result(SOON)
    with connect(dsn) as connection, connection.transaction(force_rollback=True):
        append(connection, [[a_unit()]])

    assert submit(writer, [a_unit()]).result(SOON) == [[2]]
    assert len(whole_log(reader)) == 2


def test_a_row_that_cannot_be_sent_harms_no_neighbour(dsn: str, writer: GroupCommit, reader: LogReader) -> None:
    unsendable = Unit([replace(a_row(), occurred_at=NOON.replace(tzinfo=None))])
    with nobody_can_write(dsn):
        replies = [submit(writer, [unit]) for unit in (a_unit(), a_unit(), unsendable, a_unit())]
    outcomes = [reply.result(SOON)[0] for reply in replies]

    assert [type(outcome) for outcome in outcomes] == [list, list, TypeError, list]
    assert len(whole_log(reader)) == 3


def test_what_builds_on_a_failed_unit_fails_and_strangers_do_not(writer: GroupCommit, reader: LogReader) -> None:
    there, touched = uuid4(), uuid4()
    submit(writer, [a_unit(there)]).result(SOON)
    failing = Unit([a_row(there), a_row(touched)])
    on_it = Unit([a_row(uuid4())], [(touched, 1)])

    _, second, third = submit(writer, [failing, on_it, a_unit()]).result(SOON)

    assert isinstance(second, VersionConflict)
    assert third == [2]
    assert len(whole_log(reader)) == 2


def test_a_full_queue_is_told_and_does_not_wait_for_ever(
    dsn: str, writer: GroupCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MOST_BUNDLES", 2)
    with nobody_can_write(dsn):
        accepted = [submit(writer, [a_unit()])]
        wait_for_one_in_line(dsn)
        accepted += [submit(writer, [a_unit()]) for _ in range(2)]
        with pytest.raises(LogBusy, match="too many commands"):
            submit(writer, [a_unit()])
    positions = [reply.result(SOON)[0] for reply in accepted]

    assert positions == [[1], [2], [3]]


def test_closing_appends_what_was_handed_in(dsn: str, reader: LogReader) -> None:
    writer = GroupCommit(lambda: connect(dsn))
    with nobody_can_write(dsn):
        replies = [submit(writer, [a_unit()]) for _ in range(10)]
        closing = threading.Thread(target=writer.close)
        closing.start()
    closing.join(SOON)
    writer.close()

    assert [reply.result(0) for reply in replies] == [[[place]] for place in range(1, 11)]
    with pytest.raises(LogUnavailable, match="closing"):
        submit(writer, [a_unit()])


def test_what_the_writer_does_not_begin_in_time_is_never_appended(
    dsn: str, writer: GroupCommit, reader: LogReader
) -> None:
    with nobody_can_write(dsn):
        first = submit(writer, [a_unit()])
        wait_for_one_in_line(dsn)
        late = submit(writer, [a_unit()], patience=0.05)
        time.sleep(0.1)
    assert first.result(SOON) == [[1]]
    with pytest.raises(LogBusy, match="in time"):
        late.result(SOON)

    assert submit(writer, [a_unit()]).result(SOON) == [[2]]
    assert len(whole_log(reader)) == 2


def test_single_commands_do_not_wait_for_all_of_an_import(dsn: str, writer: GroupCommit) -> None:
    large = [[a_unit() for _ in range(3_000)] for _ in range(4)]  # before: the lock is waited for for seconds only
    with nobody_can_write(dsn):
        submit(writer, [a_unit()])
        wait_for_one_in_line(dsn)
        imports = [submit(writer, units) for units in large]
        single = submit(writer, [a_unit()])
    first_rows = [reply.result(SOON)[0] for reply in imports]

    assert single.result(SOON) == [[2]]
    assert first_rows == [[3], [3_003], [6_003], [9_003]]


def test_an_import_is_not_held_up_by_single_commands(dsn: str, writer: GroupCommit) -> None:
    with nobody_can_write(dsn):
        submit(writer, [a_unit()])
        wait_for_one_in_line(dsn)
        singles = [submit(writer, [a_unit()]) for _ in range(50)]
        bulk = submit(writer, [a_unit() for _ in range(100)])
        later = submit(writer, [a_unit()])
    [reply.result(SOON) for reply in (*singles, later)]

    assert bulk.result(SOON)[0] == [53]


def test_many_rows_go_in_one_bundle(writer: GroupCommit, reader: LogReader) -> None:
    units = [a_unit() for _ in range(6_000)]

    assert submit(writer, units).result(SOON) == [[place] for place in range(1, 6_001)]
    assert reader.end() == 6_000


def test_looking_after_the_table_holds_no_command_up(owner_dsn: str, writer: GroupCommit) -> None:
    submit(writer, [a_unit()]).result(SOON)
    with psycopg.connect(owner_dsn) as connection:
        connection.execute("LOCK TABLE crm.events IN SHARE UPDATE EXCLUSIVE MODE")
        reply = submit(writer, [a_unit()])
        try:
            assert reply.result(SOON) == [[2]]
        finally:
            connection.rollback()


def test_the_writer_waits_for_nothing_without_limit(dsn: str) -> None:
    limits = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    with connect(dsn) as connection:
        found = {limit: connection.execute(f"SHOW {limit}").fetchone() for limit in limits}

    assert ("0",) not in found.values()
