"""A key account of three years: ten thousand events of a customer, of every kind, in the order of time."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from uuid import UUID

from msgspec.structs import replace

from benchmarks.setting import by
from bootstrap import new_id
from domain import commands, deals, interactions, orders, tasks
from domain.customers import CUSTOMER, change_profile, register
from domain.deals import DEAL, Deal, Opening
from domain.events import Event
from domain.leads import Lead, LeadCaptured, LeadStatuses, qualify
from domain.ledger import Circumstances, Command, Ledger
from domain.money import Money
from domain.orders import ORDER
from domain.pipelines import Pipelines
from domain.tasks import TASK

EVENTS = 10_000
_FROM = datetime.now(UTC) - timedelta(days=3 * 365)
_STEP = timedelta(days=3 * 365) / (EVENTS + 1)
_CHANNELS = ("email", "phone", "web", "visit")


def tell_key_account(ledger: Ledger) -> UUID:
    """Register the customer and tell its story; its id."""
    customer_id = new_id()
    ledger.execute(
        commands.register_customer(customer_id, register(kind="organisation", name="Lind & Co"), _at(_FROM))
    )
    told = _story(customer_id)
    failed = [each for each in ledger.execute_all(list(told)) if isinstance(each, Exception)]
    assert not failed, failed[0]
    return customer_id


def _story(customer_id: UUID) -> Iterator[Command]:
    """Of a hundred events: 61 interactions, 14 of orders, 12 of deals, 9 of tasks, 2 of a lead, 2 of names."""
    clock = (_at(_FROM + place * _STEP) for place in count(1))
    for round_ in range(EVENTS // 100):
        yield from _of_a_deal(customer_id, clock)
        yield from _of_a_deal(customer_id, clock)
        for _ in range(3):
            yield from _of_a_task(customer_id, clock)
        yield from _of_orders(customer_id, clock)
        lead_id = new_id()
        yield commands.capture_lead(lead_id, customer_id, LeadCaptured(channel="web", owner="ann"), next(clock))
        yield commands.tell_lead(lead_id, _qualified, next(clock))
        for part in range(2):
            name = f"Lind & Co {round_}.{part}"
            yield commands.tell(CUSTOMER, customer_id, partial(change_profile, name=name), next(clock))
        for place in range(61):
            spoken = interactions.record(channel=_CHANNELS[place % 4], direction="inbound", subject="about seats")
            yield commands.record_interaction(new_id(), customer_id, spoken, next(clock))


def _of_a_deal(customer_id: UUID, clock: Iterator[Circumstances]) -> Iterator[Command]:
    deal_id = new_id()
    yield commands.open_deal(deal_id, customer_id, Opening(name="Two hundred seats", owner="ann"), next(clock))
    for amount in ("9000.00", "12000.00"):
        money = _euros(amount)
        yield commands.tell(DEAL, deal_id, partial(deals.change_amount, amount=money), next(clock))
    for stage in ("qualification", "proposal"):
        yield commands.tell_deal(deal_id, partial(_moved, stage), next(clock))
    yield commands.tell_deal(deal_id, _won, next(clock))


def _moved(stage: str, deal: Deal, known: Pipelines) -> Event | Sequence[Event]:
    return deals.move_stage(deal, stage=stage, pipelines=known)


def _won(deal: Deal, known: Pipelines) -> Event | Sequence[Event]:
    return deals.win(deal, pipelines=known)


def _qualified(lead: Lead, _: LeadStatuses) -> Event:
    return qualify(lead)


def _of_a_task(customer_id: UUID, clock: Iterator[Circumstances]) -> Iterator[Command]:
    task_id = new_id()
    planned = tasks.plan(task_id, title="Call about the offer", kind="call", owner="ann")
    yield commands.plan_task(task_id, customer_id, planned, next(clock))
    yield commands.tell(TASK, task_id, tasks.start, next(clock))
    yield commands.close_task(task_id, tasks.complete, next(clock))


def _of_orders(customer_id: UUID, clock: Iterator[Circumstances]) -> Iterator[Command]:
    for _ in range(13):
        order_id = new_id()
        yield commands.place_order(
            order_id, customer_id, orders.place(total=_euros("120.50"), items=3), next(clock)
        )
    yield commands.tell(ORDER, order_id, partial(orders.return_order, value=_euros("40.00")), next(clock))


def _euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def _at(moment: datetime) -> Circumstances:
    return replace(by(), occurred_at=moment)
