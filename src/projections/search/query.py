"""Asks for records by what they are found by, the best first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

import msgspec
from psycopg2.extensions import cursor as Cursor

from projections.search.asked import Asked
from projections.search.likeness import NEAR_ENOUGH, likeness
from projections.search.record import CUSTOMERS, KINDS, Kind, Record

How = Literal["exact", "words", "similar"]
Owners = Mapping[str, Collection[str] | None]
"""Whose records are in sight, by permission's kind (customer, lead, deal); None for everybody's and nobody's."""

FEW = 20
"""Only where fewer records than these are found by the beginnings of words, and none by whole words, those that
are like what was written are looked for: who finds what he wrote has made no slip of the pen."""

_GROUPS = ("customer", "lead", "deal")
_decoder = msgspec.json.Decoder(Record)
_OWNED = "{row}.kind = ANY (%(kinds_of_{kind})s) AND {owner} = ANY (%(owners_{kind})s)"


def _in_sight(row: str, *, past: bool) -> str:
    """SQL, for a row of `search`: it is in sight. Of a row of the past, by whom its record is owned now."""
    owner = f"(SELECT now.owner FROM read.search AS now WHERE now.key = {row}.key)" if past else f"{row}.owner"
    ways = [_OWNED.format(row=row, kind=kind, owner=owner) for kind in _GROUPS]
    return f"({row}.kind = ANY (%(everywhere)s) OR {' OR '.join(ways)})"


# What is found as it was written, ranks from 0.5 to 1; what is only like it, below 0.45, and is ranked anew by who
# asks. Leads and deals of the best customers stand behind these.
_SEARCH = """
WITH precise AS MATERIALIZED (
    SELECT key, kind, customer_id, exact, exact OR whole AS whole,
           CASE WHEN exact THEN 1
                ELSE round((0.5 + CASE WHEN whole THEN 0.25 ELSE 0 END
                            + 0.2 * public.similarity(outline, %(outline)s))::numeric, 4) END AS rank
    FROM search, LATERAL (SELECT key = %(id)s::uuid IS TRUE OR words @@ %(exact)s::tsquery,
                                 words @@ %(whole)s::tsquery) AS meant (exact, whole)
    WHERE (words @@ %(any)s::tsquery OR key = %(id)s::uuid) AND kind = ANY (%(looked_in)s)
      AND {in_sight}
), few AS MATERIALIZED (
    SELECT count(*) < %(few)s AND bool_or(whole) IS NOT TRUE AND length(%(outline)s) > 2 AS few
    FROM precise
), alike AS MATERIALIZED (
    SELECT key, kind, customer_id,
           round(0.2 * (public.similarity(outline, %(outline)s)
                        + public.word_similarity(%(outline)s, outline))::numeric, 4) AS rank
    FROM search
    WHERE (SELECT few FROM few)
      AND (%(outline)s OPERATOR(public.<%%) outline OR words @@ %(jumbled)s::tsquery)
      AND kind = ANY (%(looked_in)s) AND {in_sight}
    ORDER BY rank DESC, key LIMIT 300
), own AS (
    SELECT key, kind, customer_id, rank, CASE WHEN exact THEN 'exact' ELSE 'words' END AS how FROM precise
    UNION ALL
    SELECT key, kind, customer_id, rank, 'similar' FROM alike
), theirs AS (
    SELECT behind.key, behind.kind, behind.customer_id, round(0.9 * own.rank, 4) AS rank, own.how
    FROM (SELECT * FROM own WHERE kind = ANY (%(customers)s) ORDER BY rank DESC, key LIMIT 200) AS own
    CROSS JOIN LATERAL (
        SELECT key, kind, customer_id FROM search
        WHERE customer_id = own.key AND kind IN ('lead', 'deal') AND {in_sight}
        ORDER BY key LIMIT 50) AS behind
), found AS (
    SELECT DISTINCT ON (key) key, kind, customer_id, rank, how, theirs FROM (
        SELECT key, kind, customer_id, rank, how, false AS theirs FROM own
        UNION ALL
        SELECT key, kind, customer_id, rank, how, true FROM theirs) AS each
    WHERE kind = ANY (%(wanted)s)
    ORDER BY key, rank DESC
)
SELECT found.key, found.kind, search.owner, search.title, found.customer_id, customer.title, found.rank, found.how,
       found.theirs, search.state
FROM found JOIN search ON search.key = found.key
LEFT JOIN search AS customer ON customer.key = found.customer_id AND {customer_in_sight}
WHERE found.how = 'similar' OR %(rank)s::numeric IS NULL
   OR found.rank < %(rank)s OR found.rank = %(rank)s AND found.key > %(after)s
ORDER BY found.rank DESC, found.key
LIMIT CASE WHEN (SELECT few FROM few) THEN 2000 ELSE %(limit)s END
"""
_STATEMENTS = {
    past: _SEARCH.format(
        in_sight=_in_sight("search", past=past), customer_in_sight=_in_sight("customer", past=past)
    )
    for past in (False, True)
}


