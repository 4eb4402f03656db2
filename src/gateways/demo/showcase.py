"""The records of the examples in the API's description, in a state in which each example works when pasted.

Of one seed for ever: whatever the history around them, these are the same.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID, uuid5

from domain import commands, tasks
from domain.deals import DEAL, Deal, LineItem, Opening, add_line_item
from domain.events import Event
from domain.interactions import record
from domain.leads import LEAD, LeadCaptured
from domain.ledger import Circumstances, Command
from domain.money import Money, money
from domain.pipelines import Pipelines
from domain.tasks import TASK
from gateways.demo.account_stories import enter, join
from gateways.demo.cast import Account, Party
from gateways.demo.consent_stories import agree, confirm, withdraw
from gateways.demo.deal_stories import change_to, expect_on, lose, move_to, tell_deal, win
from gateways.demo.lead_stories import workload
from gateways.demo.market import IMPORT, WEB_FORM
from gateways.demo.order_stories import give_back, order
from gateways.demo.steps import Script
from gateways.demo.touchpoints import check_ins, tell, touch
from gateways.demo.words import GERMANY, Country

# The same as in api.http.examples, which lies outside of what a gateway may import; a test compares them.
CUSTOMER_ID = UUID("0197a000-0000-7000-8000-000000000001")
ORGANISATION_ID = UUID("0197a000-0000-7000-8000-000000000002")
LEAD_ID = UUID("0197a000-0000-7000-8000-000000000003")
DEAL_ID = UUID("0197a000-0000-7000-8000-000000000004")
ORDER_ID = UUID("0197a000-0000-7000-8000-000000000005")
TASK_ID = UUID("0197a000-0000-7000-8000-000000000006")
LINE_ITEM_ID = UUID("0197a000-0000-7000-8000-0000000000a1")
OTHER_CUSTOMER_ID = UUID("0197a000-0000-7000-8000-000000000021")

OPENING_ID = uuid5(CUSTOMER_ID, "opening")
"""The first interaction of the history, at the moment at which it starts."""

CLOSING_ID = uuid5(CUSTOMER_ID, "closing")
"""The interaction that is told last: where it is, all of the history is."""

_FINLAND = Country("FI", "sv", "EUR", Decimal(1), "")
_INGRID = Party(CUSTOMER_ID, "person", "Ingrid Berg", _FINLAND, "Ann", "ingrid.berg@nordwall.example.com")
_INGRID_AGAIN = Party(OTHER_CUSTOMER_ID, "person", "I. Berg", _FINLAND, "Ben", "ingrid.berg@nordwall.example.com")
_NORDWALL = Party(uuid5(CUSTOMER_ID, "nordwall"), "organisation", "Nordwall Logistics", _FINLAND, "Ann")
_FJORD = Party(ORGANISATION_ID, "organisation", "Fjord Freight", GERMANY, "Ben")
_MEMBER = Party(
    uuid5(CUSTOMER_ID, "member"), "person", "Jonas Fjord", GERMANY, "Ben", "jonas@fjord-freight.example.com"
)
_MAJA = Party(uuid5(CUSTOMER_ID, "maja"), "person", "Maja Lind", GERMANY, "Ann", "maja.lind@lind-co.example.com")


def showcase(starts: datetime, ends: datetime) -> Script:
    script = Script(Random(1), CUSTOMER_ID, starts, ends)  # noqa: S311 - chance in a story, not in a secret
    _open(script)
    _consent(script)
    _won_deal(script)
    _lost_deal(script)
    _open_deal(script)
    _orders(script)
    _organisation(script)
    _lead(script)
    check_ins(script, Account(_INGRID), _day(script, 30), every=25)
    _late_meeting(script)
    bye = record(channel="email", direction="outbound", subject="Your week with us", campaign="product-news")
    tell(script, _INGRID, ends - timedelta(seconds=1), bye, actor=IMPORT, interaction_id=CLOSING_ID)
    return script


def _day(script: Script, number: int, hour: int = 9) -> datetime:
    """A working day so many days from the start, or where negative from the end."""
    day = (script.starts if number >= 0 else script.ends) + timedelta(days=number)
    return day - timedelta(days=max(day.weekday() - 4, 0)) + timedelta(hours=hour, minutes=number % 50)


def _open(script: Script) -> None:
    enter(script, _INGRID, script.starts, WEB_FORM)
    visit = record(channel="web", direction="inbound", subject="First visit", campaign="white-paper")
    tell(script, _INGRID, script.starts, visit, actor=WEB_FORM, interaction_id=OPENING_ID)
    enter(script, _INGRID_AGAIN, _day(script, 205), WEB_FORM)
    enter(script, _NORDWALL, _day(script, 12), "Ann", industry="logistics", employees=140)
    join(script, Account(_NORDWALL), _INGRID, _day(script, 12, 10), "Ann")


def _consent(script: Script) -> None:
    agree(script, _INGRID, _day(script, 1), "product-news", "email")
    confirm(script, _INGRID, _day(script, 2), "product-news", "email")
    agree(script, _INGRID, _day(script, 14), "surveys", "phone")
    confirm(script, _INGRID, _day(script, 14, 11), "surveys", "phone")
    withdraw(script, _INGRID, _day(script, -40), "surveys", "phone")


def _won_deal(script: Script) -> None:
    deal_id = uuid5(CUSTOMER_ID, "won")
    _open_a_deal(script, deal_id, _INGRID, _day(script, 40), "60 seats", _eur(7200), _date(script, 100))
    _move(script, deal_id, _day(script, 52), "qualification")
    _move(script, deal_id, _day(script, 70), "proposal")
    touch(script, _INGRID, _day(script, 71), ("email", "outbound", "Our proposal"), deal_id=deal_id)
    tell_deal(script, deal_id, _day(script, 78), "Ann", change_to(_eur(8400)), "more seats needed")
    _move(script, deal_id, _day(script, 92), "negotiation")
    tell_deal(script, deal_id, _day(script, 97), "Ann", expect_on(_date(script, 115)), "board meets later")
    tell_deal(script, deal_id, _day(script, 112), "Ann", win())
    order(script, _INGRID, _day(script, 115), _eur(8400), None, actor="Ann", deal_id=deal_id)


def _lost_deal(script: Script) -> None:
    deal_id = uuid5(CUSTOMER_ID, "lost")
    _open_a_deal(script, deal_id, _INGRID, _day(script, 300), "12 scanner kits", _eur(8280), _date(script, 350))
    _move(script, deal_id, _day(script, 320), "proposal")
    tell_deal(script, deal_id, _day(script, 347), "Ann", expect_on(_date(script, 380)), "waiting for the budget")
    tell_deal(script, deal_id, _day(script, 376), "Ann", expect_on(_date(script, 400)), "pilot extended")
    tell_deal(script, deal_id, _day(script, 396), "Ann", lose("price", "Globex"))


def _open_deal(script: Script) -> None:
    # The 15th: the day that the example changes it to is the last of a month.
    expected = (_date(script, -1).replace(day=1) + timedelta(days=70)).replace(day=15)
    _open_a_deal(script, DEAL_ID, _INGRID, _day(script, -34), "A second warehouse", _eur(22000), expected)
    _move(script, DEAL_ID, _day(script, -20), "qualification")
    tell_deal(script, DEAL_ID, _day(script, -16), "Ann", _with_seats)
    talk = ("meeting", "outbound", "Requirements workshop")
    touch(script, _INGRID, _day(script, -13), talk, deal_id=DEAL_ID, actor="Ann")
    _task(script)


def _task(script: Script) -> None:
    """Planned after the workshop, due in the week after the history ends, and not begun."""
    local = (_day(script, -1) + timedelta(days=7)).replace(hour=10, minute=30, tzinfo=None)
    due = tasks.due_at(local, "Europe/Stockholm")
    planned = tasks.plan(
        TASK_ID, title="Call about the offer", kind="call", owner="Ann", due=due, reminders=(15,), deal_id=DEAL_ID
    )

    def command(by: Circumstances) -> Command:
        return commands.plan_task(TASK_ID, CUSTOMER_ID, planned, by)

    script.add(_day(script, -12), "Ann", command, (TASK, TASK_ID))


def _with_seats(deal: Deal, _: Pipelines) -> tuple[Event, ...]:
    seats = LineItem(
        id=LINE_ITEM_ID, name="Seats", quantity=Decimal(150), unit_price=_eur(11), interval="month", term=12
    )
    return add_line_item(deal, seats)


def _orders(script: Script) -> None:
    for number, day in enumerate((150, 231, 322, 404, 497, 583)):
        order(script, _INGRID, _day(script, day), _eur("129.90"), 1 + number % 3, actor=WEB_FORM)
    order(
        script,
        _INGRID,
        _day(script, -60),
        _eur("258.00"),
        2,
        actor=IMPORT,
        told_at=_day(script, -28),
        reason="reported late by the partner",
    )
    placed = _day(script, -25)
    order(script, _INGRID, placed, _eur("389.70"), 9, actor=WEB_FORM, order_id=ORDER_ID)
    give_back(script, "Ann", ORDER_ID, _day(script, -12), _eur("43.30"), "wrong item")


def _organisation(script: Script) -> None:
    enter(script, _FJORD, _day(script, 200), "Ben", industry="logistics", employees=320)
    enter(script, _MEMBER, _day(script, 200, 10), "Ben")
    join(script, Account(_FJORD), _MEMBER, _day(script, 200, 11), "Ben")
    deal_id = uuid5(CUSTOMER_ID, "fjord")
    _open_a_deal(script, deal_id, _FJORD, _day(script, 260), "40 scanner kits", _eur(27600), _date(script, 330))
    _move(script, deal_id, _day(script, 290), "proposal")
    _move(script, deal_id, _day(script, 312), "negotiation")
    tell_deal(script, deal_id, _day(script, 326), "Ben", win())
    order(script, _FJORD, _day(script, 330), _eur(27600), 40, actor="Ben", deal_id=deal_id)


def _lead(script: Script) -> None:
    captured = LeadCaptured(
        channel="event", campaign="spring-fair", company="Lind & Co", interest="faster stocktaking", owner="Ann"
    )

    def command(by: Circumstances) -> Command:
        return commands.capture_lead(LEAD_ID, _MAJA.id, captured, by, person=_MAJA.registered())

    script.add(_day(script, -9), IMPORT, command, (LEAD, LEAD_ID), _MAJA.stream, workload("Ann"))
    talk = ("email", "outbound", "Following up on your enquiry")
    touch(script, _MAJA, _day(script, -5), talk, campaign="spring-fair", lead_id=LEAD_ID, actor="Ann")


def _late_meeting(script: Script) -> None:
    met = record(channel="meeting", direction="outbound", subject="Met at the fair", campaign="autumn-expo")
    told_at, why = _day(script, -45), "notes entered after the trip"
    tell(script, _INGRID, _day(script, -80), met, actor="Ann", told_at=told_at, reason=why)


def _open_a_deal(
    script: Script, deal_id: UUID, party: Party, at: datetime, name: str, amount: Money, expected: date
) -> None:
    opening = Opening(name=name, amount=amount, expected_close_date=expected, owner=party.owner, product="Seats")

    def command(by: Circumstances) -> Command:
        return commands.open_deal(deal_id, party.id, opening, by)

    script.add(at, party.owner, command, (DEAL, deal_id))


def _move(script: Script, deal_id: UUID, at: datetime, stage: str) -> None:
    tell_deal(script, deal_id, at, "Ann", move_to(stage))


def _date(script: Script, number: int) -> date:
    return _day(script, number).date()


def _eur(amount: int | str) -> Money:
    return money(Decimal(amount), "EUR")
