"""A decision on access control as a command."""

from collections.abc import Callable, Sequence

from domain.access.state import ACCESS, ACCESS_ID, Access
from domain.aggregates import Change
from domain.events import Event
from domain.ledger import Circumstances, Command, Read


def change_access(decide: Callable[[Access], Event | Sequence[Event]], by: Circumstances) -> Command:
    """Change who may do what; also the first time, when nothing was recorded of it yet."""

    def changes(access: Access | None) -> list[Change]:
        events = decide(access or Access())
        together = (events,) if isinstance(events, Event) else tuple(events)
        return [Change(ACCESS, ACCESS_ID, ACCESS_ID, together)]

    return Command(ACCESS_ID, (Read(ACCESS, ACCESS_ID, required=False),), changes, by)
