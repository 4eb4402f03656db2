"""Answers say how fresh they are, and wait where that was asked for."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from fastapi import Response

from api.ports import Services
from domain.refusals import Conflict
from projections.engine import parked
from projections.engine.database import Cursor
from projections.engine.freshness import NotFreshEnough, freshness, wait_for

PATIENCE_SECONDS = 2.0


class PositionNotGivenOut(Conflict):
    """Nobody waits for a position that was not given out yet."""


@contextmanager
def fresh(
    services: Services, response: Response, fold: str, min_position: int | None, *, key: UUID | None = None
) -> Iterator[Cursor]:
    """A cursor on a read model that holds all events up to `min_position`; sets the header `Position`.

    With a `key`, what is asked is its row, which stands still while it is parked.

    Raises:
        PositionNotGivenOut: the log does not reach that far.
        NotFreshEnough: the position was not reached within 2 s.
    """
    if min_position is not None:
        _check_given_out(services, min_position)
    with services.reads.cursor() as cursor:
        if min_position is None:
            found = freshness(cursor, services.topic, fold)
            reached = found[0].position if found else 0
        else:
            reached = wait_for(cursor, services.topic, fold, min_position, seconds=PATIENCE_SECONDS)
        response.headers["Position"] = str(reached)
        if key is not None:
            hold_back(cursor, response, fold, min_position, [key])
        yield cursor


def hold_back(
    cursor: Cursor, response: Response, fold: str, min_position: int | None, keys: Collection[UUID]
) -> None:
    """An answer that these rows are a part of is as old as the oldest of them is, while any is parked.

    Raises:
        NotFreshEnough: it stands still before `min_position`.
    """
    waiting, reached = parked.since(cursor, fold, keys), int(response.headers["Position"])
    if waiting is None or waiting > reached:
        return
    reached = waiting - 1
    if min_position is not None and reached < min_position:
        named = ", ".join(str(key) for key in sorted(keys))
        raise NotFreshEnough(f"{fold} of {named} is parked: it", wanted=min_position, reached=reached)
    response.headers["Position"] = str(reached)


def tell_position(services: Services, response: Response, min_position: int | None = None) -> None:
    """For an answer straight from the log, which holds every position that was ever given out.

    Raises:
        PositionNotGivenOut: the log does not reach that far.
    """
    end = services.log.end() if min_position is None else _check_given_out(services, min_position)
    response.headers["Position"] = str(end)


def _check_given_out(services: Services, position: int) -> int:
    end = services.log.end()
    if position > end:
        raise PositionNotGivenOut(f"the log is at position {end}, not yet at {position}", field="Min-Position")
    return end
