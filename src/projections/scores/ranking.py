"""Customers, or records of theirs, in the order of the customers' scores at a moment, exact, whatever fades
meanwhile.

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
from projections.engine.subquery import Subquery
from projections.scores.bound import bound_of
from projections.scores.fold import table_of

_decoder = msgspec.json.Decoder(Known)
_FIRST, _MORE, _MOST = 8, 4, 20_000
_CANDIDATES = """
SELECT id, key, state, bound FROM (SELECT {id} AS id, key, state, {bound} AS bound FROM {rows}) AS candidates
WHERE bound >= %(floor)s AND (bound < %(bound)s OR (bound = %(bound)s AND id > %(behind)s))
ORDER BY bound DESC, id LIMIT %(size)s
"""
_JOINED = "{table} JOIN ({among}) AS among (id, customer_id) ON among.customer_id = key"
_FIRST_ID = UUID(int=0)


@dataclass(frozen=True)
class Ranked:
    """A record with the score of its customer; `id` is the customer's own where customers are ranked."""

    id: UUID
    customer_id: UUID
    score: Score

    @property
    def place(self) -> "Place":
        return (-self.score.value, self.id)


Place = tuple[float, UUID]
"""Where a record stands: behind higher scores, and of equal scores behind smaller ids."""


@dataclass(frozen=True)
class Cut:
    """Which of the ranked are asked for: those with such a score at least, those in a band; so many, behind a
    place."""

    at_least: float | None = None
    band: str | None = None
    after: Place | None = None
    limit: int = 100


_FIRST_PAGE = Cut()


def ranked(
    cursor: Cursor,
    scoring: Scoring,
    at: datetime,
    cut: Cut = _FIRST_PAGE,
    *,
    table: str | None = None,
    among: Subquery | None = None,
) -> list[Ranked]:
    """A page of the customers with the highest scores first; or of the records that `among` tells: their ids, and
    whose they are. Customers of whom the model knows nothing are not there. The rows are in the `table`; in the
    model's own, where none is named."""
    found: list[Ranked] = []
    floor, limit = -inf if cut.at_least is None else cut.at_least, cut.limit
    rows = table or table_of(scoring.model.id)
    for candidate, bound in _candidates(cursor, scoring, rows, among, at, floor, limit):
        fits = candidate.score.value >= floor and (cut.band is None or candidate.score.band == cut.band)
        if fits and (cut.after is None or candidate.place > cut.after):
            found.append(candidate)
        if bound is not None and len(found) >= limit:
            found = sorted(found, key=lambda each: each.place)[:limit]
            if found[-1].place <= (-bound, candidate.id):
                break
    return sorted(found, key=lambda each: each.place)[:limit]


def _candidates(
    cursor: Cursor,
    scoring: Scoring,
    table: str,
    among: Subquery | None,
    at: datetime,
    floor: float,
    limit: int,
) -> Iterator[tuple[Ranked, float | None]]:
    """Those first that can have the highest scores; with the bound, where a page of them ends."""
    id_, source = ("among.id", _JOINED.format(table=table, among=among.sql)) if among else ("key", table)
    sql = _CANDIDATES.format(id=id_, bound=bound_of(scoring), rows=source)
    asked = {**(among.params if among else {}), "at": micros(at), "floor": floor}
    size, bound, behind = limit * _FIRST, inf, _FIRST_ID
    while True:
        cursor.execute(sql, {**asked, "bound": bound, "behind": behind, "size": size})
        rows = cursor.fetchall()
        for number, (id_, key, state, highest) in enumerate(rows, 1):
            score = scoring.score(_decoder.decode(state), at)
            yield Ranked(id_, key, score), highest if number == len(rows) else None
        if len(rows) < size:
            return
        bound, behind, size = rows[-1][3], rows[-1][0], min(_MOST, size * _MORE)
