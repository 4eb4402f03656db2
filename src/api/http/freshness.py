"""Answers say how fresh they are, and wait where that was asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Response

from api.ports import Services
from projections.engine.database import Cursor
from projections.engine.freshness import NotFreshEnough, freshness, wait_for

PATIENCE_SECONDS = 2.0


@contextmanager
def fresh(services: Services, response: Response, fold: str, min_position: int | None) -> Iterator[Cursor]:
    """A cursor on a read model that holds all events up to `min_position`; sets the header `Position`.

    Raises:
        NotFreshEnough: the position was not reached within 2 s.
    """
    with services.reads.cursor() as cursor:
        if min_position is None:
            found = freshness(cursor, services.topic, fold)
            reached = found[0].position if found else 0
        else:
            reached = wait_for(cursor, services.topic, fold, min_position, seconds=PATIENCE_SECONDS)
        response.headers["Position"] = str(reached)
        yield cursor


def tell_position(services: Services, response: Response, min_position: int | None = None) -> None:
    """For an answer straight from the log, which holds every position that was ever given out.

    Raises:
        NotFreshEnough: the position was not given out yet.
    """
    end = services.log.end()
    if min_position is not None and min_position > end:
        raise NotFreshEnough("the log", wanted=min_position, reached=end)
    response.headers["Position"] = str(end)
