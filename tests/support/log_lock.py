"""The log's lock in a test's hands, and who else is at the database."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

_OTHERS = """
SELECT pid, wait_event_type FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
PATIENCE_SECONDS = 60.0


def wait_until_alone(owner_dsn: str) -> None:
    """Return when the database has finished all that the dead had asked of it."""
    _wait(owner_dsn, lambda others: not others, "sessions of a dead API go on")


def wait_for_one_in_line(owner_dsn: str) -> int:
    """Return when a session waits for a lock: its process id."""
    waiting = _wait(owner_dsn, lambda others: "Lock" in others.values(), "no session waits for a lock")
    return next(pid for pid, waits_for in waiting.items() if waits_for == "Lock")


def end_session(owner_dsn: str, pid: int) -> None:
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        assert connection.execute("SELECT pg_terminate_backend(%s, 5000)", [pid]).fetchone() == (True,)


@contextmanager
def log_held(owner_dsn: str) -> Iterator[None]:
    """Somebody else has the log's lock, and appends nothing."""
    with psycopg.connect(owner_dsn) as connection:
        connection.execute("SELECT crm.lock_log()")
        yield
        connection.rollback()


def _wait(
    owner_dsn: str, reached: Callable[[dict[int, str | None]], bool], otherwise: str
) -> dict[int, str | None]:
    """What the other sessions wait for, by their process ids, when it is as it should be."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    others: dict[int, str | None]
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        while not reached(others := dict(connection.execute(_OTHERS).fetchall())):
            assert time.monotonic() < deadline, f"{otherwise}: {others}"
            time.sleep(0.005)
    return others
