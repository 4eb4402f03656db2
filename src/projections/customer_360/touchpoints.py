"""What orders, interactions and tasks add to the 360 view. Late facts count where they belong in time."""

from bisect import insort
from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from domain import tasks
from domain.facts import Fact
from domain.interactions import InteractionRecorded
from domain.money import Money
from domain.orders import OrderPlaced, OrderReturned
from domain.tasks import TaskPlanned
from projections.customer_360.state import Amounts, Channel, Interactions, Orders, Tasks


def with_order(summary: Orders, fact: Fact) -> Orders:
    event = fact.event
    if isinstance(event, OrderPlaced):
        moment = fact.occurred_at
        return Orders(
            summary.count + 1,
            _plus(summary.total, event.total),
            summary.returns,
            summary.returned,
            earlier(summary.first_at, moment),
            later(summary.last_at, moment),
            _with_day(summary.days, moment.toordinal()),
        )
    assert isinstance(event, OrderReturned)
    return replace(summary, returns=summary.returns + 1, returned=_plus(summary.returned, event.value))


def with_interaction(summary: Interactions, fact: Fact) -> Interactions:
    event, moment = fact.event, fact.occurred_at
    assert isinstance(event, InteractionRecorded)
    inbound = event.direction == "inbound"
    known = summary.by_channel.get(event.channel)
    if known is None:
        channel = Channel(int(inbound), int(not inbound), moment, moment)
    else:
        channel = Channel(
            known.inbound + inbound,
            known.outbound + (not inbound),
            min(known.first_at, moment),
            max(known.last_at, moment),
        )
    campaigns = summary.campaigns
    if event.campaign:
        campaigns = {**campaigns, event.campaign: campaigns.get(event.campaign, 0) + 1}
    return Interactions({**summary.by_channel, event.channel: channel}, campaigns)


def with_task(summary: Tasks, fact: Fact) -> Tasks:
    """A task that has ended is counted, and kept no more."""
    known = summary.open.get(fact.stream_id)
    if known is None and not isinstance(fact.event, TaskPlanned):
        return summary
    task = tasks.evolve(known, fact)
    if task.closed_at is None:
        return replace(summary, open={**summary.open, task.id: task})
    still = {task_id: each for task_id, each in summary.open.items() if task_id != task.id}
    completed = task.state == "completed"
    return Tasks(still, summary.completed + completed, summary.cancelled + (not completed))


def earlier(known: datetime | None, moment: datetime) -> datetime:
    return moment if known is None or moment < known else known


def later(known: datetime | None, moment: datetime) -> datetime:
    return moment if known is None or moment > known else known


def _with_day(days: tuple[int, ...], day: int) -> tuple[int, ...]:
    if not days or day > days[-1]:
        return (*days, day)
    if day in days:
        return days
    ordered = list(days)
    insort(ordered, day)
    return tuple(ordered)


def _plus(sums: Amounts, money: Money) -> Amounts:
    return {**sums, money.currency: sums.get(money.currency, Decimal(0)) + money.amount}
