"""Answers say how fresh they are, and wait where that was asked for."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from fastapi import Response

from api.ports import Services
from domain.refusals import Conflict
from projections.engine import parked
from projections.engine.database import Cursor
from projections.engine.freshness import Freshness, NotFreshEnough, freshness, freshness_of, never_ran, wait_for

PATIENCE_SECONDS = 2.0


class PositionNotGivenOut(Conflict):
    """Nobody waits for a position that was not given out yet."""


@contextmanager
def fresh(
    services: Services, response: Response, fold: str, min_position: int | None, *, key: UUID | None = None
) -> Iterator[Cursor]:
    """A cursor on a read model that holds all events up to `min_position`; tells how fresh it is in the headers.

    `Position` is the event up to which all are in; `Lag-Seconds` the age of the first one that is missing, 0 where
    none is. With a `key`, what is asked is its row, which stands still while it is parked.

    Raises:
        PositionNotGivenOut: the log does not reach that far.
        NotFreshEnough: the position was not reached within 2 s.
    """
    if min_position is not None:
        check_given_out(services, min_position)
    with services.reads.statements() as cursor:
        if min_position is None:
            found = freshness_of(cursor, services.topic, fold)
        else:
            found = wait_for(cursor, services.topic, fold, min_position, seconds=PATIENCE_SECONDS)
        tell(response, found.position, found.lag_seconds)
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
    waiting = parked.since(cursor, fold, keys)
    if waiting is not None:
        hold_back_by(waiting, response, fold, min_position, keys)


def hold_back_by(
    waiting: parked.Waiting, response: Response, fold: str, min_position: int | None, keys: Collection[UUID]
) -> None:
    """The same, where it is known how they wait.

    Raises:
        NotFreshEnough: as `hold_back` does.
    """
    reached = int(response.headers["Position"])
    if waiting.position > reached:
        return
    reached = waiting.position - 1
    if min_position is not None and reached < min_position:
        named = ", ".join(str(key) for key in sorted(keys))
        raise NotFreshEnough(
            f"{fold} of {named} is parked: it",
            wanted=min_position,
            reached=reached,
            lag_events=waiting.events,
            lag_seconds=waiting.seconds,
        )
    tell(response, reached, max(waiting.seconds, float(response.headers["Lag-Seconds"])))


def tell_oldest(
    cursor: Cursor,
    services: Services,
    response: Response,
    folds: Collection[str],
    min_position: int | None,
    keys: Collection[UUID],
    read: Sequence[Freshness] | None = None,
) -> None:
    """An answer that rows of these folds are a part of too is as old as the oldest of all; waits where asked to.
    `read` is how fresh all folds are, where that is known already.

    Raises:
        NotFreshEnough: one of them did not reach `min_position` within 2 s, or stands still before it.
    """
    found = {each.fold: each for each in (freshness(cursor, services.topic) if read is None else read)}
    for fold in folds:
        reached = found.get(fold) or never_ran(fold)
        if min_position is not None and reached.position < min_position:
            reached = wait_for(cursor, services.topic, fold, min_position, seconds=PATIENCE_SECONDS)
        if reached.position < int(response.headers["Position"]):
            tell(response, reached.position, max(reached.lag_seconds, float(response.headers["Lag-Seconds"])))
    for fold in parked.folds_of(cursor, folds, keys):
        hold_back(cursor, response, fold, min_position, keys)


@contextmanager
def tell_no_newer(response: Response) -> Iterator[None]:
    """Whatever is told within of other rows: the answer is as old as the older of both."""
    position, lag = response.headers["Position"], response.headers["Lag-Seconds"]
    yield
    lag_seconds = max(float(lag), float(response.headers["Lag-Seconds"]))
    tell(response, min(int(position), int(response.headers["Position"])), lag_seconds)


def tell_position(services: Services, response: Response, min_position: int | None = None) -> None:
    """For an answer straight from the log, which holds every position that was ever given out.

    Raises:
        PositionNotGivenOut: the log does not reach that far.
    """
    end = services.log.end() if min_position is None else check_given_out(services, min_position)
    tell(response, end, 0.0)


def lag_header(seconds: float) -> str:
    """As the header `Lag-Seconds` is written."""
    return f"{seconds:.3f}".rstrip("0").rstrip(".")


def tell(response: Response, position: int, lag_seconds: float) -> None:
    """Up to where an answer holds, and how old it is."""
    response.headers["Position"] = str(position)
    response.headers["Lag-Seconds"] = lag_header(lag_seconds)


def check_given_out(services: Services, position: int) -> int:
    """The last position of the log.

    Raises:
        PositionNotGivenOut: it does not reach that far.
    """
    end = services.log.end()
    if position > end:
        raise PositionNotGivenOut(f"the log is at position {end}, not yet at {position}", field="Min-Position")
    return end
