"""How good scores are, measured in the tables of a replay."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
from psycopg2.extensions import cursor as Cursor

_BINS = 20
_GROUPS = 10
T = TypeVar("T", bound=msgspec.Struct)


class Bin(msgspec.Struct, frozen=True):
    """The customers whose scores lie from `at_least` to the next bin."""

    at_least: float
    customers: int


class BandCount(msgspec.Struct, frozen=True):
    """`customers` of the band, and how many of those that are judged had the outcome; None: below the lowest."""

    band: str | None
    customers: int
    judged: int
    outcomes: int


class Decile(msgspec.Struct, frozen=True):
    """A tenth of the judged, the highest scores first. `lift` is its share with the outcome, over that of all."""

    decile: int
    at_least: float
    customers: int
    outcomes: int
    lift: float | None


class Calibration(msgspec.Struct, frozen=True):
    """The judged whose score lies in a tenth of the way from 0 to 100: their mean score, and how many per cent had
    the outcome."""

    predicted: float
    observed: float
    customers: int


class Measures(msgspec.Struct, frozen=True):
    """`auc` is the chance that a customer with the outcome has a higher score than one without (ties count half);
    None where there are only such, or only such. `calibration` and `log_loss` are those of a predicted score."""

    mean: float
    histogram: tuple[Bin, ...]
    bands: tuple[BandCount, ...]
    deciles: tuple[Decile, ...]
    auc: float | None
    calibration: tuple[Calibration, ...] | None = None
    log_loss: float | None = None


def measure(cursor: Cursor, table: str, *, score: str, band: str, predicted: bool) -> Measures:
    """The measures of the scores in a column of a replay's table. There is at least one score."""
    names = {"table": table, "score": score, "band": band}
    return Measures(
        mean=_one(cursor, "SELECT avg({score}) FROM {table}", names),
        histogram=_all(cursor, Bin, _HISTOGRAM, names),
        bands=_all(cursor, BandCount, _BANDS, names),
        deciles=_all(cursor, Decile, _DECILES, names),
        auc=_one(cursor, _AUC, names),
        calibration=_all(cursor, Calibration, _CALIBRATION, names) if predicted else None,
        log_loss=_one(cursor, _LOG_LOSS, names) if predicted else None,
    )


_HISTOGRAM = f"""
WITH span AS (SELECT min({{score}}) AS low, max({{score}}) AS high FROM {{table}})
SELECT low + (high - low) / {_BINS} * bin, count(*)
FROM {{table}}, span, LATERAL (SELECT CASE WHEN high = low THEN 0 ELSE
    least({_BINS} - 1, floor(({{score}} - low) / (high - low) * {_BINS})) END AS bin) AS placed
WHERE {{score}} IS NOT NULL GROUP BY low, high, bin ORDER BY bin
"""
_BANDS = """
SELECT {band}, count(*), count(*) FILTER (WHERE judged), count(*) FILTER (WHERE judged AND outcome)
FROM {table} WHERE {score} IS NOT NULL GROUP BY {band} ORDER BY avg({score}) DESC
"""
# Equal scores in the order of a digest: ids grow with time, and the older customers would come first.
_DECILES = f"""
WITH judged AS (
    SELECT {{score}} AS score, outcome, ntile({_GROUPS}) OVER (ORDER BY {{score}} DESC, md5(key::text)) AS decile
    FROM {{table}} WHERE judged AND {{score}} IS NOT NULL
), base AS (SELECT avg(outcome::int)::float8 AS rate FROM judged)
SELECT decile, min(score), count(*), count(*) FILTER (WHERE outcome), avg(outcome::int)::float8 / nullif(rate, 0)
FROM judged, base GROUP BY decile, rate ORDER BY decile
"""
# Mann and Whitney: the ranks of those with the outcome, equal scores sharing theirs.
_AUC = """
WITH ranked AS (
    SELECT outcome, rank() OVER (ORDER BY {score}) + (count(*) OVER (PARTITION BY {score}) - 1) / 2.0 AS place
    FROM {table} WHERE judged AND {score} IS NOT NULL
), counted AS (
    SELECT count(*) FILTER (WHERE outcome) AS had, count(*) FILTER (WHERE NOT outcome) AS had_not,
           sum(place) FILTER (WHERE outcome) AS places FROM ranked
)
SELECT ((places - had * (had + 1) / 2.0) / nullif(had::numeric * had_not, 0))::float8 FROM counted
"""
_CALIBRATION = f"""
SELECT avg({{score}}), 100 * avg(outcome::int)::float8, count(*)
FROM {{table}} WHERE judged AND {{score}} IS NOT NULL
GROUP BY least({_GROUPS} - 1, floor({{score}} / {100 // _GROUPS})) ORDER BY avg({{score}})
"""
_LOG_LOSS = """
SELECT -avg(ln(CASE WHEN outcome THEN p ELSE 1 - p END))
FROM (SELECT outcome, least(1 - 1e-15, greatest(1e-15, {score} / 100)) AS p
      FROM {table} WHERE judged AND {score} IS NOT NULL) AS predicted
"""


def _all(cursor: Cursor, kind: type[T], sql: str, names: dict[str, str]) -> tuple[T, ...]:
    cursor.execute(sql.format(**names))
    return tuple(kind(*row) for row in cursor.fetchall())


def _one(cursor: Cursor, sql: str, names: dict[str, str]) -> Any:
    cursor.execute(sql.format(**names))
    found: Sequence[Any] | None = cursor.fetchone()
    return found[0] if found else None
