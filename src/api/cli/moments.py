"""Moments among the options of commands."""

from datetime import datetime
from typing import Annotated

import typer

from domain import moments
from domain.horizon import Horizon
from domain.moments import NotAMoment

AsOf = Annotated[
    str | None, typer.Option(help="By what had happened then: a day (to its end, UTC), or a time with a zone.")
]
KnownAt = Annotated[str | None, typer.Option(help="By what had been recorded then; written like --as-of.")]


def horizon(as_of: str | None, known_at: str | None, now: datetime) -> Horizon:
    """Raises:
    typer.BadParameter: one is no moment, has no zone, or lies ahead of now.
    """
    seen = (None if text is None else past(text, option, now) for text, option in _named(as_of, known_at))
    return Horizon(*seen)


def start_of(text: str | None, option: str) -> datetime | None:
    """A day's beginning, in UTC; or the moment.

    Raises:
        typer.BadParameter: it is no moment, or has no zone.
    """
    try:
        return None if text is None else moments.start_of(text)
    except NotAMoment as refusal:
        raise typer.BadParameter(refusal.message, param_hint=option) from refusal


def past(text: str, option: str, now: datetime) -> datetime:
    """A day's end, in UTC, but not ahead of now; or the moment.

    Raises:
        typer.BadParameter: it is no moment, has no zone, or lies ahead of now.
    """
    begins = start_of(text, option)
    assert begins is not None
    if begins > now:
        raise typer.BadParameter(f"{text} lies ahead of now", param_hint=option)
    return min(moments.end_of(text), now)


def _named(as_of: str | None, known_at: str | None) -> tuple[tuple[str | None, str], ...]:
    return (as_of, "--as-of"), (known_at, "--known-at")
