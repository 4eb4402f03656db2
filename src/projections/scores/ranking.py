"""Customers in the order of their scores at a moment, exact, whatever fades meanwhile.

SQL knows how high each score can be at most (`bound.py`), and hands out customers in that order; each score is
then worked out as everywhere. As soon as no customer that is still to come can be before the last one of the page,
the page is right. It reads the more rows the deeper the page lies, and the more the rules' windows let the bound
stray from the score; for a model that is learnt nothing is known beforehand, and all rows are read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import inf
from uuid import UUID

import msgspec
from psycopg2.extensions import cursor as Cursor

from domain.scoring import Known, Score, Scoring
from domain.scoring.counting import micros
from projections.scores.bound import bound_of
from projections.scores.fold import table_of

_decoder = msgspec.json.Decoder(Known)
_FIRST, _MORE, _MOST = 8, 4, 20_000
_CANDIDATES = """
SELECT key, state, bound FROM (SELECT key, state, {bound} AS bound FROM {table}) AS candidates
WHERE bound >= %(floor)s AND (bound < %(bound)s OR (bound = %(bound)s AND key > %(key)s))
ORDER BY bound DESC, key LIMIT %(size)s
"""
_FIRST_KEY = UUID(int=0)


@dataclass(frozen=True)
class Ranked:
    """A customer with its score."""

    customer_id: UUID
    score: Score

    @property
    def place(self) -> "Place":
        return (-self.score.value, self.customer_id)


Place = tuple[float, UUID]
"""Where a customer stands: behind higher scores, and of equal scores behind smaller ids."""


def ranked(
    cursor: Cursor,
    scoring: Scoring,
    at: datetime,
    *,
    table: str | None = None,
    at_least: float | None = None,
    band: str | None = None,
    after: Place | None = None,
    limit: int = 100,
) -> list[Ranked]:
    """A page of the customers with the highest scores first, behind a place. Customers of whom the model knows
    nothing are not there. The rows are in the `table`; in the model's own, where none is named."""
    found: list[Ranked] = []
    floor = -inf if at_least is None else at_least
    for candidate, bound in _candidates(cursor, scoring, table or table_of(scoring.model.id), at, floor, limit):
        fits = candidate.score.value >= floor and (band is None or candidate.score.band == band)
        if fits and (after is None or candidate.place > after):
            found.append(candidate)
        if bound is not None and len(found) >= limit:
            found = sorted(found, key=lambda each: each.place)[:limit]
            if found[-1].place <= (-bound, candidate.customer_id):
                break
    return sorted(found, key=lambda each: each.place)[:limit]


def _candidates(
    cursor: Cursor, scoring: Scoring, table: str, at: datetime, floor: float, limit: int
) -> Iterator[tuple[Ranked, float | None]]:
    """Customers, those first that can have the highest scores; with the bound, where a page of them ends."""
    sql = _CANDIDATES.format(bound=bound_of(scoring), table=table)
    size, bound, last = limit * _FIRST, inf, _FIRST_KEY
    while True:
        cursor.execute(sql, {"at": micros(at), "floor": floor, "bound": bound, "key": last, "size": size})
        rows = cursor.fetchall()
        for number, (key, state, highest) in enumerate(rows, 1):
            yield Ranked(key, scoring.score(_decoder.decode(state), at)), highest if number == len(rows) else None
        if len(rows) < size:
            return
        bound, last, size = rows[-1][2], rows[-1][0], min(_MOST, size * _MORE)
