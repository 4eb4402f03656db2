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


class _Counted:
    """A channel whose touchpoints are being counted."""

    __slots__ = ("first_at", "inbound", "last_at", "outbound")

    def __init__(self, known: Channel | None, moment: datetime) -> None:
        if known is None:
            self.inbound, self.outbound, self.first_at, self.last_at = 0, 0, moment, moment
        else:
            self.inbound, self.outbound = known.inbound, known.outbound
            self.first_at, self.last_at = known.first_at, known.last_at


class CountingInteractions:
    """Interactions that are being counted onto a summary, which stays as it is: the channels that are touched are
    changed in place, and made anew once at the end."""

    __slots__ = ("_before", "_campaigns", "_channels")

    def __init__(self, before: Interactions) -> None:
        self._before = before
        self._channels: dict[str, _Counted] = {}
        self._campaigns: dict[str, int] = {}

    def add(self, event: InteractionRecorded, moment: datetime) -> None:
        name = event.channel
        channel = self._channels.get(name)
        if channel is None:
            channel = self._channels[name] = _Counted(self._before.by_channel.get(name), moment)
        if event.direction == "inbound":
            channel.inbound += 1
        else:
            channel.outbound += 1
        if moment > channel.last_at:
            channel.last_at = moment
        elif moment < channel.first_at:
            channel.first_at = moment
        campaign = event.campaign
        if campaign:
            counted = self._campaigns.get(campaign)
            before = self._before.campaigns.get(campaign, 0) if counted is None else counted
            self._campaigns[campaign] = before + 1

    def ended(self) -> Interactions:
        if not self._channels:
            return self._before
        counted = {
            name: Channel(each.inbound, each.outbound, each.first_at, each.last_at)
            for name, each in self._channels.items()
        }
        return Interactions({**self._before.by_channel, **counted}, {**self._before.campaigns, **self._campaigns})


class CountingOrders:
    """Orders that are being counted onto a summary, which stays as it is."""

    __slots__ = ("_before", "_count", "_days", "_first_at", "_last_at", "_returned", "_returns", "_total")

    def __init__(self, before: Orders) -> None:
        self._before = before
        self._count, self._returns = before.count, before.returns
        self._total, self._returned = dict(before.total), dict(before.returned)
        self._first_at, self._last_at = before.first_at, before.last_at
        self._days = list(before.days)

    def place(self, event: OrderPlaced, moment: datetime) -> None:
        self._count += 1
        _add(self._total, event.total)
        if self._last_at is None or moment > self._last_at:
            self._last_at = moment
        if self._first_at is None or moment < self._first_at:
            self._first_at = moment
        days, day = self._days, moment.toordinal()
        if not days or day > days[-1]:
            days.append(day)
        elif day not in days:
            insort(days, day)

    def take_back(self, event: OrderReturned) -> None:
        self._returns += 1
        _add(self._returned, event.value)

    def ended(self) -> Orders:
        return Orders(
            self._count,
            self._total,
            self._returns,
            self._returned,
            self._first_at,
            self._last_at,
            tuple(self._days),
        )


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


def _add(sums: Amounts, money: Money) -> None:
    sums[money.currency] = sums.get(money.currency, Decimal(0)) + money.amount
