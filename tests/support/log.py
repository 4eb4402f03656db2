"""A ledger and a reader on a test's own database, and a company's history by chance."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from domain import commands, deals, interactions, orders, tasks
from domain.aggregates import Aggregate
from domain.customers import CUSTOMER, change_profile, register
from domain.deals import DEAL
from domain.leads import LEAD, LeadCaptured, disqualify, qualify
from domain.ledger import Command
from domain.pipelines import PIPELINES, STANDARD
from domain.tasks import TASK
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.support.facts import NOON, by, euros
from tests.support.wall_times import due

CLOCK = NOON + timedelta(days=365)
_STAGES = [stage.id for stage in STANDARD.stages if stage.kind == "open"]


@pytest.fixture
def ledger(dsn: str) -> Iterator[PostgresLedger]:
    ledger = PostgresLedger(dsn)
    yield ledger
    ledger.close()


@pytest.fixture
def reader(dsn: str) -> Iterator[LogReader]:
    reader = LogReader(dsn, patience_seconds=60.0)  # a busy machine is no fault
    yield reader
    reader.close()


def number(kind: int, place: int) -> UUID:
    """The place-th id of a kind."""
    return UUID(int=(kind << 64) | (place + 1))


def tell_by_chance(ledger: PostgresLedger, seed: int, steps: int, customers: int = 5) -> None:
    """A history in which anything may follow anything, late facts too; what the rules refuse is left out."""
    random = Random(seed)  # noqa: S311 - a history, not a secret
    told: list[Command] = [_registered(place) for place in range(customers)]
    told += [_anything(random, step, customers) for step in range(steps)]
    # Of a chance of their own: what the other records go through stays as it was without them.
    random = Random(-seed - 1)  # noqa: S311
    told += [_about_task(random, step, customers) for step in range(steps // 10)]
    ledger.execute_all(told)


def _registered(place: int) -> Command:
    customer_id = number(1, place)
    name = f"Customer {place}"
    return commands.register_customer(
        customer_id, register(kind="person", name=name), by(now=CLOCK, occurred_at=NOON)
    )


def _anything(random: Random, step: int, customers: int) -> Command:
    customer_id, deal_id = number(1, random.randrange(customers)), number(2, random.randrange(customers * 2))
    at = NOON + timedelta(hours=step * 6 - random.choice([0, 0, 0, 0, 400]))
    told = by(now=CLOCK, occurred_at=max(at, NOON))
    if random.random() < 0.5:
        return _about_deal(random, deal_id, customer_id, told.happened)
    choices = (
        lambda: commands.place_order(number(3, step), customer_id, orders.place(total=euros(step)), told),
        lambda: commands.record_interaction(
            number(4, step), customer_id, interactions.record(channel="email", direction="inbound"), told
        ),
        lambda: commands.tell(
            CUSTOMER, customer_id, lambda customer: change_profile(customer, name=f"Name {step}"), told
        ),
        lambda: commands.capture_lead(
            number(5, random.randrange(9)), customer_id, LeadCaptured(channel="web"), told
        ),
        lambda: commands.tell(LEAD, number(5, random.randrange(9)), qualify, told),
        lambda: commands.tell(
            LEAD, number(5, random.randrange(9)), lambda lead: disqualify(lead, because="no"), told
        ),
    )
    return random.choice(choices)()


def _about_task(random: Random, step: int, customers: int) -> Command:
    task_id, at = number(6, random.randrange(customers)), NOON + timedelta(hours=step * 6)
    told = by(now=CLOCK, occurred_at=at)
    first, later = (due(f"{at + timedelta(days=days):%Y-%m-%dT%H:%M}") for days in (1, 3))
    planned = tasks.plan(task_id, title="Call", kind="call", due=first, reminders=[60], rule="FREQ=DAILY")
    choices: list[Callable[[], Command]] = [
        lambda: commands.plan_task(task_id, number(1, random.randrange(customers)), planned, told),
        lambda: commands.tell(TASK, task_id, random.choice([tasks.start, tasks.defer]), told),
        lambda: commands.reschedule_task(task_id, later, told),
        lambda: commands.tell(TASK, task_id, lambda task: tasks.sound_alarms(task, now=CLOCK), told),
        lambda: commands.close_task(task_id, tasks.complete, told),
    ]
    return random.choice(choices if random.random() < 0.2 else choices[:4])()


def _about_deal(random: Random, deal_id: UUID, customer_id: UUID, at: datetime) -> Command:
    told = by(now=CLOCK, occurred_at=at)
    opening = deals.Opening(name="A deal", amount=euros(random.randrange(1, 1000)))
    choices = (
        lambda: commands.open_deal(deal_id, customer_id, opening, told),
        lambda: _told(
            DEAL,
            deal_id,
            at,
            lambda d: deals.move_stage(d, stage=random.choice(_STAGES), pipelines=PIPELINES.shipped),
        ),
        lambda: _told(DEAL, deal_id, at, lambda d: deals.change_amount(d, amount=euros(random.randrange(1000)))),
        lambda: _told(
            DEAL,
            deal_id,
            at,
            lambda d: deals.change_close_date(d, expected_close_date=(at + timedelta(30)).date()),
        ),
        lambda: _told(DEAL, deal_id, at, lambda d: deals.win(d, pipelines=PIPELINES.shipped)),
        lambda: _told(
            DEAL, deal_id, at, lambda d: deals.lose(d, loss_reason="price", pipelines=PIPELINES.shipped)
        ),
        lambda: _told(DEAL, deal_id, at, lambda d: deals.reopen(d, pipelines=PIPELINES.shipped)),
    )
    return random.choice(choices)()


def _told(aggregate: Aggregate[deals.Deal], stream_id: UUID, at: datetime, decide: object) -> Command:
    return commands.tell(aggregate, stream_id, decide, by(now=CLOCK, occurred_at=at))  # type: ignore[arg-type]
