"""Which version of a model is live at a moment, and which ones follow by the clock."""

from datetime import datetime

import msgspec


class Stood(msgspec.Struct, frozen=True):
    """A version that was or is live. `turn` counts the changes that came by the clock: whoever keeps scores has
    those of the next version ready beside the ones that are live, and takes turns."""

    version: int
    turn: int = 0


class Live(msgspec.Struct, frozen=True):
    """The version that is live, and the one whose place it took; None where none was."""

    now: Stood
    before: Stood | None = None


class Coming(msgspec.Struct, frozen=True):
    """The version that goes live at a moment, by the clock."""

    version: int
    since: datetime


def come(
    live: Live | None, coming: tuple[Coming, ...], moment: datetime
) -> tuple[Live | None, tuple[Coming, ...]]:
    """What is live at a moment, and what is still to come."""
    for place, each in enumerate(coming):
        if each.since > moment:
            return live, coming[place:]
        live = following(live, each.version)
    return live, ()


def following(live: Live | None, version: int) -> Live:
    """The version, when it has taken its turn."""
    return Live(Stood(version, live.now.turn + 1 if live else 0), live.now if live else None)
