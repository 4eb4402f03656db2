"""Leads: captured, worked on, disqualified or qualified, converted, or simply gone quiet."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from domain import commands, leads
from domain.assignment import WORKLOAD, workload_id
from domain.customers import CUSTOMER
from domain.deals import DEAL
from domain.events import Event
from domain.leads import LEAD, Lead, LeadCaptured
from domain.leads.statuses import SHIPPED
from domain.ledger import Circumstances, Command
from gateways.demo.account_stories import live_on
from gateways.demo.cast import Account, Casting, Member, Party
from gateways.demo.deal_plans import plan_deal
from gateways.demo.deal_stories import follow
from gateways.demo.market import CAMPAIGNS, CHANNEL_SHARES, CHANNELS, DISQUALIFIED, IMPORT, INTERESTS, WEB_FORM
from gateways.demo.seasons import after
from gateways.demo.steps import Script, Touched
from gateways.demo.touchpoints import touch

_FIRST_CALLS = (
    ("phone", "outbound", "First call"), ("email", "outbound", "Following up on your enquiry"),
    ("email", "inbound", "Asked for prices"), ("web", "inbound", "Read a customer story"),
)  # fmt: skip
FIRST_DEAL_WIN_RATE = 0.26


def lead_story(script: Script, casting: Casting, at: datetime) -> Party:
    """From the first touch to the end, and on with the account where there comes one of it; the person."""
    rng = script.rng
    country, owner = casting.country(), casting.owner()
    company = casting.company_name() if rng.random() < 0.93 else None
    person = casting.person(country=country, owner=owner, company=company)
    lead_id = script.new_id("lead")
    campaign = capture(script, person, lead_id, at, company)
    decided_at = _work_on(script, person, lead_id, at, campaign)
    fate = rng.random()
    if fate < 0.27:
        because = rng.choice(DISQUALIFIED)
        disqualified = partial(leads.disqualify, because=because)
        tell_lead(script, lead_id, decided_at, owner, disqualified, workload(owner))
    elif fate < 0.82:
        _assess(script, lead_id, decided_at, owner, sure=fate < 0.6)
        tell_lead(script, lead_id, decided_at, owner, lambda lead: leads.qualify(lead, owner=owner))
        converted_at = after(rng, decided_at, rng.uniform(2, 25))
        if rng.random() < 0.74:
            _convert(script, casting, person, lead_id, converted_at, company)
        else:
            touch(script, person, converted_at, ("phone", "outbound", "Tried to reach"), lead_id=lead_id)
    elif fate < 0.91:
        again = decided_at + timedelta(days=90)
        put_off = partial(leads.recycle, recycle_at=again, now=decided_at)
        tell_lead(script, lead_id, decided_at, owner, put_off)
    else:
        tell_lead(script, lead_id, decided_at, owner, lambda lead: leads.move(lead, SHIPPED, status="working"))
    return person


def capture(script: Script, person: Party, lead_id: UUID, at: datetime, company: str | None) -> str | None:
    """Capture a lead of a new person; the campaign that it came by."""
    rng = script.rng
    channel = rng.choices(CHANNELS, CHANNEL_SHARES)[0]
    campaign = rng.choice(CAMPAIGNS.get(channel, (None,)))
    captured = LeadCaptured(
        channel=channel,
        campaign=campaign,
        company=company,
        interest=rng.choice(INTERESTS) if rng.random() < 0.7 else None,
        owner=person.owner,
    )
    registered = person.registered()

    def command(by: Circumstances) -> Command:
        return commands.capture_lead(lead_id, person.id, captured, by, person=registered)

    actor = {"web": WEB_FORM, "advert": WEB_FORM, "event": IMPORT}.get(channel, person.owner)
    script.add(at, actor, command, (LEAD, lead_id), person.stream, workload(person.owner))
    return campaign


def _work_on(script: Script, person: Party, lead_id: UUID, at: datetime, campaign: str | None) -> datetime:
    """The touchpoints after the capture; when it is clear what to make of the lead."""
    rng = script.rng
    thanked = at + timedelta(seconds=rng.randint(20, 90))
    thanks = ("email", "outbound", "Thank you for your interest")
    touch(script, person, thanked, thanks, campaign=campaign, lead_id=lead_id, actor=IMPORT)
    at = thanked
    for _ in range(rng.randint(1, 6)):
        at = after(rng, at, rng.expovariate(1 / 2.0))
        touch(script, person, at, rng.choice(_FIRST_CALLS), campaign=campaign, lead_id=lead_id)
    return after(rng, at, 0.2)


def _assess(script: Script, lead_id: UUID, at: datetime, owner: str, *, sure: bool) -> None:
    """What was found out by then: what they need, and where it is plain, who decides."""
    need = partial(leads.assess, framework="bant", element="need", answer="told us on the phone", confidence=2)
    tell_lead(script, lead_id, at, owner, need)
    if sure:
        decides = partial(
            leads.assess, framework="bant", element="authority", answer="decides alone", confidence=3
        )
        tell_lead(script, lead_id, at, owner, decides)


def _convert(
    script: Script, casting: Casting, person: Party, lead_id: UUID, at: datetime, company: str | None
) -> None:
    """Into an organisation with a deal; a person without a company buys alone."""
    if company is None:
        account = Account(person)
    else:
        organisation = casting.organisation(company, country=person.country, owner=person.owner)
        account = Account(organisation, [Member(person, script.starts)])
    plan = plan_deal(script, account, at, win_rate=FIRST_DEAL_WIN_RATE, first=script.rng.choice((0, 0, 1)))
    opening = plan.opening(lead_id)

    def command(by: Circumstances) -> Command:
        return commands.convert_lead(
            lead_id,
            by,
            organisation_id=account.party.id if company else None,
            organisation_name=company,
            deal_id=plan.id,
            deal=opening,
        )

    founded = [(CUSTOMER, account.party.id)] * 3 + [person.stream] if company else []
    # The person gets an owner, and goes on in the life cycle.
    made = [(DEAL, plan.id), *[person.stream] * 2, *founded, workload(person.owner)]
    script.add(at, person.owner, command, (LEAD, lead_id), *made)
    ending = follow(script, plan)
    live_on(script, casting, account, at, first_deal=(plan, ending))


def workload(owner: str) -> Touched:
    """Where it is counted how many open leads the owner has."""
    return WORKLOAD, workload_id(owner)


def tell_lead(
    script: Script,
    lead_id: UUID,
    at: datetime,
    actor: str,
    decide: Callable[[Lead], Event],
    *more: Touched,
) -> None:
    def command(by: Circumstances) -> Command:
        return commands.tell(LEAD, lead_id, decide, by)

    script.add(at, actor, command, (LEAD, lead_id), *more)
