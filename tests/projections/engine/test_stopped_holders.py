"""Who is stopped while he holds what others wait for loses his session, and they have it."""

from collections.abc import Callable
from contextlib import closing

import psycopg2
import pytest

from projections.engine import database, positions
from projections.engine.database import Cursor, connect, lock_catalogue, transaction
from projections.engine.past import registry
from projections.engine.schema import create_schema


def the_catalogue(cursor: Cursor) -> None:
    """For which every process waits when it begins, and whoever asks for a replay."""
    lock_catalogue(cursor)


def a_model_of_the_past(cursor: Cursor) -> None:
    """For which everybody waits who asks about that moment."""
    assert registry.lock(cursor, "as_of_then") == 0


def the_places_of_a_fold(cursor: Cursor) -> None:
    """For which the live run waits while a rebuild is switched."""
    assert positions.lock(cursor, "deals")


@pytest.fixture(autouse=True)
def _there(dsn: str) -> None:
    with closing(connect(dsn)) as connection:
        create_schema(connection)
        with transaction(connection) as cursor:
            registry.begin(cursor, "as_of_then", "deals")
            cursor.execute("UPDATE past_models SET position = 0")
            positions.register(cursor, "deals", version=1, partitions=1)


@pytest.mark.parametrize("hold", [the_catalogue, a_model_of_the_past, the_places_of_a_fold])
def test_whoever_waits_has_it_when_the_holder_is_silent(
    hold: Callable[[Cursor], None], dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "HELD_SECONDS", 1.0)
    with closing(connect(dsn)) as connection, closing(connect(dsn)) as another:
        stopped = connection.cursor()
        hold(stopped)
        with transaction(another) as waiting:
            waiting.execute("SET LOCAL lock_timeout = '60s'")
            hold(waiting)

        with pytest.raises(psycopg2.Error):
            stopped.execute("SELECT 1")
