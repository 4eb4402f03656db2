"""Nobody gives away more than he has."""

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from domain.access.permissions import EVERYTHING, Level
from domain.access.reach import Caller, Reach, caller_of, reach
from domain.access.refusals import NotYoursToGive
from domain.access.state import Access


def check_giving(giver: Caller, before: Access, after: Access) -> None:
    """Refuse a change of access after which a role, a member or a new key reaches what neither the giver reaches
    nor it reached before. A key is new to its holder, who is the giver as long as he keeps it: it reaches nothing
    that the giver does not.

    Raises:
        NotYoursToGive: naming the permission.
    """
    _check_roles(giver, before, after)
    for principal in sorted(_touched(before, after)):
        had, has = _as_member(before, principal, giver), _as_member(after, principal, giver)
        for permission in has.grants:
            reached = reach(has, permission)
            if not _within(reached, reach(had, permission), reach(giver, permission)):
                raise _refusal(giver, f"{principal!r} would reach more", permission, field="roles")
    for key_id in after.keys.keys() - before.keys.keys():
        key = after.keys[key_id]
        acting = caller_of(after, key.principal, key.scopes)
        for permission in acting.grants:
            if not _within(reach(acting, permission), reach(giver, permission)):
                raise _refusal(giver, f"a key of {key.principal!r} would reach more", permission, field="scopes")


def _check_roles(giver: Caller, before: Access, after: Access) -> None:
    for name, grants in after.roles.items():
        known = before.roles.get(name, {})
        for permission, level in grants.items():
            most = max(known.get(permission, Level.NONE), giver.grants.get(permission, Level.NONE))
            if level > most:
                raise _refusal(
                    giver, f"role {name!r} would reach further", permission, field=f"grants.{permission}"
                )


def _touched(before: Access, after: Access) -> Iterator[str]:
    """The principals that a change of roles, members or teams may give something to."""
    roles = {name for name in after.roles if after.roles[name] != before.roles.get(name)}
    teams = {name for name in after.teams if after.teams[name] != before.teams.get(name)}
    for principal, member in after.members.items():
        if member != before.members.get(principal) or member.team in teams or not roles.isdisjoint(member.roles):
            yield principal


def _as_member(access: Access, principal: str, giver: Caller) -> Caller:
    """What the principal reaches without a key; the giver with what he was let in with, too: his identity provider
    may have given him roles of which the log does not know."""
    member = caller_of(access, principal, EVERYTHING)
    if principal != giver.principal:
        return member
    most = {
        permission: max(member.grants.get(permission, Level.NONE), giver.grants.get(permission, Level.NONE))
        for permission in (*member.grants, *giver.grants)
    }
    return replace(member, grants=MappingProxyType(most))


def _within(reached: Reach, *allowed: Reach) -> bool:
    """Whether all that is reached is reached by one of these, too."""
    if any(each.everything for each in allowed):
        return True
    together: frozenset[str] = frozenset().union(*(each.owners for each in allowed))
    return not reached.everything and reached.owners <= together


def _refusal(giver: Caller, why: str, permission: str, *, field: str) -> NotYoursToGive:
    return NotYoursToGive(f"{why} than {giver.principal!r} does: {permission}", field=field)
