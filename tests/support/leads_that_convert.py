"""Leads in a log, of which bakers are qualified more often than smiths."""

from datetime import timedelta
from uuid import UUID

from domain import commands, interactions
from domain.customers import register
from domain.leads import LEAD, LeadCaptured, qualify
from domain.ledger import Command
from gateways.log.ledger import PostgresLedger
from tests.support.facts import DAY, NOON, by
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


def _touch(touch_id: UUID, customer: UUID, channel: str, at: object) -> Command:
    touched = interactions.record(channel=channel, direction="outbound")
    return commands.record_interaction(touch_id, customer, touched, by(now=CLOCK, occurred_at=at))  # type: ignore[arg-type]
