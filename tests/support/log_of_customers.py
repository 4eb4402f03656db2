"""Leads worked on, customers identified and linked, custom fields: more of a company's history by chance."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any, get_args
from uuid import UUID

from domain import commands, customers, leads
from domain.commands import NamedIdentifier
from domain.custom_fields import CUSTOM_FIELDS, RecordKind, TextField, define_field
from domain.customers import CUSTOMER
from domain.customers.refusals import NothingChanges
from domain.deals import Opening
from domain.identifiers import KINDS, IdentifierKind
from domain.leads import LEAD, LeadCaptured
from domain.leads.statuses import SHIPPED
from domain.ledger import Circumstances, Command
from gateways.log.ledger import PostgresLedger
from tests.support.facts import NOON, by, euros
from tests.support.log import CLOCK, number

_LEADS = 40
_MOVES = [status.id for status in SHIPPED.statuses if status.type in ("working", "nurturing")]


def tell_of_customers_by_chance(ledger: PostgresLedger, seed: int, steps: int, there: int = 5) -> None:
    """More of the history of the same customers; what the rules refuse is left out."""
    random = Random(seed)  # noqa: S311 - a history, not a secret
    told = [_defined(kind) for kind in get_args(RecordKind)]
    told += [_captured(place, random.randrange(there)) for place in range(_LEADS)]
    for step in range(steps):
        at = NOON + timedelta(hours=6 * step)
        told.append(random.choice(_CHOICES)(random, there, _late(random, at)))
    # Of a chance of their own: what else happens stays as it was without them.
    random = Random(-seed - 1)  # noqa: S311
    for step in range(steps // 5):
        told.append(_agreed(random, there, _late(random, NOON + timedelta(hours=30 * step))))
    ledger.execute_all(told)


def _late(random: Random, at: datetime) -> Circumstances:
    """Sometimes told late."""
    late = random.choice([0, 0, 0, 0, 400])
    return by(now=CLOCK, occurred_at=max(NOON, at - timedelta(hours=late)), reason="by chance")


def _defined(kind: RecordKind) -> Command:
    def decide(fields: Any) -> Any:
        return define_field(fields, kind, TextField(name="region", label="Region"))

    return commands.define(CUSTOM_FIELDS, decide, by(now=CLOCK))


def _captured(place: int, customer: int) -> Command:
    captured = LeadCaptured(channel=f"form {place}", owner=f"owner {place % 3}")
    return commands.capture_lead(number(7, place), number(1, customer), captured, by(now=CLOCK, occurred_at=NOON))


def _worked_on(random: Random, there: int, told: Circumstances) -> Command:
    lead_id, recycle_at = number(7, random.randrange(_LEADS)), CLOCK + timedelta(days=random.randrange(1, 9))
    status, element, confidence = random.choice(_MOVES), random.choice(["need", "authority"]), random.randrange(4)
    choices: tuple[Callable[[], Command], ...] = (
        lambda: commands.tell_lead(lead_id, lambda lead, under: leads.move(lead, under, status=status), told),
        lambda: commands.tell_lead(
            lead_id, lambda lead, under: leads.recycle(lead, under, recycle_at=recycle_at, now=CLOCK), told
        ),
        lambda: commands.tell_lead(
            lead_id, lambda lead, under: leads.disqualify(lead, under, because="no budget"), told
        ),
        lambda: commands.tell(
            LEAD, lead_id, lambda lead: leads.assess(lead, "bant", element, confidence=confidence), told
        ),
        lambda: commands.tell(LEAD, lead_id, lambda lead: leads.change(lead, company=f"C{confidence}"), told),
        lambda: commands.qualify_lead(lead_id, told, owner=random.choice([None, "ann"])),
        *[lambda: _converted(random, lead_id, there, told)] * 3,
    )
    return random.choice(choices)()


def _converted(random: Random, lead_id: UUID, there: int, told: Circumstances) -> Command:
    into = random.choice([None, number(1, random.randrange(there))])
    organisation = random.choice([None, number(8, random.randrange(2))])
    deal_id = random.choice([None, number(9, random.randrange(3))])
    return commands.convert_lead(
        lead_id,
        told,
        customer_id=into,
        organisation_id=organisation,
        organisation_name="Lind & Co" if organisation else None,
        deal_id=deal_id,
        deal=Opening(name="Seats") if deal_id else None,
        brought={"amount": euros(7)},
    )


def _identified(random: Random, there: int, told: Circumstances) -> Command:
    customer_id, kind = number(1, random.randrange(there)), random.choice(KINDS)
    named = _identifier(kind, random.randrange(4))  # type: ignore[arg-type]
    choices: tuple[Callable[..., Any], ...] = (
        lambda customer, each: customers.tell_identifier(customer, each, confidence=random.randrange(101)),
        lambda customer, each: customers.tell_identifier(customer, each, verified="signed in"),
        lambda customer, each: customers.verify_identifier(customer, each, how="a letter"),
        customers.remove_identifier,
    )
    return commands.tell_of_identifier(customer_id, named, random.choice(choices), told)


def _identifier(kind: IdentifierKind, place: int) -> NamedIdentifier:
    value = {"email": f"a{place}@example.com", "phone": f"+4930123456{place}"}.get(kind, f"id {place}")
    return NamedIdentifier(kind, value, "erp" if kind == "external" else None)


def _linked(random: Random, there: int, told: Circumstances) -> Command:
    one, other = (number(1, random.randrange(there)) for _ in range(2))
    field = random.choice(["name", "custom_fields.region"])
    choices: tuple[Callable[[], Command], ...] = (
        lambda: commands.link_customers(one, other, told),
        lambda: commands.link_customers(one, other, told, because=_identifier("cookie", random.randrange(4))),
        lambda: commands.unlink_customers(one, other, told),
        lambda: commands.dismiss(one, other, told),
        lambda: commands.tell(CUSTOMER, one, lambda each: customers.choose_survivor(each, field=field), told),
        lambda: commands.tell(CUSTOMER, one, lambda each: customers.release_survivor(each, field=field), told),
        lambda: commands.tell(CUSTOMER, one, lambda each: customers.change_lifecycle(each, "evangelist"), told),
    )
    return random.choice(choices)()


def _agreed(random: Random, there: int, told: Circumstances) -> Command:
    at = told.happened
    subject: dict[str, Any] = {"purpose": "newsletter", "channel": random.choice(["email", "phone"])}
    given = customers.consent_given(
        **subject, basis="consent", wording=f"{random.randrange(9)}", captured_by="web form", double_opt_in=True
    )
    choices: tuple[Callable[[Any], Any], ...] = (
        lambda customer: customers.give_consent(customer, given, at=at),
        lambda customer: customers.confirm_consent(customer, **subject, at=at),
        lambda customer: customers.withdraw_consent(customer, **subject),
    )
    return commands.tell(CUSTOMER, number(1, random.randrange(there)), random.choice(choices), told)


def _described(random: Random, there: int, told: Circumstances) -> Command:
    """Custom fields, with a change of something else beside them or without one."""
    given = {"region": random.choice([None, "north", "south"])}
    lead_id, customer_id = number(7, random.randrange(_LEADS)), number(1, random.randrange(there))
    if random.random() < 0.5:
        told_of = commands.tell(LEAD, lead_id, leads.change, told)
        return commands.changed_with(told_of, "lead", given, unchanged=NothingChanges)
    told_of = commands.tell(CUSTOMER, customer_id, customers.change_profile, told)
    return commands.changed_with(told_of, "customer", given, unchanged=NothingChanges)


_CHOICES = (_worked_on, _worked_on, _identified, _linked, _described)
