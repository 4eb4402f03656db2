"""The breaker: when much fails at once, the fold is at fault, not the keys. It is paused, and nothing more parked.

A paused fold stands still and is answered from as it is; the other folds go on. It goes on when somebody resumes
it, or with another version of it.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg2.extensions import cursor as Cursor

KEYS_AT_ONCE = 50
WITHIN_SECONDS = 60
# Of a fold with few keys, a handful is soon one in a hundred.
PER_CENT, AT_LEAST = 1, 20

CREATE = """
CREATE TABLE IF NOT EXISTS pauses (
    fold       text        PRIMARY KEY,
    version    int         NOT NULL,
    why        text        NOT NULL,
    paused_at  timestamptz NOT NULL DEFAULT now(),
    resumed_at timestamptz            -- what was parked before counts no more
);
"""


@dataclass(frozen=True)
class Pause:
    """Why a version of a fold stands still, and since when."""

    fold: str
    version: int
    why: str
    paused_at: datetime


def verdict(cursor: Cursor, fold: str, failing: AbstractSet[UUID]) -> str | None:
    """Why the fold is to be paused rather than that these keys are parked too; None where they may be.

    More than 50 keys within 60 s, or more than 1 % of all keys and not only a handful.
    """
    cursor.execute(
        "SELECT key, parked_at > now() - %s * interval '1 second' FROM parked "
        "WHERE fold = %s AND error IS NOT NULL "
        "AND parked_at > coalesce((SELECT resumed_at FROM pauses WHERE fold = %s), '-infinity')",
        (WITHIN_SECONDS, fold, fold),
    )
    before = cursor.fetchall()
    lately = {key for key, late in before if late} | failing
    if len(lately) > KEYS_AT_ONCE:
        return f"{len(lately)} keys failed within {WITHIN_SECONDS} s"
    waiting = {key for key, _ in before} | failing
    if len(waiting) < AT_LEAST:
        return None
    enough = len(waiting) * 100 // PER_CENT
    cursor.execute(f"SELECT count(*) FROM (SELECT FROM {fold} LIMIT %s) AS keys", (enough,))
    found = cursor.fetchone()
    if found and found[0] < enough:
        return f"{len(waiting)} keys of about {found[0] + len(failing)} failed"
    return None


def pause(cursor: Cursor, fold: str, version: int, why: str) -> None:
    cursor.execute(
        "INSERT INTO pauses (fold, version, why) VALUES (%s, %s, %s) ON CONFLICT (fold) DO UPDATE SET "
        "version = excluded.version, why = excluded.why, paused_at = now(), resumed_at = NULL",
        (fold, version, why),
    )


def resume(cursor: Cursor, fold: str) -> bool:
    """Whether it was paused."""
    cursor.execute("UPDATE pauses SET resumed_at = now() WHERE fold = %s AND resumed_at IS NULL", (fold,))
    return cursor.rowcount > 0


def listed(cursor: Cursor) -> list[Pause]:
    """The folds whose present version is paused."""
    cursor.execute(
        "SELECT fold, version, why, paused_at FROM pauses s WHERE resumed_at IS NULL AND EXISTS "
        "(SELECT FROM fold_positions p WHERE p.fold = s.fold AND p.version = s.version) ORDER BY fold"
    )
    return [Pause(*row) for row in cursor.fetchall()]


def forget(cursor: Cursor, fold: str) -> None:
    cursor.execute("DELETE FROM pauses WHERE fold = %s", (fold,))
