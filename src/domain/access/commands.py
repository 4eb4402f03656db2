"""A decision on access control as a command: the operator's, who has everything, or a caller's."""

from collections.abc import Callable, Sequence

from domain.access.giving import check_giving
from domain.access.reach import Caller
from domain.access.state import ACCESS, ACCESS_ID, Access
from domain.aggregates import Change
from domain.events import Event
from domain.ledger import Circumstances, Command, Read
from domain.supposing import supposed


def change_access(decide: Callable[[Access], Event | Sequence[Event]], by: Circumstances) -> Command:
    """Change who may do what, as the operator; also the first time, when nothing was recorded of it yet."""

    def changes(access: Access | None) -> list[Change]:
        return [_change(decide(access or Access()))]

    return Command(ACCESS_ID, (Read(ACCESS, ACCESS_ID, required=False),), changes, by)


def change_access_as(
    giver: Caller, decide: Callable[[Access], Event | Sequence[Event]], by: Circumstances
) -> Command:
    """As `change_access`, as a caller; refused where he would give away what he does not have."""

    def changes(access: Access | None) -> list[Change]:
        before = access or Access()
        change = _change(decide(before))
        check_giving(giver, before, supposed(before, change, by))
        return [change]

    return Command(ACCESS_ID, (Read(ACCESS, ACCESS_ID, required=False),), changes, by)


def _change(events: Event | Sequence[Event]) -> Change:
    together = (events,) if isinstance(events, Event) else tuple(events)
    return Change(ACCESS, ACCESS_ID, ACCESS_ID, together)
