"""The rows that a rebuild replaced: kept under `…__old`, with their places, so that they can be switched back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

from projections.engine import parked, positions
from projections.engine.folding import Parking
from projections.engine.positions import Place

CREATE = """
CREATE TABLE IF NOT EXISTS kept (
    fold        text        PRIMARY KEY,
    version     int         NOT NULL,
    places      jsonb       NOT NULL,  -- [partition, position, next_offset], each
    waiting     jsonb       NOT NULL,  -- [key, position, error, stack] of what was parked, each
    replaced_at timestamptz NOT NULL DEFAULT now()
);
"""


@dataclass(frozen=True)
class Kept:
    """Rows of a version, and how far each partition had come."""

    version: int
    places: Mapping[int, Place]
    parked: tuple[Parking, ...]


def present(cursor: Cursor, fold: str, version: int) -> Kept:
    """What the live tables of a fold are, to be kept."""
    waiting = parked.waiting(cursor, fold)
    return Kept(version, positions.lock(cursor, fold), tuple(waiting))


def keep(cursor: Cursor, fold: str, kept: Kept) -> None:
    forget(cursor, fold)
    places = [[n, place.position, place.next_offset] for n, place in kept.places.items()]
    waiting = [[str(each.key), each.position, each.error, each.stack] for each in kept.parked]
    cursor.execute(
        "INSERT INTO kept (fold, version, places, waiting) VALUES (%s, %s, %s, %s)",
        (fold, kept.version, json.dumps(places), json.dumps(waiting)),
    )


def found(cursor: Cursor, fold: str) -> Kept | None:
    cursor.execute("SELECT version, places, waiting FROM kept WHERE fold = %s FOR UPDATE", (fold,))
    row = cursor.fetchone()
    if row is None:
        return None
    version, places, waiting = row
    return Kept(
        version,
        {partition: Place(position, offset) for partition, position, offset in places},
        tuple(Parking(UUID(key), position, *why) for key, position, *why in waiting),
    )


def forget(cursor: Cursor, fold: str) -> None:
    cursor.execute("DELETE FROM kept WHERE fold = %s", (fold,))
