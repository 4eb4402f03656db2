"""Every read model, in the order in which they are kept up to date."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import Any

from domain.events import Event
from domain.horizon import PRESENT, Horizon
from domain.ledger import Ledger
from domain.problems import Problem
from projections.customer_360.fold import CUSTOMER_360
from projections.deals.fold import DEALS
from projections.duplicates.fold import DUPLICATES
from projections.engine.decided import DecidedFolds
from projections.engine.fold import Fold
from projections.engine.log_source import LogSource
from projections.follow_ups.fold import FOLLOW_UPS
from projections.forecasts.fold import FORECASTS
from projections.identities.fold import IDENTITIES
from projections.leads.fold import LEADS
from projections.scores.decided import SCORES
from projections.search.fold import SEARCH
from projections.segments.fold import SEGMENTS, segment_fold
from projections.tasks.fold import TASKS

FOLDS: tuple[Fold[Any], ...] = (
    CUSTOMER_360,
    DEALS,
    FORECASTS,
    LEADS,
    FOLLOW_UPS,
    TASKS,
    DUPLICATES,
    IDENTITIES,
    SEARCH,
    *(segment_fold(rule) for rule in SEGMENTS.values()),
)
"""Those that are code."""

DECIDED: tuple[DecidedFolds, ...] = (SCORES,)
"""Where folds are made from facts: what an organisation has defined and put in force."""

DECISIVE: frozenset[type[Event]] = frozenset(chain.from_iterable(each.events for each in DECIDED))
"""The events that may change which folds there are."""


def folds(ledger: Ledger, now: datetime) -> tuple[Fold[Any], ...]:
    """All read models of now: those that are code, and those that facts have decided on. Blocks."""
    return (*FOLDS, *chain.from_iterable(each.folds(ledger, now) for each in DECIDED))


class UnknownFold(Problem):
    """There is no read model of that name."""


def fold_named(name: str, ledger: Ledger, now: datetime) -> Fold[Any]:
    """The read model that is asked for by that name, or whose table is called so. Blocks.

    Raises:
        UnknownFold: there is none of that name now.
    """
    return _named(name, folds(ledger, now))


def fold_seen(name: str, ledger: Ledger, log: LogSource, horizon: Horizon, moment: datetime) -> Fold[Any]:
    """The read model as it is seen from there: one that facts decide on, as they had decided by then, at the
    moment that the question is about. Blocks.

    Raises:
        UnknownFold: there was none of that name then.
    """
    if horizon == PRESENT:
        return fold_named(name, ledger, moment)
    decided = chain.from_iterable(each.folds_then(log, horizon, moment) for each in DECIDED)
    return _named(name, (*FOLDS, *decided))


def _named(name: str, there: Iterable[Fold[Any]]) -> Fold[Any]:
    for fold in there:
        if name in (fold.name, fold.known_as):
            return fold
    raise UnknownFold(f"there is no read model {name!r}; there are {', '.join(fold.called for fold in there)}")
