"""Orders: of a deal that was won, and again and again; some go back."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from domain import commands
from domain.ledger import Circumstances, Command
from domain.money import Money, money
from domain.orders import ORDER, Order, OrderReturned, place, return_order
from gateways.demo.cast import Account, Party
from gateways.demo.deal_plans import priced
from gateways.demo.market import IMPORT, LATE_ORDERS, RETURNED, SUPPLIES, WEB_FORM
from gateways.demo.seasons import after, awake, in_season
from gateways.demo.steps import Script
from gateways.demo.touchpoints import touch

LATE_SHARE = 0.03
RETURN_SHARE = 0.09


def order_of_deal(script: Script, party: Party, deal_id: UUID, won_at: datetime, total: Money) -> None:
    at = after(script.rng, won_at, script.rng.uniform(0.5, 5))
    order(script, party, at, total, items=None, deal_id=deal_id, actor=party.owner)


def repeat_orders(script: Script, account: Account, since: datetime, *, a_year: float, stays: float) -> None:
    """Orders of supplies, more of them in busy months, until the buyer stays away: after each order some do."""
    rng, at = script.rng, since
    while rng.random() < stays:
        # A try may fall into a quiet month and come to nothing, hence more tries than orders.
        at += timedelta(days=max(rng.expovariate(a_year * 1.5 / 365), 0.05))
        if at >= script.ends:
            return
        if in_season(rng, at):
            _order_supplies(script, account, awake(rng, at + timedelta(days=1)))


def _order_supplies(script: Script, account: Account, at: datetime) -> None:
    rng, party = script.rng, account.party
    price, most = rng.choice(SUPPLIES)
    items = rng.randint(1, most)
    each = priced(price, party.country, digits=1).amount
    total = money(each * items, party.country.currency)
    if rng.random() < LATE_SHARE:
        told_at = at + timedelta(days=rng.uniform(15, 60))
        order(script, party, at, total, items, actor=IMPORT, told_at=told_at, reason=rng.choice(LATE_ORDERS))
        return
    actor = WEB_FORM if rng.random() < 0.8 else party.owner
    order_id = order(script, party, at, total, items, actor=actor)
    if rng.random() < RETURN_SHARE:
        _perhaps_in_parts(script, party, order_id, at, each, items, party.country.currency)
    elif rng.random() < 0.3:
        asked = at + timedelta(days=rng.uniform(1, 9))
        touch(script, account.contact(rng, asked) or party, asked, ("chat", "inbound", "Where is my order?"))


def order(
    script: Script,
    party: Party,
    at: datetime,
    total: Money,
    items: int | None,
    *,
    actor: str,
    deal_id: UUID | None = None,
    told_at: datetime | None = None,
    reason: str | None = None,
    order_id: UUID | None = None,
) -> UUID:
    made = order_id or script.new_id("order")
    placed = place(total=total, items=items, number=f"A-{at:%y%m%d}-{made.hex[-4:]}", deal_id=deal_id)

    def command(by: Circumstances) -> Command:
        return commands.place_order(made, party.id, placed, by)

    script.add(at, actor, command, (ORDER, made), told_at=told_at, reason=reason)
    return made


def _perhaps_in_parts(
    script: Script, party: Party, order_id: UUID, at: datetime, each: Decimal, items: int, currency: str
) -> None:
    """All of it, or a part, or two parts."""
    rng = script.rng
    first = items if items == 1 or rng.random() < 0.35 else rng.randint(1, items - 1)
    returned_at = after(rng, at, rng.uniform(3, 20))
    give_back(script, party.owner, order_id, returned_at, money(each * first, currency), rng.choice(RETURNED))
    if first < items and rng.random() < 0.15:
        returned_at = after(rng, returned_at, rng.uniform(1, 10))
        give_back(script, party.owner, order_id, returned_at, money(each, currency), rng.choice(RETURNED))
    touch(script, party, after(rng, returned_at, 0.1), ("email", "outbound", "Your return has arrived"))


def give_back(script: Script, actor: str, order_id: UUID, at: datetime, value: Money, because: str) -> None:
    def returned(order: Order) -> OrderReturned:
        return return_order(order, value=value, because=because)

    def command(by: Circumstances) -> Command:
        return commands.tell(ORDER, order_id, returned, by)

    script.add(at, actor, command, (ORDER, order_id))
