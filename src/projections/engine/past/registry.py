"""Models of the past that are kept: which, up to which event, and when they were last asked."""

from dataclasses import dataclass

from psycopg2.extensions import cursor as Cursor

from domain.facts import Fact
from projections.engine import database
from projections.engine.columns import added
from projections.engine.histories import Mark, of_this_log

CREATE = f"""
CREATE TABLE IF NOT EXISTS past_models (
    name     text        PRIMARY KEY,  -- of its table
    fold     text        NOT NULL,     -- what it is a model of, for who looks at the table
    position bigint,                   -- the last event that is in; null until it is built
    recorded_at timestamptz,           -- and when it was recorded: another history has none of then
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
{added("past_models", "recorded_at", "timestamptz")}
"""
_ASKED_EVERY = "5 seconds"


@dataclass(frozen=True)
class Kept:
    name: str
    bytes: int


def position_of(cursor: Cursor, name: str) -> int | None:
    """The last event that is in the model; None where it is not built."""
    cursor.execute("SELECT position FROM past_models WHERE name = %s", (name,))
    found = cursor.fetchone()
    return found[0] if found else None


def lock(cursor: Cursor, name: str) -> int | None:
    """As `position_of`; until the transaction ends, nobody else moves it."""
    database.lock(cursor, "SELECT position FROM past_models WHERE name = %s FOR UPDATE", (name,))
    found = cursor.fetchone()
    return found[0] if found else None


def begin(cursor: Cursor, name: str, fold: str) -> None:
    """It is going to be built; unless another process has just built it."""
    cursor.execute(
        "INSERT INTO past_models (name, fold) VALUES (%s, %s) "
        "ON CONFLICT (name) DO UPDATE SET asked_at = clock_timestamp()",
        (name, fold),
    )


def is_of_this_log(cursor: Cursor, name: str) -> bool:
    """Whether the log has the last event that is in; also where the model is not there."""
    cursor.execute("SELECT position, recorded_at FROM past_models WHERE name = %s AND position > 0", (name,))
    return of_this_log(cursor, cursor.fetchall())


def tell_built(cursor: Cursor, name: str, mark: Mark) -> None:
    """All events up to there are in; more, where another process has said so before."""
    cursor.execute(
        "UPDATE past_models SET position = %s, recorded_at = %s WHERE name = %s AND position IS NULL",
        (*mark, name),
    )


def move(cursor: Cursor, name: str, last: Fact) -> None:
    """All events up to this one are in."""
    cursor.execute(
        "UPDATE past_models SET position = %s, recorded_at = %s WHERE name = %s",
        (last.position, last.recorded_at, name),
    )


def tell_asked(cursor: Cursor, name: str) -> None:
    """Note that it was asked; not at each question."""
    cursor.execute(
        f"UPDATE past_models SET asked_at = clock_timestamp() "
        f"WHERE name = %s AND asked_at < clock_timestamp() - interval '{_ASKED_EVERY}'",
        (name,),
    )


def listed(cursor: Cursor) -> list[Kept]:
    """All of them with their sizes, those first that were not asked for longest."""
    cursor.execute(
        "SELECT name, coalesce(pg_total_relation_size(to_regclass(name)), 0) "
        "+ coalesce(pg_total_relation_size(to_regclass(name || '_history')), 0) "
        "FROM past_models ORDER BY asked_at"
    )
    return [Kept(name, int(size)) for name, size in cursor.fetchall()]


def unknown_tables(cursor: Cursor, prefix: str) -> list[str]:
    """Tables of models that are not listed: whoever built them was killed before it could say so."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'read'::regnamespace AND relkind = 'r' "
        "AND starts_with(relname, %s) AND relname !~ '_history$' "
        "AND NOT EXISTS (SELECT FROM past_models WHERE name = relname)",
        (prefix,),
    )
    return [name for (name,) in cursor.fetchall()]


def forget(cursor: Cursor, name: str) -> None:
    cursor.execute("DELETE FROM past_models WHERE name = %s", (name,))
