"""What becomes of an account: colleagues come and go, deals follow, orders repeat."""

from datetime import datetime, timedelta

from domain import commands
from domain.customers import CUSTOMER, Customer, CustomerProfileChanged, change_profile
from domain.ledger import Circumstances, Command
from gateways.demo.cast import Account, Casting, Member, Party
from gateways.demo.deal_plans import Plan, plan_deal
from gateways.demo.deal_stories import Ending, open_and_follow
from gateways.demo.market import IMPORT, WEB_FORM
from gateways.demo.order_stories import order_of_deal, repeat_orders
from gateways.demo.seasons import after
from gateways.demo.steps import Script
from gateways.demo.touchpoints import check_ins
from gateways.demo.words import ROLES

LATER_DEAL_WIN_RATE = 0.31
_DAYS_BETWEEN_DEALS = 135.0


def live_on(
    script: Script,
    casting: Casting,
    account: Account,
    since: datetime,
    *,
    first_deal: tuple[Plan, Ending] | None = None,
) -> None:
    """The story of an account from that moment on; one without a first deal buys already."""
    rng = script.rng
    if account.party.kind == "organisation" and rng.random() < 0.45:
        _colleague(script, casting, account, after(rng, since, rng.uniform(5, 120)))
    if rng.random() < 0.6:
        _change_profile(script, casting, account.party, after(rng, since, rng.uniform(20, 300)))
    buys_from = None if first_deal else since
    first = _delivered(script, *first_deal) if first_deal else None
    deals_from = first_deal[1].at if first_deal else since
    if won := [moment for moment in (first, _follow_ups(script, account, deals_from)) if moment]:
        buys_from = min(buys_from or won[0], *won)
    if buys_from:
        repeat_orders(script, account, buys_from, a_year=rng.gammavariate(3, 8), stays=0.993)
    check_ins(script, account, since, every=rng.uniform(7, 32))


def buyer_before(script: Script, casting: Casting) -> Account:
    """An account that the company had before it had this CRM."""
    rng = script.rng
    country, owner, name = casting.country(), casting.owner(), casting.company_name()
    account = Account(casting.organisation(name, country=country, owner=owner))
    at = after(rng, script.starts, rng.uniform(0, 4))
    enter(script, account.party, at, IMPORT, industry=casting.industry(), employees=rng.randint(8, 900))
    for _ in range(rng.choice((1, 1, 2, 2, 3))):
        person = casting.person(country=country, owner=owner, company=name)
        at += timedelta(seconds=rng.randint(1, 30))
        enter(script, person, at, IMPORT)
        join(script, account, person, at + timedelta(seconds=1), IMPORT)
    live_on(script, casting, account, at)
    return account


def shopper(script: Script, casting: Casting, at: datetime) -> Party:
    """A person who simply orders in the web shop, a few times or often; the person."""
    rng = script.rng
    person = casting.person(country=casting.country(), owner=casting.owner())
    account = Account(person)
    enter(script, person, at, WEB_FORM, newsletter=rng.random() < 0.5)
    repeat_orders(script, account, at, a_year=rng.gammavariate(2, 5), stays=0.93)
    check_ins(script, account, at, every=rng.uniform(40, 200))
    return person


def _follow_ups(script: Script, account: Account, since: datetime) -> datetime | None:
    """Later deals of the account, one after the other; when the first of them was won."""
    rng, at, first_won = script.rng, since, None
    while (at := after(rng, at, rng.expovariate(1 / _DAYS_BETWEEN_DEALS))) < script.ends:
        plan = plan_deal(script, account, at, win_rate=LATER_DEAL_WIN_RATE, first=rng.choice((0, 1, 1)))
        ending = open_and_follow(script, plan)
        first_won = first_won or _delivered(script, plan, ending)
    return first_won


def _delivered(script: Script, plan: Plan, ending: Ending) -> datetime | None:
    if ending.won is None:
        return None
    order_of_deal(script, plan.party, plan.id, ending.at, ending.won)
    return ending.at


def _colleague(script: Script, casting: Casting, account: Account, at: datetime) -> None:
    rng, party = script.rng, account.party
    person = casting.person(country=party.country, owner=party.owner, company=party.name)
    enter(script, person, at, party.owner)
    leaves = after(rng, at, rng.uniform(60, 400)) if rng.random() < 0.2 else None
    join(script, account, person, at + timedelta(seconds=40), party.owner, until=leaves)
    if leaves:

        def command(by: Circumstances) -> Command:
            return commands.leave_organisation(person.id, party.id, by)

        script.add(leaves, party.owner, command, person.stream, party.stream, reason="new job")


def enter(script: Script, party: Party, at: datetime, actor: str, **attributes: str | int | bool) -> None:
    registered = party.registered(**attributes)

    def command(by: Circumstances) -> Command:
        return commands.register_customer(party.id, registered, by)

    script.add(at, actor, command, party.stream)


def join(
    script: Script, account: Account, person: Party, at: datetime, actor: str, until: datetime | None = None
) -> None:
    role = script.rng.choice(ROLES)
    account.members.append(Member(person, at, until))

    def command(by: Circumstances) -> Command:
        return commands.join_organisation(person.id, account.party.id, role, by)

    script.add(at, actor, command, person.stream, account.party.stream)


def _change_profile(script: Script, casting: Casting, party: Party, at: datetime) -> None:
    phone = casting.phone(party.country)
    tier = script.rng.choice(("silver", "gold"))

    def changed(customer: Customer) -> CustomerProfileChanged:
        return change_profile(customer, phone=phone, attributes={"tier": tier})

    def command(by: Circumstances) -> Command:
        return commands.tell(CUSTOMER, party.id, changed, by)

    script.add(at, party.owner, command, party.stream, reason="told us by phone")
