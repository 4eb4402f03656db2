"""What a replay found."""

from datetime import datetime

import msgspec
from psycopg2.extensions import cursor as Cursor

from domain.scoring.replaying import Replay
from projections.replays.comparing import Comparison, with_live
from projections.replays.measures import Measures, measure


class Run(msgspec.Struct, frozen=True):
    """How it was worked out: from so many events, all up to `position`; how long that took, and what share of the
    time went into reading the log. `left_out` customers have events that could not be read. `resumed`: a part of
    it was done before, by one that died."""

    position: int
    events: int
    seconds: float
    reading_share: float
    left_out: int
    resumed: bool


class Report(msgspec.Struct, frozen=True):
    """Of `customers` that were there by then, `judged` are those that lift and AUC are counted among, and
    `outcomes` those of them that had the outcome; `over` says whether the time for one was over. `live` and
    `changes` are None where no model was live."""

    run: Run
    customers: int
    judged: int
    outcomes: int
    over: bool
    tried: Measures
    live: Measures | None
    changes: Comparison | None


class NobodyScored(Exception):
    """By then there was nobody."""


def report(cursor: Cursor, table: str, asked: Replay, run: Run, now: datetime) -> Report:
    """Raises:
    NobodyScored
    """
    cursor.execute(
        f"SELECT count(*), count(*) FILTER (WHERE judged), count(*) FILTER (WHERE judged AND outcome) "
        f"FROM {table} WHERE score IS NOT NULL"
    )
    customers, judged, outcomes = cursor.fetchone() or (0, 0, 0)
    if not customers:
        raise NobodyScored(f"by {asked.as_of.isoformat()} there was nobody to be scored")
    live = asked.live
    return Report(
        run=run,
        customers=customers,
        judged=judged,
        outcomes=outcomes,
        over=asked.until <= now,
        tried=measure(cursor, table, score="score", band="band", predicted=asked.model.predictive is not None),
        live=None
        if live is None
        else measure(
            cursor, table, score="live_score", band="live_band", predicted=live.model.predictive is not None
        ),
        changes=None if live is None else with_live(cursor, table),
    )
