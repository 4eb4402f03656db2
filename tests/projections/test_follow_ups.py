"""Which leads wait for somebody to come back to them, and since when."""

from datetime import datetime
from uuid import UUID, uuid4

from psycopg2.extensions import cursor as Cursor

from domain import commands
from domain.interactions import record
from domain.leads import LEAD, LeadCaptured, LeadReleased, disqualify
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.engine.bulk.what_if import scratch
from projections.follow_ups.fold import FOLLOW_UPS, FollowUps, evolve
from projections.follow_ups.query import next_waiting_after, waiting_leads
from tests.support.facts import DAY, LEAD_ID, NOON, by, fact
from tests.support.told import register_person

OWNED = LeadCaptured(channel="web", owner="ann")


def captured(ledger: PostgresLedger, customer_id: UUID, owner: str | None = "ann", at: datetime = NOON) -> UUID:
    lead_id = uuid4()
    lead = LeadCaptured(channel="web", owner=owner)
    ledger.execute(commands.capture_lead(lead_id, customer_id, lead, by(now=at)))
    return lead_id


def spoken(ledger: PostgresLedger, customer_id: UUID, at: datetime, lead_id: UUID | None = None) -> None:
    told = record(channel="phone", direction="outbound", lead_id=lead_id)
    ledger.execute(commands.record_interaction(uuid4(), customer_id, told, by(now=at)))


def person(ledger: PostgresLedger) -> UUID:
    customer_id = uuid4()
    ledger.execute(register_person(customer_id))
    return customer_id


def found(cursor: Cursor, since: datetime, *, at_once: int = 500) -> dict[UUID, datetime]:
    return {lead.id: lead.since for page in waiting_leads(cursor, since, at_once=at_once) for lead in page}


def test_a_lead_waits_since_it_was_captured_assigned_or_spoken_of() -> None:
    one = evolve(None, fact(OWNED, stream_id=LEAD_ID))
    two = evolve(one, fact(record(channel="phone", direction="outbound"), stream_id=uuid4(), at=NOON + DAY))
    late = evolve(two, fact(record(channel="email", direction="inbound"), stream_id=uuid4(), at=NOON - DAY))
    gone = evolve(late, fact(LeadReleased(previous="ann", because="by hand"), stream_id=LEAD_ID, version=2))

    assert [state.waiting() for state in (one, two, late)] == [
        {LEAD_ID: NOON},
        {LEAD_ID: NOON + DAY},
        {LEAD_ID: NOON + DAY},
    ]
    assert gone.waiting() == {}
    assert FOLLOW_UPS.row(two) == (NOON + DAY,)
    assert FOLLOW_UPS.row(gone) == FOLLOW_UPS.row(FollowUps()) == (None,)


def test_what_waits_too_long_is_found_page_by_page(ledger: PostgresLedger, reader: LogReader, dsn: str) -> None:
    people = [person(ledger) for _ in range(5)]
    leads = [captured(ledger, customer, at=NOON + place * DAY) for place, customer in enumerate(people)]
    second = captured(ledger, people[0])
    captured(ledger, person(ledger), owner=None)
    ended = captured(ledger, person(ledger))
    ledger.execute(commands.tell(LEAD, ended, lambda lead: disqualify(lead, because="spam"), by()))

    with scratch(dsn, FOLLOW_UPS, reader) as cursor:
        assert found(cursor, NOON + 2 * DAY, at_once=2) == {
            leads[0]: NOON,
            second: NOON,
            leads[1]: NOON + DAY,
            leads[2]: NOON + 2 * DAY,
        }
        assert next_waiting_after(cursor, NOON + 2 * DAY) == NOON + 3 * DAY
        assert next_waiting_after(cursor, NOON + 9 * DAY) is None


def test_interactions_count_that_name_the_lead_or_its_customer(
    ledger: PostgresLedger, reader: LogReader, dsn: str
) -> None:
    alone, talked, colleague = person(ledger), person(ledger), person(ledger)
    forgotten, spoken_with, named = (captured(ledger, each) for each in (alone, talked, alone))
    spoken(ledger, talked, NOON + DAY)
    spoken(ledger, colleague, NOON + DAY, lead_id=named)

    with scratch(dsn, FOLLOW_UPS, reader) as cursor:
        assert set(found(cursor, NOON)) == {forgotten}
        later = {lead.id: lead.followed_up_at for page in waiting_leads(cursor, NOON + DAY) for lead in page}

    assert later == {forgotten: None, spoken_with: NOON + DAY, named: NOON + DAY}
