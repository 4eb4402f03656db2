"""How far each fold has come, by partition; kept beside the read model and moved in its transactions."""

from collections.abc import Mapping
from dataclasses import dataclass

from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import execute_values

CREATE = """
CREATE TABLE IF NOT EXISTS fold_positions (
    fold        text        NOT NULL,
    partition   int         NOT NULL,
    version     int         NOT NULL,
    position    bigint      NOT NULL,  -- the last event folded
    next_offset bigint      NOT NULL,  -- a hint where Kafka goes on; nothing rests on it
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (fold, partition)
);
CREATE TABLE IF NOT EXISTS parked (
    fold      text        NOT NULL,
    key       uuid        NOT NULL,
    position  bigint      NOT NULL,
    error     text,                    -- why the first one of the key failed; null behind it
    parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (fold, key, position)
);
"""


@dataclass(frozen=True)
class Place:
    """`position` is the last event folded of a partition, `next_offset` the hint where Kafka goes on."""

    position: int = 0
    next_offset: int = 0


def register(cursor: Cursor, fold: str, version: int, partitions: int) -> None:
    """Begin at the beginning, where the fold is new."""
    execute_values(
        cursor,
        "INSERT INTO fold_positions (fold, partition, version, position, next_offset) VALUES %s "
        "ON CONFLICT DO NOTHING",
        [(fold, partition, version, 0, 0) for partition in range(partitions)],
    )


def resize(cursor: Cursor, fold: str, version: int, partitions: int) -> None:
    """As many places as there are partitions, all of one version."""
    cursor.execute("DELETE FROM fold_positions WHERE fold = %s AND partition >= %s", (fold, partitions))
    register(cursor, fold, version, partitions)
    cursor.execute("UPDATE fold_positions SET version = %s WHERE fold = %s", (version, fold))


def lock(cursor: Cursor, fold: str) -> dict[int, Place]:
    """The fold's places, locked until the transaction ends: whoever moves them moves them alone."""
    cursor.execute(
        "SELECT partition, position, next_offset FROM fold_positions WHERE fold = %s "
        "ORDER BY partition FOR UPDATE",
        (fold,),
    )
    return {partition: Place(position, next_offset) for partition, position, next_offset in cursor.fetchall()}


def move(cursor: Cursor, fold: str, places: Mapping[int, Place]) -> None:
    execute_values(
        cursor,
        "UPDATE fold_positions AS p SET position = v.position, next_offset = v.next_offset, updated_at = now() "
        "FROM (VALUES %s) AS v (fold, partition, position, next_offset) "
        "WHERE p.fold = v.fold AND p.partition = v.partition",
        [(fold, partition, place.position, place.next_offset) for partition, place in places.items()],
    )


def stored_version(cursor: Cursor, fold: str) -> int | None:
    """The version of the fold whose rows the tables hold; None where there are none."""
    cursor.execute("SELECT min(version) FROM fold_positions WHERE fold = %s", (fold,))
    found = cursor.fetchone()
    return found[0] if found else None
