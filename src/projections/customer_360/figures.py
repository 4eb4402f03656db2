"""What the 360 view works out of a state when it is asked, as of a moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from domain.assignment import is_open
from domain.customers import Standing, standing
from domain.rounding import half_up
from domain.tasks import ALERT, Task
from projections.customer_360.purchases import Purchases, purchases
from projections.customer_360.state import Amounts, Customer360

Lifecycle = Literal["customer", "opportunity", "lead", "contact"]


@dataclass(frozen=True)
class LeadFigures:
    """How many leads there were, and how many of them are still open."""

    count: int
    open: int


@dataclass(frozen=True)
class DealFigures:
    """How many deals stand where; and sums by currency, of the open ones (plain, and weighted by probability:
    rounded once) and of the won ones."""

    open: int
    won: int
    lost: int
    open_amount: Amounts
    open_weighted: Amounts
    won_amount: Amounts


@dataclass(frozen=True)
class TaskFigures:
    """`overdue` are those of the open ones whose due has passed, and that are not deferred."""

    open: int
    overdue: int
    completed: int
    cancelled: int


def lifecycle(view: Customer360) -> Lifecycle:
    """Customer: bought or won. Opportunity: an open deal."""
    if view.orders.count or any(deal.status == "won" for deal in view.deals.values()):
        return "customer"
    if any(deal.status == "open" for deal in view.deals.values()):
        return "opportunity"
    return "lead" if view.leads else "contact"


def lead_figures(view: Customer360) -> LeadFigures:
    return LeadFigures(len(view.leads), sum(is_open(lead) for lead in view.leads.values()))


def deal_figures(view: Customer360) -> DealFigures:
    counted = {"open": 0, "won": 0, "lost": 0}
    sums: dict[str, Amounts] = {"open": {}, "won": {}, "weighted": {}}
    for deal in view.deals.values():
        counted[deal.status] += 1
        if deal.amount is None or deal.status == "lost":
            continue
        _add(sums[deal.status], deal.amount.currency, deal.amount.amount)
        if deal.status == "open":
            _add(sums["weighted"], deal.amount.currency, deal.amount.amount * deal.probability / 100)
    return DealFigures(
        **counted,
        open_amount=sums["open"],
        open_weighted={each: half_up(value, each) for each, value in sums["weighted"].items()},
        won_amount=sums["won"],
    )


def task_figures(view: Customer360, moment: datetime) -> TaskFigures:
    tasks = view.tasks
    overdue = sum(is_overdue(task, moment) for task in tasks.open.values())
    return TaskFigures(len(tasks.open), overdue, tasks.completed, tasks.cancelled)


def is_overdue(task: Task, moment: datetime) -> bool:
    return task.state in ALERT and task.due is not None and task.due.at <= moment


def standings(view: Customer360, moment: datetime) -> dict[str, Standing]:
    """By purpose and channel, where the consent of one customer stands."""
    consents = view.profile.consents if view.profile else {}
    return {subject: standing(consent, moment) for subject, consent in consents.items()}


def _purchases(view: Customer360, moment: datetime) -> Purchases | None:
    return purchases(view.orders, moment)


def _lifecycle(view: Customer360, _: datetime) -> Lifecycle:
    return lifecycle(view)


def _lead_figures(view: Customer360, _: datetime) -> LeadFigures:
    return lead_figures(view)


def _deal_figures(view: Customer360, _: datetime) -> DealFigures:
    return deal_figures(view)


FIGURES: dict[str, Callable[[Customer360, datetime], Any]] = {
    "lifecycle": _lifecycle,
    "leads": _lead_figures,
    "deals": _deal_figures,
    "tasks": task_figures,
    "orders": _purchases,
    "consents": standings,
}
"""By the names that they have in an answer."""


def _add(sums: Amounts, currency: str, amount: Decimal) -> None:
    sums[currency] = sums.get(currency, Decimal(0)) + amount
