"""Asks who shares blocks with whom, and compares them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import msgspec
from psycopg2.extensions import cursor as Cursor

from domain.customers import Customer, same_identifier
from domain.duplicates import IDENTIFIERS, DuplicateRules, Profile, Score, blocks, card_of, profile_of, score
from projections.duplicates.fold import DUPLICATES, Known
from projections.engine.reach import owned

MOST_MEMBERS = 100
"""A block with more members tells nobody apart, and is passed over."""

MOST_COMPARED = 200
"""Of more that share a block with one, those that share the most are compared."""

Allows = Callable[[str | None], bool]
"""Whether the customers of an owner are in sight."""

# One look into the index for each block, which ends after a member more than count.
_NEAR = """
WITH met AS MATERIALIZED (
  SELECT asked.place, asked.block, member.key, count(*) OVER (PARTITION BY asked.place, asked.block) AS members
  FROM unnest(%(places)s::int[], %(blocks)s::text[]) AS asked(place, block)
  CROSS JOIN LATERAL (
    SELECT key FROM duplicates_history h WHERE h.block = asked.block LIMIT %(most)s + 1
  ) member
), near AS (
  SELECT place, key, row_number() OVER (PARTITION BY place ORDER BY count(*) DESC, key) AS rank
  FROM met WHERE members <= %(most)s GROUP BY place, key
)
SELECT near.place, d.owner, d.state FROM near JOIN duplicates d USING (key) WHERE near.rank <= %(compared)s
UNION ALL
SELECT place, block, NULL FROM met WHERE members > %(most)s GROUP BY place, block
"""
_PAGE = """
SELECT state FROM duplicates
WHERE registered AND (%(after)s::uuid IS NULL OR key > %(after)s) AND (%(only)s::uuid IS NULL OR key = %(only)s)
  AND (%(owners)s::text[] IS NULL OR {owned})
ORDER BY key LIMIT %(limit)s
"""
_decoder = msgspec.json.Decoder(Known)


@dataclass(frozen=True)
class Candidate:
    """A customer that may be the one asked about; `same` names the identifiers that both have exactly alike."""

    customer: Customer
    score: Score
    same: tuple[str, ...]

    @property
    def id(self) -> UUID:
        return self.customer.id


@dataclass
class Near:
    """Who may be the one asked about, the likeliest first, and the blocks that were passed over."""

    candidates: list[Candidate] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


def candidates(cursor: Cursor, profiles: Sequence[Profile], rules: DuplicateRules) -> list[Near]:
    """Whom each of the profiles is compared with, in one statement for all of them.

    Nobody is left out for a low score; the customer whose profile it is may be among them.
    """
    keys = [sorted(blocks(profile, rules.paths)) for profile in profiles]
    asked = {
        "places": [place for place, blocks_of in enumerate(keys) for _ in blocks_of],
        "blocks": [block for blocks_of in keys for block in blocks_of],
        "most": MOST_MEMBERS,
        "compared": MOST_COMPARED,
    }
    cursor.execute(_NEAR, asked)
    found = [Near() for _ in profiles]
    cards = [card_of(profile, rules.card) for profile in profiles]
    for place, text, state in cursor.fetchall():
        if state is None:
            found[place].passed_over.append(text)
            continue
        customer = _customer(state)
        scored = score(cards[place], card_of(profile_of(customer, customer.custom_fields), rules.card))
        same = tuple(
            name
            for name in IDENTIFIERS
            if same_identifier(name, getattr(profiles[place], name), getattr(customer, name))
        )
        found[place].candidates.append(Candidate(customer, scored, same))
    for near in found:
        near.candidates.sort(key=lambda candidate: (-candidate.score.value, candidate.id))
        near.passed_over.sort()
    return found


def page(
    cursor: Cursor,
    *,
    after: UUID | None = None,
    only: UUID | None = None,
    owners: Collection[str] | None = None,
    past: bool = False,
    limit: int = 100,
) -> list[Customer]:
    """Customers in order of their ids, behind the id `after`; with `owners`, only those that are theirs now.

    `past`: of the rows of a past.
    """
    asked = {
        "after": after,
        "only": only,
        "owners": None if owners is None else sorted(owners),
        "limit": limit,
    }
    cursor.execute(_PAGE.format(owned=owned(DUPLICATES.name, past=past)), asked)
    return [_customer(state) for (state,) in cursor.fetchall()]


def owners_now(cursor: Cursor, customer_ids: Collection[UUID]) -> dict[UUID, str | None]:
    """Whose these customers are now, also where the cursor is one on the rows of a past."""
    cursor.execute(f"SELECT key, owner FROM read.{DUPLICATES.name} WHERE key = ANY(%s)", (list(customer_ids),))
    return dict(cursor.fetchall())


def _customer(state: bytes) -> Customer:
    customer = _decoder.decode(state).customer
    assert customer is not None, "who is not registered is in no block"
    return customer
