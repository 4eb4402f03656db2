"""Every read model, in the order in which they are kept up to date."""

from typing import Any

from domain.problems import Problem
from projections.customer_360.fold import CUSTOMER_360
from projections.deals.fold import DEALS
from projections.duplicates.fold import DUPLICATES
from projections.engine.fold import Fold
from projections.follow_ups.fold import FOLLOW_UPS
from projections.forecasts.fold import FORECASTS
from projections.identities.fold import IDENTITIES
from projections.leads.fold import LEADS
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
    *(segment_fold(rule) for rule in SEGMENTS.values()),
)


class UnknownFold(Problem):
    """There is no read model of that name."""


def fold_named(name: str) -> Fold[Any]:
    for fold in FOLDS:
        if fold.name == name:
            return fold
    raise UnknownFold(f"there is no read model {name!r}; there are {', '.join(fold.name for fold in FOLDS)}")
