"""How far each fold has come, by partition; kept beside the read model and moved in its transactions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import execute_values

from projections.engine import database
from projections.engine.columns import added
from projections.engine.histories import STRANGE, Mark

PARKED = """
    fold      text        NOT NULL,
    key       uuid        NOT NULL,
    position  bigint      NOT NULL,
    error     text,                    -- why the first one of the key failed; null behind it
    stack     text,                    -- where it failed
    parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (fold, key, position)
"""
CREATE = f"""
CREATE TABLE IF NOT EXISTS fold_positions (
    fold        text        NOT NULL,
    partition   int         NOT NULL,
    version     int         NOT NULL,
    position    bigint      NOT NULL,  -- the last event folded
    recorded_at timestamptz,           -- and when it was recorded: another history has none of then
    next_offset bigint      NOT NULL,  -- a hint where Kafka goes on; nothing rests on it
    updated_at  timestamptz NOT NULL DEFAULT now(),
    epoch       bigint      NOT NULL DEFAULT 0,  -- who takes the partition over raises it
    PRIMARY KEY (fold, partition)
);
CREATE TABLE IF NOT EXISTS parked ({PARKED});
{added("fold_positions", "epoch", "bigint NOT NULL DEFAULT 0")}
{added("parked", "stack", "text")}
{added("fold_positions", "recorded_at", "timestamptz")}
"""


@dataclass(frozen=True)
class Place:
    """`position` is the last event folded of a partition, recorded at `recorded_at` (None where nobody noted it),
    `next_offset` the hint where Kafka goes on."""

    position: int = 0
    next_offset: int = 0
    recorded_at: datetime | None = None

    @property
    def mark(self) -> Mark:
        return self.position, self.recorded_at

    def upto(self, position: int, recorded_at: datetime | None) -> "Place":
        """That position, where it has not come so far."""
        return self if self.position >= position else Place(position, self.next_offset, recorded_at)


@dataclass(frozen=True)
class Claimed:
    """A place that is ours; whether anything of the fold is parked, and whether the fold is paused."""

    fold: str
    partition: int
    place: Place
    version: int
    parked: bool
    paused: bool


Claims = Mapping[str, Mapping[int, int]]
"""The epochs under which a process writes, by fold and partition."""

_OURS = """
fold_positions p JOIN unnest(%s::text[], %s::int[], %s::bigint[]) AS ours (fold, partition, epoch)
USING (fold, partition, epoch)
"""
# A place that was moved while the statement waited is read anew, what is parked is not: it may have been switched.
_LOCK_CLAIMED = f"""
SELECT p.fold, p.partition, p.version, p.position, p.next_offset, p.recorded_at,
       EXISTS (SELECT FROM parked k WHERE k.fold = p.fold) OR p.updated_at IS DISTINCT FROM
           (SELECT q.updated_at FROM fold_positions q WHERE q.fold = p.fold AND q.partition = p.partition),
       EXISTS (SELECT FROM pauses s WHERE s.fold = p.fold AND s.version = p.version AND s.resumed_at IS NULL)
FROM {_OURS} ORDER BY p.fold, p.partition FOR UPDATE OF p SKIP LOCKED
"""
_OF_ANOTHER_HISTORY = f"""
SELECT DISTINCT p.fold FROM fold_positions AS p LEFT JOIN crm.events AS e ON e.notification_id = p.position
WHERE p.fold = ANY (%s) AND p.position > 0 AND {STRANGE.format(known="p")}
"""


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


def forget(cursor: Cursor, fold: str) -> None:
    """The fold is as if it had never been there."""
    cursor.execute("DELETE FROM fold_positions WHERE fold = %s", (fold,))


def lock(cursor: Cursor, fold: str) -> dict[int, Place]:
    """The fold's places, locked until the transaction ends: whoever moves them moves them alone."""
    database.lock(
        cursor,
        "SELECT partition, position, next_offset, recorded_at FROM fold_positions WHERE fold = %s "
        "ORDER BY partition FOR UPDATE",
        (fold,),
    )
    return {partition: Place(*place) for partition, *place in cursor.fetchall()}


def move(cursor: Cursor, fold: str, places: Mapping[int, Place]) -> None:
    advance(cursor, {fold: places})


def claim(cursor: Cursor, fold: str, partitions: Iterable[int]) -> dict[int, int]:
    """Take partitions over from whoever had them: the epochs, under which we alone write from now on.

    Those whose places somebody is just moving are left out; ask again.
    """
    cursor.execute(
        "UPDATE fold_positions AS p SET epoch = epoch + 1 FROM ("
        "  SELECT partition FROM fold_positions WHERE fold = %s AND partition = ANY(%s) "
        "  ORDER BY partition FOR UPDATE SKIP LOCKED"
        ") AS free WHERE p.fold = %s AND p.partition = free.partition RETURNING p.partition, p.epoch",
        (fold, list(partitions), fold),
    )
    return dict(cursor.fetchall())


def lock_claimed(cursor: Cursor, claims: Claims) -> list[Claimed]:
    """The places that are still ours, locked until the transaction ends; not those that somebody is moving."""
    cursor.execute(_LOCK_CLAIMED, _columns(claims))
    return [
        Claimed(fold, partition, Place(*place), version, parked, paused)
        for fold, partition, version, *place, parked, paused in cursor.fetchall()
    ]


def still_ours(cursor: Cursor, claims: Claims) -> set[tuple[str, int]]:
    """Those of the claimed partitions that nobody took over, whether or not somebody moves their places."""
    cursor.execute(f"SELECT p.fold, p.partition FROM {_OURS}", _columns(claims))
    return set(cursor.fetchall())


def places(cursor: Cursor, folds: Iterable[str]) -> dict[str, dict[int, Place]]:
    """How far some folds have come; not locked."""
    cursor.execute(
        "SELECT fold, partition, position, next_offset, recorded_at FROM fold_positions WHERE fold = ANY(%s)",
        (list(folds),),
    )
    found: dict[str, dict[int, Place]] = {}
    for fold, partition, *place in cursor.fetchall():
        found.setdefault(fold, {})[partition] = Place(*place)
    return found


def of_another_history(cursor: Cursor, folds: Iterable[str]) -> set[str]:
    """Those of the folds that hold an event that the log does not have: it was restored."""
    cursor.execute(_OF_ANOTHER_HISTORY, (list(folds),))
    return {fold for (fold,) in cursor.fetchall()}


def advance(cursor: Cursor, reached: Mapping[str, Mapping[int, Place]]) -> None:
    """Move the places of several folds at once."""
    execute_values(
        cursor,
        "UPDATE fold_positions AS p SET position = v.position, next_offset = v.next_offset, "
        "recorded_at = v.recorded_at::timestamptz, updated_at = now() "
        "FROM (VALUES %s) AS v (fold, partition, position, next_offset, recorded_at) "
        "WHERE p.fold = v.fold AND p.partition = v.partition",
        [
            (fold, partition, place.position, place.next_offset, place.recorded_at)
            for fold, places in reached.items()
            for partition, place in places.items()
        ],
        page_size=10_000,
    )


def stored_version(cursor: Cursor, fold: str) -> int | None:
    """The version of the fold whose rows the tables hold; None where there are none."""
    cursor.execute("SELECT min(version) FROM fold_positions WHERE fold = %s", (fold,))
    found = cursor.fetchone()
    return found[0] if found else None


def _columns(claims: Claims) -> tuple[list[str], list[int], list[int]]:
    rows = [(fold, partition, epoch) for fold, epochs in claims.items() for partition, epoch in epochs.items()]
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]
