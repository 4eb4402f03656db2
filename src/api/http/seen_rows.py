"""The rows of a read model, asked by its own SQL wherever the question looks from."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import Response

from api.http.freshness import check_given_out, fresh, tell
from api.outlook import Outlook
from api.ports import Services
from projections.engine.database import Cursor
from projections.engine.fold import Fold
from projections.engine.past.models import PastModel


@contextmanager
def seen_rows(
    services: Services,
    response: Response,
    fold: Fold[Any],
    outlook: Outlook,
    min_position: int | None,
    *,
    intervals: bool = False,
) -> Iterator[Cursor]:
    """A cursor on the live rows, or on those of the fold over what is seen from the horizon; sets `Position`.

    Of a fold whose rows are `intervals` of what had happened, as late facts have it too, the live ones answer by
    `as_of` alone.

    Raises:
        PositionNotGivenOut: the log does not reach as far as `min_position`.
        NotFreshEnough: the live rows did not reach it within 2 s.
        PastModelBeingBuilt: those of the past are not there yet.
        PastModelNotBuilt: they will not be.
    """
    if not outlook.past or (intervals and outlook.horizon.known_at is None):
        with fresh(services, response, fold.name, min_position) as cursor:
            yield cursor
        return
    with past_rows(services, response, PastModel(fold, outlook.horizon), min_position) as cursor:
        yield cursor


@contextmanager
def past_rows(
    services: Services, response: Response, model: PastModel, min_position: int | None = None
) -> Iterator[Cursor]:
    """A cursor on the rows of a model of the past; sets `Position`.

    Raises:
        PositionNotGivenOut: the log does not reach as far as `min_position`.
        PastModelBeingBuilt: it is not there yet.
        PastModelNotBuilt: it will not be.
    """
    if min_position is not None:
        check_given_out(services, min_position)
    with services.past.rows(model) as (cursor, position):
        tell(response, position, 0.0)
        yield cursor
