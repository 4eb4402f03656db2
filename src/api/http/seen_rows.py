"""The rows of a read model, asked by its own SQL wherever the question looks from."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import Response

from api.http.freshness import fresh, tell_position
from api.http.outlook import Outlook
from api.ports import Services
from projections.engine.database import Cursor
from projections.engine.fold import Fold
from projections.engine.what_if import scratch


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
    """
    if not outlook.past or (intervals and outlook.horizon.known_at is None):
        with fresh(services, response, fold.name, min_position) as cursor:
            yield cursor
        return
    tell_position(services, response, min_position)
    with scratch(services.dsn, fold, services.log, horizon=outlook.horizon) as cursor:
        yield cursor
