"""The first page of customers by score, against working out the score of every one; and one more event of a
customer with many.

`first_page`: 50 of 10,000 customers (100,000 with FULL=1), each with 1 to 25 events of two years, by the demo's
engagement model: half-lives, a cap, a window. The other side reads all states, scores them all and sorts.
`leads_of_one_owner`: the first page of the leads of one of 40 owners, by the score of their customers; each
customer has one.
`event_of_10000`: folding one event into the state of a customer who has 10,000, in microseconds.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import msgspec
from msgspec.structs import replace
from psycopg2.extensions import cursor as Cursor

from benchmarks.report import figure, full, in_turns
from benchmarks.setting import new_log, own_server, run
from domain.events import Event
from domain.facts import Fact
from domain.interactions import InteractionRecorded
from domain.leads import Lead, LeadCaptured
from domain.money import money
from domain.orders import OrderPlaced
from domain.scoring import Known, Scoring
from gateways.demo.scoring_models import ENGAGEMENT
from projections.engine.database import connect
from projections.engine.folding import Folded, folded
from projections.engine.schema import create_schema
from projections.engine.subquery import Subquery
from projections.engine.tables import Tables
from projections.leads.fold import LEADS
from projections.leads.listing import Wanted, leads_now
from projections.scores.fold import score_fold
from projections.scores.ranking import Cut, ranked

_BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
_HOURS = 730 * 24
_NOW = _BEGAN + timedelta(days=731)
_ID = UUID(int=1)
_EVENTS: tuple[Event, ...] = (
    InteractionRecorded(channel="email", direction="inbound"),
    InteractionRecorded(channel="meeting", direction="outbound"),
    LeadCaptured(channel="web"),
    OrderPlaced(total=money(Decimal(20), "EUR")),
)
_PAGE = 50
_SCORING = Scoring(ENGAGEMENT)
_FOLD = score_fold(ENGAGEMENT)


def main() -> None:
    customers = 100_000 if full() else 10_000
    with own_server() as (postgres, _):
        dsn = new_log(postgres, "scores")
        with closing(connect(dsn)) as connection, connection.cursor() as cursor:
            tables = Tables(_FOLD)
            tables.create_bare(cursor, temporary=True)
            tables.copy(cursor, list(_customers(customers)))
            tables.add_keys(cursor)
            create_schema(connection)
            leads: Tables[Lead] = Tables(LEADS)
            leads.create_bare(cursor)
            leads.copy(cursor, list(_leads(customers)))
            leads.add_keys(cursor)
            leads.index(cursor)
            cursor.execute("ANALYZE")
            page, of_owner, every = in_turns(
                lambda: _first_page(cursor),
                lambda: _first_page(cursor, leads_now(Wanted(owner=_owner(0)))),
                lambda: _all_of_them(cursor),
                rounds=5,
            )
    figure("scores", f"leads_of_one_owner_of_{customers}", ours=of_owner, unit="ms")
    figure("scores", f"first_page_of_{customers}", ours=page, theirs=every, unit="ms")
    figure("scores", "event_of_10000", ours=_of_many(), unit="µs")


def _customers(number: int) -> Iterator[tuple[UUID, Folded[Known]]]:
    random = Random(1)  # noqa: S311 - a history, not a secret
    for place in range(number):
        known: Known | None = None
        for position in range(1, random.choice((1, 3, 10, 25)) + 1):
            known = _SCORING.evolve(known, _fact(random.choice(_EVENTS), random.randrange(_HOURS), position))
        if known is not None:
            yield UUID(int=place + 1), folded(_FOLD, known, 1)


def _leads(number: int) -> Iterator[tuple[UUID, Folded[Lead]]]:
    for place in range(number):
        captured = _fact(LeadCaptured(channel="web", owner=_owner(place)), place % _HOURS, 1)
        fact = replace(captured, stream_id=UUID(int=place + 1), customer_id=UUID(int=place + 1))
        yield fact.stream_id, folded(LEADS, LEADS.evolve(None, fact), 1)


def _owner(place: int) -> str:
    return f"owner-{place % 40}"


def _fact(event: Event, hour: int, position: int) -> Fact:
    return Fact(
        stream_id=_ID,
        version=position,
        event=event,
        customer_id=_ID,
        occurred_at=_BEGAN + timedelta(hours=hour),
        actor="bench",
        source="bench",
        correlation_id=_ID,
        causation_id=_ID,
        position=position,
    )


def _first_page(cursor: Cursor, among: Subquery | None = None) -> float:
    begins = time.perf_counter()
    assert len(ranked(cursor, _SCORING, _NOW, Cut(limit=_PAGE), among=among)) == _PAGE
    return (time.perf_counter() - begins) * 1000


def _all_of_them(cursor: Cursor) -> float:
    begins = time.perf_counter()
    decoder = msgspec.json.Decoder(Known)
    cursor.execute(f"SELECT key, state FROM {_FOLD.name}")
    sorted((-_SCORING.score(decoder.decode(state), _NOW).value, key) for key, state in cursor.fetchall())[:_PAGE]
    return (time.perf_counter() - begins) * 1000


def _of_many() -> float:
    facts = [_fact(_EVENTS[1], number, number + 1) for number in range(10_000)]
    begins, known = time.perf_counter(), None
    for fact in facts:
        known = _SCORING.evolve(known, fact)
    return (time.perf_counter() - begins) / len(facts) * 1e6


if __name__ == "__main__":
    run(main)
