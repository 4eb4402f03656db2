"""The rows of a question come page by page, all of them, in order; whoever wants no more waits for nothing."""

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
def looked(dsn: str, owner_dsn: str) -> Iterator[psycopg.Connection]:
    """Numbers that are given out once, whatever becomes of who took one."""
    with psycopg.connect(owner_dsn, autocommit=True) as owner:
        owner.execute("CREATE SEQUENCE looked; GRANT ALL ON looked TO PUBLIC")
        yield owner


def test_who_wants_no_more_does_not_wait_for_what_was_asked_ahead(dsn: str, looked: psycopg.Connection) -> None:
    pages = _asked(dsn, "SELECT nextval('looked') FROM pg_sleep(20)")
    pages.close()
    pages.close()

    given = looked.execute("SELECT is_called FROM looked").fetchone()
    assert given == (False,)


def test_whose_session_is_ended_is_told(dsn: str, looked: psycopg.Connection) -> None:
    with closing(_asked(dsn, "SELECT repeat('x', 9000) FROM generate_series(1, 5000)")) as pages:
        reading = iter(pages)
        assert len(next(reading)) == 500
        looked.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with pytest.raises(psycopg.OperationalError):
            for _ in reading:
                pass
