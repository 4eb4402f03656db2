"""Replays as jobs: asked for by one, run by another, taken up again when that one dies.

A job is a row. Whoever runs it holds a lock of its session for as long as he lives, and nothing else says that he
does: a lock of a row (FOR UPDATE SKIP LOCKED) would hide from all others how far he has come until he commits, and
a lease would make a slow one lose his job and a dead one keep it for a while.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from domain.once import KeyUsedForAnother, Once
from domain.refusals import Conflict, NotFound
from domain.scoring.replaying import Replay
from projections.engine.database import lock_catalogue, transaction
from projections.replays.report import Report

State = Literal["queued", "running", "done", "failed", "cancelled"]

_LOCK = 4_150_007
_MOST_ATTEMPTS = 5
_CREATE = """
CREATE TABLE IF NOT EXISTS replays (
    id          uuid        PRIMARY KEY,
    asked       json        NOT NULL,  -- the model, the day, what it is judged by
    asked_by    text        NOT NULL,
    asked_at    timestamptz NOT NULL,
    state       text        NOT NULL DEFAULT 'queued',
    attempts    int         NOT NULL DEFAULT 0,
    done        bigint      NOT NULL DEFAULT 0,
    total       bigint      NOT NULL DEFAULT 0,
    began_at    timestamptz,
    ended_at    timestamptz,
    error       text,
    fingerprint bytea,                 -- of the request, where it bore a key
    report      json
);
"""
_SELECTED = (
    "id, asked::text, asked_by, asked_at, state, done, total, began_at, ended_at, error, report::text FROM replays"
)


class ReplayNotFound(NotFound):
    """A replay is asked for before it is looked at, and not after it was dropped."""


class ReplayNotDone(Conflict):
    """What a replay found is compared, and its model promoted, once it is done."""


class ReplayJob(msgspec.Struct, frozen=True):
    """`done` of `total` parts of the history are read, while it runs."""

    id: UUID
    asked: Replay
    asked_by: str
    asked_at: datetime
    state: State
    done: int
    total: int
    began_at: datetime | None
    ended_at: datetime | None
    error: str | None
    report: Report | None

    @property
    def table(self) -> str:
        return table_of(self.id)

    def reported(self) -> Report:
        """Raises:
        ReplayNotDone: it is not done, or failed.
        """
        if self.report is None:
            raise ReplayNotDone(f"replay {self.id} is {self.state}")
        return self.report


def table_of(replay_id: UUID) -> str:
    """Where its scores are."""
    return f"replay_{replay_id.hex}"


def add(
    cursor: Cursor, replay_id: UUID, asked: Replay, *, by: str, at: datetime, once: Once | None = None
) -> None:
    """Where the id is there already, nothing is added.

    Raises:
        KeyUsedForAnother: what is there was asked for by another request.
    """
    lock_catalogue(cursor)
    cursor.execute(_CREATE)
    cursor.execute(
        "INSERT INTO replays (id, asked, asked_by, asked_at, fingerprint) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT DO NOTHING",
        (replay_id, msgspec.json.encode(asked).decode(), by, at, once and once.fingerprint),
    )
    if once is None or cursor.rowcount:
        return
    cursor.execute("SELECT fingerprint FROM replays WHERE id = %s", (replay_id,))
    row = cursor.fetchone()
    if row is not None and bytes(row[0]) != once.fingerprint:
        raise KeyUsedForAnother(f"the key {once.key!r} belongs to another replay", field="Idempotency-Key")


def found(cursor: Cursor, replay_id: UUID) -> ReplayJob:
    """Raises:
    ReplayNotFound
    """
    rows = _select(cursor, "WHERE id = %s", (replay_id,))
    if not rows:
        raise ReplayNotFound(f"there is no replay {replay_id}")
    return rows[0]


def listed(cursor: Cursor, limit: int) -> list[ReplayJob]:
    """The newest first."""
    return _select(cursor, "ORDER BY asked_at DESC, id LIMIT %s", (limit,))


@contextmanager
def taken(connection: Connection, replay_id: UUID | None, now: datetime) -> Iterator[ReplayJob | None]:
    """That job, or the oldest that waits or whose runner has died, ours while the context lasts; None for none.

    One that was begun often and never ended is not begun again.
    """
    job = None
    for each in _waiting(connection, replay_id):
        if _locked(connection, each):
            job = _begun(connection, each, now)
            if job is not None:
                break
            _unlock(connection, each)
    try:
        yield job
    finally:
        if job is not None and not connection.closed:
            _unlock(connection, job.id)


def tell_progress(connection: Connection, replay_id: UUID, done: int, total: int) -> bool:
    """Whether it is still wanted."""
    with transaction(connection) as cursor:
        cursor.execute(
            "UPDATE replays SET done = %s, total = %s WHERE id = %s AND state = 'running'",
            (done, total, replay_id),
        )
        return cursor.rowcount == 1


def end(
    connection: Connection,
    replay_id: UUID,
    at: datetime,
    *,
    report: Report | None = None,
    error: str | None = None,
) -> bool:
    """Whether it was still wanted; with a report it is done, with an error it failed."""
    with transaction(connection) as cursor:
        cursor.execute(
            "UPDATE replays SET state = %s, ended_at = %s, report = %s, error = %s "
            "WHERE id = %s AND state = 'running'",
            (
                "done" if report else "failed",
                at,
                msgspec.json.encode(report).decode() if report else None,
                error,
                replay_id,
            ),
        )
        return cursor.rowcount == 1


def give_up(cursor: Cursor, replay_id: UUID, at: datetime) -> bool:
    """Cancel one that waits or runs, forget any other; whether it was cancelled.

    Raises:
        ReplayNotFound
    """
    found(cursor, replay_id)
    cursor.execute(
        "UPDATE replays SET state = 'cancelled', ended_at = %s WHERE id = %s AND state IN ('queued', 'running')",
        (at, replay_id),
    )
    if cursor.rowcount:
        return True
    cursor.execute("DELETE FROM replays WHERE id = %s", (replay_id,))
    return False


def _waiting(connection: Connection, replay_id: UUID | None) -> list[UUID]:
    with transaction(connection) as cursor:
        if not _there(cursor):
            return []
        cursor.execute(
            "SELECT id FROM replays WHERE state IN ('queued', 'running') AND (%s IS NULL OR id = %s) "
            "ORDER BY asked_at, id",
            (replay_id, replay_id),
        )
        return [found_id for (found_id,) in cursor.fetchall()]


def _begun(connection: Connection, replay_id: UUID, now: datetime) -> ReplayJob | None:
    with transaction(connection) as cursor:
        cursor.execute(
            "UPDATE replays SET attempts = attempts + 1, began_at = coalesce(began_at, %(now)s), "
            "state = CASE WHEN attempts >= %(most)s THEN 'failed' ELSE 'running' END, "
            "error = CASE WHEN attempts >= %(most)s THEN 'begun ' || attempts || ' times, and never ended' END, "
            "ended_at = CASE WHEN attempts >= %(most)s THEN %(now)s END "
            "WHERE id = %(id)s AND state IN ('queued', 'running') RETURNING state",
            {"now": now, "most": _MOST_ATTEMPTS, "id": replay_id},
        )
        row = cursor.fetchone()
        return found(cursor, replay_id) if row is not None and row[0] == "running" else None


def _locked(connection: Connection, replay_id: UUID) -> bool:
    with transaction(connection) as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", (_LOCK, str(replay_id)))
        row = cursor.fetchone()
        return bool(row and row[0])


def _unlock(connection: Connection, replay_id: UUID) -> None:
    with transaction(connection) as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", (_LOCK, str(replay_id)))


def _select(cursor: Cursor, where: str, params: tuple[Any, ...]) -> list[ReplayJob]:
    if not _there(cursor):
        return []
    cursor.execute(f"SELECT {_SELECTED} {where}", params)
    return [_job(row) for row in cursor.fetchall()]


def _there(cursor: Cursor) -> bool:
    cursor.execute("SELECT to_regclass('replays') IS NOT NULL")
    row = cursor.fetchone()
    return bool(row and row[0])


def _job(row: tuple[Any, ...]) -> ReplayJob:
    told = dict(zip(ReplayJob.__struct_fields__, row, strict=True))
    told["asked"] = msgspec.json.decode(told["asked"], type=Replay)
    if told["report"] is not None:
        told["report"] = msgspec.json.decode(told["report"], type=Report)
    return ReplayJob(**told)
