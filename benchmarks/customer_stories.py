"""So many customers with an ordinary story each: a lead, a deal that moves, a task, orders and touchpoints."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from random import Random
from uuid import UUID

from benchmarks.setting import by
from bootstrap import new_id
from domain import commands, deals, interactions, leads, orders, tasks
from domain.customers import register
from domain.leads import LeadCaptured
from domain.ledger import Command, Ledger
from domain.money import money

_A_CALL = 2_000
_SYLLABLES = (
    *("an", "be", "ca", "da", "el", "fi", "go", "ha", "in", "jo", "ka", "li", "ma", "no", "ol", "pe", "ra"),
    *("sa", "ti", "ur", "va", "wi", "yo", "son", "berg", "lund", "mar", "ing"),
)


def tell_stories(ledger: Ledger, customers: int) -> list[UUID]:
    """Ten events a customer; the customers' ids."""
    ids = [new_id() for _ in range(customers)]
    told = _told(ids)
    while some := list(islice(told, _A_CALL)):
        ledger.execute_all(some)
    return ids


def name_of(place: int) -> str:
    """Of so many people no two have the same name, and as few one nearly like it as in a telephone book."""
    chance = Random(place)  # noqa: S311 - a name, not a secret
    given, surname = ("".join(chance.choices(_SYLLABLES, k=syllables)) for syllables in (2, 3))
    return f"{given.title()} {surname.title()}"


def _told(ids: Sequence[UUID]) -> Iterator[Command]:
    for place, customer_id in enumerate(ids):
        yield from _story(place, customer_id)


def _story(place: int, customer_id: UUID) -> Iterator[Command]:
    name = name_of(place)
    profile = register(
        kind="person",
        name=name,
        email=f"{name.replace(' ', '.').lower()}.{place}@fjord.example",
        phone=f"+4670{place:07d}",
        owner=f"owner-{place % 20}",
        attributes={"city": "Oslo", "language": "nb"},
    )
    yield commands.register_customer(customer_id, profile, by())
    captured = LeadCaptured(channel="web", campaign="spring-fair", company=f"{name} Holding", owner="owner-1")
    lead_id, deal_id = new_id(), new_id()
    yield commands.capture_lead(lead_id, customer_id, captured, by())
    yield commands.tell(leads.LEAD, lead_id, leads.qualify, by())
    opening = deals.Opening(
        name=f"{place} seats", amount=money(Decimal(place + 1), "EUR"), owner=f"owner-{place % 20}"
    )
    yield commands.open_deal(deal_id, customer_id, opening, by())
    task_id = new_id()
    planned = tasks.plan(task_id, title="Call about the offer", kind="call", owner="owner-1", deal_id=deal_id)
    yield commands.plan_task(task_id, customer_id, planned, by())
    for total in (99, 199, 49):
        yield commands.place_order(new_id(), customer_id, orders.place(total=money(Decimal(total), "EUR")), by())
    for channel in ("email", "phone"):
        touched = interactions.record(channel=channel, direction="inbound", subject="The offer")
        yield commands.record_interaction(new_id(), customer_id, touched, by())
