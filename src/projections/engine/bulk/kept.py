"""The rows that a rebuild replaced: kept under `…__old`, with their places, so that they can be switched back.

What was parked of them waits under that name too."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg2.extensions import cursor as Cursor

from projections.engine import parked, positions
from projections.engine.positions import Place

CREATE = """
CREATE TABLE IF NOT EXISTS kept_rows (
    fold        text        PRIMARY KEY,
    version     int         NOT NULL,
    places      jsonb       NOT NULL,  -- [partition, position, next_offset, recorded_at], each
    replaced_at timestamptz NOT NULL DEFAULT now()
);
DO $$ BEGIN  -- A program of before kept what was parked in a table of its own, where it finds nothing from now on.
    IF to_regclass('kept') IS NOT NULL THEN
        INSERT INTO parked (fold, key, position, error, stack)
        SELECT fold || '__old', (each ->> 0)::uuid, (each ->> 1)::bigint, each ->> 2, each ->> 3
        FROM kept, jsonb_array_elements(waiting) AS each ON CONFLICT DO NOTHING;
        INSERT INTO kept_rows SELECT fold, version, places, replaced_at FROM kept ON CONFLICT DO NOTHING;
        DELETE FROM kept;
    END IF;
END $$;
"""


@dataclass(frozen=True)
class Kept:
    """Rows of a version, and how far each partition had come."""

    version: int
    places: Mapping[int, Place]


def kept_as(fold: str) -> str:
    """The name of the kept tables."""
    return f"{fold}__old"


def present(cursor: Cursor, fold: str, version: int) -> Kept:
    """What the live tables of a fold are, to be kept."""
    return Kept(version, positions.lock(cursor, fold))


def keep(cursor: Cursor, fold: str, kept: Kept) -> None:
    cursor.execute("DELETE FROM kept_rows WHERE fold = %s", (fold,))
    places = [
        [n, place.position, place.next_offset, place.recorded_at and place.recorded_at.isoformat()]
        for n, place in kept.places.items()
    ]
    cursor.execute(
        "INSERT INTO kept_rows (fold, version, places) VALUES (%s, %s, %s)",
        (fold, kept.version, json.dumps(places)),
    )


def found(cursor: Cursor, fold: str) -> Kept | None:
    cursor.execute("SELECT version, places FROM kept_rows WHERE fold = %s FOR UPDATE", (fold,))
    row = cursor.fetchone()
    if row is None:
        return None
    version, places = row
    return Kept(version, {partition: _place(*told) for partition, *told in places})


def _place(position: int, next_offset: int, recorded_at: str | None = None) -> Place:
    return Place(position, next_offset, datetime.fromisoformat(recorded_at) if recorded_at else None)


def forget(cursor: Cursor, fold: str) -> None:
    """Nothing is there any more that could be switched back."""
    cursor.execute("DELETE FROM kept_rows WHERE fold = %s", (fold,))
    parked.forget(cursor, kept_as(fold))
