"""Builds in progress: which ranges of keys are done. Kept beside the tables that are built, moved in their
transactions, so that a build that was killed goes on where it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import execute_values

from domain.facts import Fact
from domain.horizon import Horizon
from domain.key_ranges import KeyRange
from projections.engine.columns import added

CREATE = f"""
CREATE TABLE IF NOT EXISTS builds (
    name     text        PRIMARY KEY,  -- of the table that is built
    version  int         NOT NULL,     -- of the fold
    position bigint      NOT NULL,     -- the last event that is in
    recorded_at timestamptz,           -- and when it was recorded: another history has none of then
    as_of    timestamptz,
    known_at timestamptz,
    run      uuid        NOT NULL,     -- who builds: nobody else writes
    begun_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS build_ranges (
    name      text   NOT NULL REFERENCES builds ON DELETE CASCADE,
    place     int    NOT NULL,
    first_key uuid,
    end_key   uuid,
    keys      bigint,  -- null until it is done
    facts     bigint,
    PRIMARY KEY (name, place)
);
{added("builds", "recorded_at", "timestamptz")}
"""


class AnotherBuild(Exception):
    """The build that this process was part of was taken over, or given up."""


@dataclass(frozen=True)
class Build:
    """`position` is the last event that is in, once its ranges are done; it was recorded at `recorded_at`."""

    name: str
    version: int
    position: int
    recorded_at: datetime | None
    horizon: Horizon
    run: UUID


@dataclass(frozen=True)
class Range:
    place: int
    keys: KeyRange


@dataclass(frozen=True)
class Done:
    """What the ranges that are done hold together."""

    ranges: int
    keys: int
    facts: int


def found(cursor: Cursor, name: str) -> Build | None:
    cursor.execute(
        "SELECT version, position, recorded_at, as_of, known_at, run FROM builds WHERE name = %s", (name,)
    )
    row = cursor.fetchone()
    if row is None:
        return None
    version, position, recorded_at, as_of, known_at, run = row
    return Build(name, version, position, recorded_at, Horizon(as_of, known_at), run)


def begin(cursor: Cursor, build: Build, ranges: Sequence[KeyRange]) -> None:
    forget(cursor, build.name)
    horizon = build.horizon
    cursor.execute(
        "INSERT INTO builds (name, version, position, recorded_at, as_of, known_at, run) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (
            build.name,
            build.version,
            build.position,
            build.recorded_at,
            horizon.as_of,
            horizon.known_at,
            build.run,
        ),
    )
    execute_values(
        cursor,
        "INSERT INTO build_ranges (name, place, first_key, end_key) VALUES %s",
        [(build.name, place, keys.first, keys.end) for place, keys in enumerate(ranges)],
    )


def take_over(cursor: Cursor, name: str, run: UUID) -> None:
    """From here on, processes of an earlier run write nothing."""
    cursor.execute("UPDATE builds SET run = %s WHERE name = %s", (run, name))


def check_ours(cursor: Cursor, build: Build) -> None:
    """Keep the build from being taken over until the transaction ends.

    Raises:
        AnotherBuild: it was.
    """
    cursor.execute("SELECT 1 FROM builds WHERE name = %s AND run = %s FOR SHARE", (build.name, build.run))
    if cursor.fetchone() is None:
        raise AnotherBuild(f"{build.name} is built by somebody else by now")


def left(cursor: Cursor, name: str) -> list[Range]:
    cursor.execute(
        "SELECT place, first_key, end_key FROM build_ranges WHERE name = %s AND keys IS NULL ORDER BY place",
        (name,),
    )
    return [Range(place, KeyRange(first, end)) for place, first, end in cursor.fetchall()]


def tell_done(cursor: Cursor, name: str, place: int, *, keys: int, facts: int) -> None:
    cursor.execute(
        "UPDATE build_ranges SET keys = %s, facts = %s WHERE name = %s AND place = %s", (keys, facts, name, place)
    )


def done(cursor: Cursor, name: str) -> Done:
    cursor.execute(
        "SELECT count(keys), coalesce(sum(keys), 0)::bigint, coalesce(sum(facts), 0)::bigint FROM build_ranges "
        "WHERE name = %s",
        (name,),
    )
    row = cursor.fetchone()
    assert row is not None
    return Done(*row)


def move(cursor: Cursor, name: str, last: Fact) -> None:
    """Further events are in, up to this one."""
    cursor.execute(
        "UPDATE builds SET position = %s, recorded_at = %s WHERE name = %s",
        (last.position, last.recorded_at, name),
    )


def forget(cursor: Cursor, name: str) -> None:
    cursor.execute("DELETE FROM builds WHERE name = %s", (name,))
