"""The statuses of leads, and which may follow which: as shipped, or as an organisation defined them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Literal

import msgspec

from domain.configuration import Configuration
from domain.events import Event
from domain.facts import Fact
from domain.leads.refusals import LeadTransitionNotAllowed, UnknownLeadStatus

StatusType = Literal["open", "working", "nurturing", "qualified", "converted", "disqualified"]
"""What a status means, whatever it is called: it is what the rules go by."""

Transitions = Mapping[str, Sequence[str]]

STATUS_ID = r"[a-z][a-z0-9_]{0,49}"


class LeadStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A `retired` status is kept for the leads that are or were in it, and entered no more."""

    id: str
    name: str
    type: StatusType
    retired: bool = False


class LeadStatusesDefined(Event, frozen=True, kw_only=True):
    """All statuses and, by status, those that may follow it, from then on."""

    TYPE: ClassVar[str] = "lead_statuses.defined"
    statuses: tuple[LeadStatus, ...]
    transitions: dict[str, tuple[str, ...]]


class LeadStatuses(msgspec.Struct, frozen=True, kw_only=True):
    statuses: tuple[LeadStatus, ...]
    transitions: dict[str, tuple[str, ...]]
    version: int = 0

    @property
    def initial(self) -> LeadStatus:
        """In which a lead is captured."""
        return self.in_use("open")

    def status(self, status_id: str) -> LeadStatus:
        for status in self.statuses:
            if status.id == status_id:
                return status
        known = ", ".join(status.id for status in self.statuses)
        raise UnknownLeadStatus(f"{status_id!r} is no status of leads (there are {known})", field="status")

    def in_use(self, kind: StatusType) -> LeadStatus:
        """The status of a type of which there is one."""
        return next(status for status in self.statuses if status.type == kind and not status.retired)

    def after(self, status_id: str) -> tuple[str, ...]:
        return self.transitions.get(status_id, ())

    def entered(self, from_status: str, kind: StatusType) -> LeadStatus:
        """The first status of a type that may follow.

        Raises:
            LeadTransitionNotAllowed: none may.
        """
        for status in self.statuses:
            if status.type == kind and status.id in self.after(from_status):
                return status
        raise self._not_allowed(from_status, kind)

    def check_move(self, from_status: str, to_status: str) -> None:
        """Raises:
        LeadTransitionNotAllowed: naming both, and what may follow.
        """
        if to_status not in self.after(from_status):
            raise self._not_allowed(from_status, to_status)

    def _not_allowed(self, from_status: str, to: str) -> LeadTransitionNotAllowed:
        allowed = ", ".join(self.after(from_status)) or "none"
        return LeadTransitionNotAllowed(
            f"from {from_status!r} a lead does not go to {to!r} (allowed: {allowed})", field="status"
        )


def evolve(held: LeadStatuses, fact: Fact) -> LeadStatuses:
    event = fact.event
    if not isinstance(event, LeadStatusesDefined):
        return held
    return LeadStatuses(statuses=event.statuses, transitions=event.transitions, version=fact.version)


def _status(status_id: str, kind: StatusType) -> LeadStatus:
    return LeadStatus(id=status_id, name=status_id.capitalize(), type=kind)


SHIPPED = LeadStatuses(
    statuses=(
        _status("new", "open"),
        _status("working", "working"),
        _status("nurturing", "nurturing"),
        _status("qualified", "qualified"),
        _status("converted", "converted"),
        _status("disqualified", "disqualified"),
    ),
    transitions={
        "new": ("working", "nurturing", "qualified", "disqualified"),
        "working": ("nurturing", "qualified", "disqualified"),
        "nurturing": ("working", "qualified", "disqualified"),
        "qualified": ("working", "nurturing", "converted", "disqualified"),
        "disqualified": ("nurturing",),
    },
)

LEAD_STATUSES: Configuration[LeadStatuses] = Configuration("lead_statuses", evolve, SHIPPED)


def reachable(transitions: Transitions, start: Iterable[str]) -> set[str]:
    """The statuses that can be reached from those, themselves too."""
    found = set(start)
    ahead = list(found)
    while ahead:
        following = set(transitions.get(ahead.pop(), ())) - found
        found |= following
        ahead += following
    return found
