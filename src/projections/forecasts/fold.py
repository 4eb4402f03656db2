"""What each deal contributes to the forecast, from when to when."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import msgspec

from domain import deals
from domain.deals import Deal
from domain.facts import Fact
from projections.engine.fold import Fold, History, Row


class Line(msgspec.Struct, frozen=True):
    """A contribution: amount × probability, in the month in which the deal is expected, or was won.

    `month` is its first day; null where no close is expected yet. A lost deal contributes nothing. `recorded` is
    what it contributes by the recorded probability, where another is supposed.
    """

    since: datetime
    position: int
    month: date | None
    category: str
    currency: str | None
    amount: Decimal
    weighted: Decimal
    recorded: Decimal | None = None


class Contribution(msgspec.Struct, frozen=True):
    deal: Deal
    lines: tuple[Line, ...]


_COLUMNS = {
    "month": "date",
    "category": "text NOT NULL",
    "currency": "text",
    "amount": "numeric NOT NULL",
    "weighted": "numeric NOT NULL",
}
_BESIDE = {"recorded": "numeric NOT NULL"}
_TYPES = frozenset(deals.EVENTS)


def _evolve(win_rates: Mapping[str, int] | None, contribution: Contribution | None, fact: Fact) -> Contribution:
    deal = deals.evolve(contribution.deal if contribution else None, fact)
    earlier = contribution.lines if contribution else ()
    return Contribution(deal, (*earlier, _line(deal, fact, win_rates)))


def forecast_fold(win_rates: Mapping[str, int] | None = None) -> Fold[Contribution]:
    """The forecast's fold; with `win_rates` (whole percent by stage) in place of the recorded probabilities, whose
    own contributions then stand beside them: of the same facts, to be compared."""
    columns, row = (_COLUMNS, _row) if win_rates is None else (_COLUMNS | _BESIDE, _row_beside)
    return Fold(
        name="forecasts",
        version=4,
        rule="Amount × probability of the deal after each of its facts, in the month in which it is to close.",
        keyed_by="stream",
        types=_TYPES,
        state=Contribution,
        evolve=partial(_evolve, win_rates),
        columns=columns,
        row=partial(_latest, row),
        history=History(
            {
                "valid_from": "timestamptz NOT NULL",
                "valid_to": "timestamptz",
                "because": "bigint NOT NULL",
                **columns,
            },
            partial(_history, row),
        ),
        indexes=("history:valid_from, valid_to", "history:month, category"),
    )


def _line(deal: Deal, fact: Fact, win_rates: Mapping[str, int] | None) -> Line:
    amount = deal.amount.amount if deal.amount else Decimal(0)
    probability = deal.probability
    if win_rates is not None and deal.status == "open":
        probability = win_rates.get(deal.stage, probability)
    return Line(
        since=fact.occurred_at,
        position=fact.position,
        month=_month(deal),
        category=deal.category,
        currency=deal.amount.currency if deal.amount else None,
        amount=amount,
        weighted=amount * probability / 100,
        recorded=None if win_rates is None else amount * deal.probability / 100,
    )


def _month(deal: Deal) -> date | None:
    if deal.status == "open":
        return deal.expected_close_date.replace(day=1) if deal.expected_close_date else None
    return deal.closed_at.date().replace(day=1) if deal.closed_at else None


def _latest(row: Callable[[Line], Row], contribution: Contribution) -> Row:
    return row(contribution.lines[-1])


def _row(line: Line) -> Row:
    return (line.month, line.category, line.currency, line.amount, line.weighted)


def _row_beside(line: Line) -> Row:
    return (*_row(line), line.recorded)


def _history(row: Callable[[Line], Row], contribution: Contribution) -> list[Row]:
    ends: list[Any] = [line.since for line in contribution.lines[1:]] + [None]
    return [
        (line.since, end, line.position, *row(line)) for line, end in zip(contribution.lines, ends, strict=True)
    ]


FORECASTS = forecast_fold()
