"""Those who wait in line for a lock of the database."""

import time

import psycopg


def wait_for_one_in_line(dsn: str) -> None:
    """Return when a session waits for a lock."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        while connection.execute(waiting).fetchone() is None:
            time.sleep(0.01)
