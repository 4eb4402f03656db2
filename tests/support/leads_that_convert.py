"""Leads in a log, of which bakers are qualified more often than smiths."""

from datetime import timedelta
from uuid import UUID

from domain import commands, interactions
from domain.customers import register
from domain.deals import Opening, win
from domain.leads import LEAD, LeadCaptured, qualify
from domain.ledger import Command
from gateways.log.ledger import PostgresLedger
from tests.support.facts import DAY, NOON, by, euros
from tests.support.log import CLOCK, number

LEADS = 120


def lead_of(place: int) -> tuple[UUID, UUID]:
    """The customer and the lead."""
    return number(1, place), number(7, place)


def tell_of_leads(ledger: PostgresLedger) -> None:
    """Two a day; each was written to up to three times before it was captured, and is called the day after."""
    told: list[Command] = []
    for place in range(LEADS):
        customer, lead = lead_of(place)
        at = NOON + place * DAY / 2
        baker = place % 3 != 0
        job = "baker" if baker else "smith"
        person = register(kind="person", attributes={"job": job, "age": 20 + place % 40})
        told.append(commands.register_customer(customer, person, by(now=CLOCK, occurred_at=at - 9 * DAY)))
        told += [
            _touch(number(8, place * 4 + n), customer, "email", at - n * DAY) for n in range(1, place % 4 + 1)
        ]
        told.append(
            commands.capture_lead(lead, customer, LeadCaptured(channel="web"), by(now=CLOCK, occurred_at=at))
        )
        told.append(_touch(number(8, place * 4), customer, "phone", at + DAY))
        if place % 5 in ((0, 1, 2) if baker else (0,)):
            then = by(now=CLOCK, occurred_at=at + timedelta(days=2))
            told.append(commands.tell(LEAD, lead, qualify, then))
    assert not [each for each in ledger.execute_all(told) if isinstance(each, Exception)]


def tell_of_deals(ledger: PostgresLedger) -> int:
    """Whoever was qualified is found to be one and the same buyer half a day later, whose deal, the lead's own, is
    won within two days; how many leads those are."""
    buyer = number(1, LEADS)
    told = [commands.register_customer(buyer, register(kind="person"), by(now=CLOCK, occurred_at=NOON - 9 * DAY))]
    found = [place for place in range(LEADS) if place % 5 in ((0, 1, 2) if place % 3 else (0,))]
    for place in found:
        at, deal = NOON + place * DAY / 2, number(9, place)
        then = by(now=CLOCK, occurred_at=at + timedelta(days=2.5))
        opening, lead = Opening(name="Seats", amount=euros(5)), lead_of(place)[1]
        told.append(commands.convert_lead(lead, then, customer_id=buyer, deal_id=deal, deal=opening))
        won = by(now=CLOCK, occurred_at=at + timedelta(days=4))
        told.append(commands.tell_deal(deal, lambda deal, pipelines: win(deal, pipelines=pipelines), won))
    assert not [each for each in ledger.execute_all(told) if isinstance(each, Exception)]
    return len(found)


def _touch(touch_id: UUID, customer: UUID, channel: str, at: object) -> Command:
    touched = interactions.record(channel=channel, direction="outbound")
    return commands.record_interaction(touch_id, customer, touched, by(now=CLOCK, occurred_at=at))  # type: ignore[arg-type]
