"""A writer that freezes and does not die, with the log's lock in hands: the server ends its session."""

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from gateways.log import append_sql
from gateways.log.append_sql import connect
from gateways.log.group_commit import PATIENCE_SECONDS, GroupCommit
from gateways.log.reader import LogReader
from gateways.log.unit import Outcome, Unit, VersionConflict
from tests.support.told import a_row, a_unit, submit, whole_log

SOON = 60.0
LOCK = "SELECT crm.lock_log()"
# Long enough for a machine that is busy, and shorter than any session was let be silent before.
_PATIENCE = 2 * PATIENCE_SECONDS


@pytest.fixture
def writer(dsn: str) -> Iterator[GroupCommit]:
    """One that is connected."""
    with closing(GroupCommit(lambda: connect(dsn))) as opened:
        submit(opened, [a_unit()]).result(SOON)
        yield opened


def wait_until_gone(dsn: str, pid: int) -> None:
    deadline = time.monotonic() + SOON
    with psycopg.connect(dsn, autocommit=True) as connection:
        while connection.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone() is not None:
            assert time.monotonic() < deadline, "the server lets it hold the log's lock"
            time.sleep(0.05)


def test_others_append_when_it_froze_between_two_statements(dsn: str, writer: GroupCommit) -> None:
    with closing(connect(dsn)) as frozen:
        frozen.execute("BEGIN")
        frozen.execute(LOCK)

        assert submit(writer, [a_unit()], patience=_PATIENCE).result(SOON) == [[2]]
        with pytest.raises(psycopg.Error):
            frozen.execute("COMMIT")


def test_others_append_when_the_last_it_sent_never_came(
    dsn: str, writer: GroupCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the server it is not idle: it has sent a statement, and not that this was all."""
    monkeypatch.setattr(append_sql, "_LONGEST_TRANSACTION", "2s")
    with closing(connect(dsn)) as frozen:
        frozen.pgconn.enter_pipeline_mode()
        frozen.pgconn.send_query_params(LOCK.encode(), None)
        frozen.pgconn.send_flush_request()
        frozen.pgconn.flush()
        frozen.pgconn.get_result()  # the lock is its own

        assert submit(writer, [a_unit()], patience=_PATIENCE).result(SOON) == [[2]]


def test_when_it_thaws_it_appends_what_it_had_in_hands_once(
    dsn: str, writer: GroupCommit, reader: LogReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, new = uuid4(), uuid4()
    submit(writer, [a_unit(there)]).result(SOON)
    go_on = append_sql._append_unit
    freezes = iter([True])

    def freezing(connection: psycopg.Connection[Any], unit: Unit) -> Outcome:
        outcome = go_on(connection, unit)
        if next(freezes, False):
            wait_until_gone(dsn, connection.info.backend_pid)
        return outcome

    monkeypatch.setattr(append_sql, "_append_unit", freezing)
    bundle = [a_unit(new), a_unit(there), Unit([a_row()], [(new, 1)])]
    stored, conflict, next_to_it = submit(writer, bundle, patience=_PATIENCE).result(SOON)

    assert next(freezes, None) is None
    assert isinstance(conflict, VersionConflict)
    assert (stored, next_to_it) == ([3], [4])
    assert len(whole_log(reader)) == 4