@dataclass(frozen=True)
class Place:
    """Where a page ended: the rank and the id of its last record."""

    rank: float
    id: UUID


@dataclass(frozen=True)
class Hit:
    """A record that was found. `how`: by what is told once (an address, a number, an id), by its words, or by
    being like them; `theirs` says that it was its customer who was found. `customer` is that one's title, where
    it is in sight. `rank` is from 1 down, with four decimals."""

    id: UUID
    kind: Kind
    owner: str | None
    title: str | None
    customer_id: UUID
    customer: str | None
    rank: float
    how: How
    theirs: bool
    state: bytes

    @property
    def place(self) -> Place:
        return Place(self.rank, self.id)

    @property
    def record(self) -> Record:
        return _decoder.decode(self.state)


def search(
    cursor: Cursor,
    wanted: Asked,
    owners: Owners,
    *,
    kinds: Collection[Kind] = KINDS,
    after: Place | None = None,
    past: bool = False,
    limit: int = 50,
) -> list[Hit]:
    """A page of what is found, behind a place. One statement, whatever is found. `past`: of the rows of a past.

    Of each of the 200 best customers, 50 leads and deals; of what is only like it, the 300 nearest.
    """
    cursor.execute(_STATEMENTS[past], _parameters(wanted, owners, kinds, after, limit))
    hits = [_hit(row) for row in cursor.fetchall()]
    ranked = [hit if hit.how != "similar" else _ranked(hit, wanted.words) for hit in hits]
    ranked = [hit for hit in ranked if hit.rank > 0 and (after is None or _behind(hit, after))]
    return sorted(ranked, key=lambda hit: (-hit.rank, hit.id))[:limit]


def _parameters(
    wanted: Asked, owners: Owners, kinds: Collection[Kind], after: Place | None, limit: int
) -> dict[str, Any]:
    return {
        **{name: getattr(wanted, name) for name in ("exact", "whole", "outline", "jumbled", "id")},
        "any": f"{wanted.exact} | ({wanted.beginnings})",
        "everywhere": [kind for kind in KINDS if owners.get(group(kind), ()) is None],
        "customers": list(CUSTOMERS),
        **{f"kinds_of_{each}": [kind for kind in KINDS if group(kind) == each] for each in _GROUPS},
        **{f"owners_{each}": sorted(owners.get(each) or ()) for each in _GROUPS},
        "wanted": list(kinds),
        "looked_in": sorted({*kinds, *(CUSTOMERS if {"lead", "deal"} & set(kinds) else ())}),
        "rank": None if after is None else after.rank,
        "after": None if after is None else after.id,
        "few": FEW,
        "limit": limit,
    }


def _hit(row: Any) -> Hit:
    id_, kind, owner, title, customer_id, customer, rank, how, theirs, state = row
    return Hit(id_, kind, owner, title, customer_id, customer, float(rank), how, theirs, bytes(state))


def group(kind: str) -> str:
    """The kind as permissions know it."""
    return "customer" if kind in CUSTOMERS else kind


def _ranked(hit: Hit, words: Sequence[str]) -> Hit:
    near = likeness(words, (hit.customer if hit.theirs else hit.title) or "")
    rank = 0.4 * near * (0.9 if hit.theirs else 1)
    return replace(hit, rank=round(rank, 4) if near >= NEAR_ENOUGH else 0.0)


def _behind(hit: Hit, place: Place) -> bool:
    return (-hit.rank, hit.id) > (-place.rank, place.id)
