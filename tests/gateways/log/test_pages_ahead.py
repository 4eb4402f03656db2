"""The rows of a question come page by page, all of them, in order; whoever wants no more waits for nothing."""

import time
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from psycopg.sql import SQL, Literal

from gateways.log.pages_ahead import PagesAhead


def _asked(dsn: str, question: str, *values: int) -> PagesAhead:
    return PagesAhead(dsn, SQL(question).format(*map(Literal, values)), options="")


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 2_000])
def test_each_row_comes_once_and_in_order(dsn: str, count: int) -> None:
    with closing(_asked(dsn, "SELECT generate_series(1, {})", count)) as pages:
        assert [number for page in pages for (number,) in page] == list(range(1, count + 1))


def test_a_question_that_fails_on_the_way_fails_whoever_reads(dsn: str) -> None:
    with (
        closing(_asked(dsn, "SELECT 1 / (1200 - number) FROM generate_series(1, 2000) AS number")) as pages,
        pytest.raises(psycopg.errors.DivisionByZero),
    ):
        for _ in pages:
            pass


@pytest.fixture
def owner(dsn: str, owner_dsn: str) -> Iterator[psycopg.Connection]:
    """Sees all sessions, and has numbers that are given out once, whatever becomes of who took one."""
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute("CREATE SEQUENCE looked; GRANT ALL ON looked TO PUBLIC")
        yield connection


def test_who_wants_no_more_does_not_wait_for_what_was_asked_ahead(dsn: str, owner: psycopg.Connection) -> None:
    pages = _asked(dsn, "SELECT nextval('looked') FROM pg_sleep(20)")
    pages.close()
    pages.close()

    given = owner.execute("SELECT is_called FROM looked").fetchone()
    assert given == (False,)


def test_who_wants_no_more_waits_for_nothing_even_where_the_server_hears_of_no_cancel(
    dsn: str, owner: psycopg.Connection
) -> None:
    """As one does not that was told to cancel before it had begun."""
    owner.execute(
        "CREATE FUNCTION deaf() RETURNS int LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_sleep(20); EXCEPTION WHEN query_canceled THEN PERFORM pg_sleep(20); END $$"
    )
    pages = _asked(dsn, "SELECT deaf()")
    began = time.monotonic()

    pages.close()
    while _others(owner):
        time.sleep(0.02)

    assert time.monotonic() - began < 10


def _others(owner: psycopg.Connection) -> int:
    found = owner.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    ).fetchone()
    assert found
    return int(found[0])


def test_a_page_that_is_asked_for_waits_until_it_is_wanted(dsn: str, owner: psycopg.Connection) -> None:
    """It is more than the line holds, and the server is not through with it; whoever folds may take his time."""
    owner.execute(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET statement_timeout = 300', current_database()); END $$"
    )
    with closing(_asked(dsn, "SELECT repeat('x', 9000) FROM generate_series(1, 1500)")) as pages:
        reading = iter(pages)
        assert len(next(reading)) == 500
        time.sleep(0.6)

        assert sum(map(len, reading)) == 1_000


def test_whose_session_is_ended_is_told(dsn: str, owner: psycopg.Connection) -> None:
    with closing(_asked(dsn, "SELECT repeat('x', 9000) FROM generate_series(1, 5000)")) as pages:
        reading = iter(pages)
        assert len(next(reading)) == 500
        owner.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with pytest.raises(psycopg.OperationalError):
            for _ in reading:
                pass
