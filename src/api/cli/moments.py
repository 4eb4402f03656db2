"""Moments as they are typed: a day, or a time with a zone."""

from datetime import UTC, date, datetime, time
from typing import Annotated

import typer

from domain.horizon import Horizon

AsOf = Annotated[
    str | None, typer.Option(help="By what had happened then: a day (to its end, UTC), or a time with a zone.")
]
KnownAt = Annotated[str | None, typer.Option(help="By what had been recorded then; written like --as-of.")]


def horizon(as_of: str | None, known_at: str | None, now: datetime) -> Horizon:
    """Raises:
    typer.BadParameter: one is no moment, has no zone, or lies ahead of now.
    """
    return Horizon(_past(as_of, "--as-of", now), _past(known_at, "--known-at", now))


def start_of(text: str | None, option: str) -> datetime | None:
    """A day's beginning, in UTC; or the moment.

    Raises:
        typer.BadParameter: it is no moment, or has no zone.
    """
    return None if text is None else _moment(text, option, time.min)


def end_of(text: str, option: str, now: datetime) -> datetime:
    """A day's end, in UTC, but not ahead of now; or the moment.

    Raises:
        typer.BadParameter: it is no moment, has no zone, or lies ahead of now.
    """
    moment = _moment(text, option, time.max)
    if moment > now and _moment(text, option, time.min) > now:
        raise typer.BadParameter(f"{text} lies ahead of now", param_hint=option)
    return min(moment, now)


def _past(text: str | None, option: str, now: datetime) -> datetime | None:
    return None if text is None else end_of(text, option, now)


def _moment(text: str, option: str, of_a_day: time) -> datetime:
    try:
        if len(text) == len("2026-03-31"):
            return datetime.combine(date.fromisoformat(text), of_a_day, UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is neither a day (2026-03-31) nor a time (2026-03-31T18:00Z)", param_hint=option
        ) from None
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no time zone: 2026-03-31T18:00Z", param_hint=option)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise typer.BadParameter(f"{text!r} lies outside of the years 1 to 9999", param_hint=option) from None
