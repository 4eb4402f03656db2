"""Who asks, and which records that one reaches."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from domain.access.permissions import EVERYTHING, PERMISSIONS, Level, covers
from domain.access.roles import Grants
from domain.access.state import Access, Member

_NOBODY = Member(())


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated principal, and how far each of its permissions reaches; one not in `grants` nowhere.

    `team` holds the principals of the caller's team, the caller among them; `key_id` is the API key used.
    `unlimited` says that each permission that there is reaches everything.
    """

    principal: str
    grants: Grants
    team: frozenset[str]
    key_id: str | None = None
    unlimited: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """The records that a caller reaches: everything, or those whose owner is one of `owners`."""

    everything: bool
    owners: frozenset[str] = frozenset()

    def allows(self, owner: str | None) -> bool:
        """Whether a record of that owner is reached. One without owner is, where everything is."""
        return self.everything or (owner is not None and owner in self.owners)


_EVERYTHING = Reach(everything=True)
_NOTHING = Reach(everything=False)


def caller_of(
    access: Access,
    principal: str,
    scopes: Iterable[str],
    *,
    roles: Iterable[str] = (),
    key_id: str | None = None,
) -> Caller:
    """The principal with the most that any of its roles grants, within the scopes.

    `roles` come on top of those that it has as a member, where they are defined.
    """
    member = access.members.get(principal, _NOBODY)
    most: dict[str, Level] = {}
    for role in (*member.roles, *roles):
        for permission, level in (access.grants(role) or {}).items():
            if level > most.get(permission, Level.NONE):
                most[permission] = level
    limits = frozenset(scopes)
    if limits.isdisjoint(EVERYTHING):
        most = {permission: level for permission, level in most.items() if covers(limits, permission)}
    team = frozenset({principal}) if member.team is None else access.teams[member.team]
    unlimited = all(most.get(permission) is Level.ALL for permission in PERMISSIONS)
    return Caller(principal, MappingProxyType(most), team, key_id, unlimited)


def reach(caller: Caller, permission: str) -> Reach:
    """Which records the caller reaches with one permission."""
    match caller.grants.get(permission, Level.NONE):
        case Level.ALL:
            return _EVERYTHING
        case Level.TEAM:
            return Reach(everything=False, owners=caller.team)
        case Level.OWN:
            return Reach(everything=False, owners=frozenset({caller.principal}))
        case _:
            return _NOTHING
