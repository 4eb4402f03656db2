"""Who may do what, folded from the one stream that tells of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.access.events import (
    KeyIssued,
    KeyRevoked,
    KeyRotated,
    MemberRemoved,
    MemberSet,
    RoleDefined,
    RoleRemoved,
)
from domain.access.refusals import AccessExists, AccessNotFound
from domain.access.roles import BUILT_IN, Grants
from domain.aggregates import Aggregate
from domain.facts import Fact

T = TypeVar("T")

ACCESS_ID = UUID("00000000-0000-7000-8000-0000000acce5")
"""The one stream of access control; also the `customer_id` of its facts, which belong to no customer's story."""


class Member(msgspec.Struct, frozen=True):
    roles: tuple[str, ...]
    team: str | None = None


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """`ends_at` is when it stops working by itself: it expires, or the overlap with its successor ends."""

    id: str
    principal: str
    digest: str
    scopes: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime | None = None
    ends_at: datetime | None = None
    revoked_at: datetime | None = None
    successor: str | None = None

    def works(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.ends_at is None or now < self.ends_at)


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """`roles` are those that were defined, beside the built-in ones. Ended keys stay, to be told apart.

    `teams` holds the principals of each team.
    """

    roles: Mapping[str, Grants] = {}
    members: Mapping[str, Member] = {}
    keys: Mapping[str, Key] = {}
    teams: Mapping[str, frozenset[str]] = {}

    def grants(self, role: str) -> Grants | None:
        """What a role grants; None where there is no such role."""
        return BUILT_IN.get(role) or self.roles.get(role)

    def with_role(self, name: str, grants: Grants | None) -> "Access":
        """With the role so defined, or removed."""
        return replace(self, roles=_with(self.roles, name, grants))

    def with_member(self, principal: str, member: Member | None) -> "Access":
        """With the member so set, or removed."""
        members = _with(self.members, principal, member)
        teams: dict[str, set[str]] = {}
        for name, each in members.items():
            if each.team is not None:
                teams.setdefault(each.team, set()).add(name)
        together = {team: frozenset(names) for team, names in teams.items()}
        return replace(self, members=members, teams=together)

    def with_key(self, key: Key) -> "Access":
        return replace(self, keys={**self.keys, key.id: key})


def _with(known: Mapping[str, T], name: str, value: T | None) -> dict[str, T]:
    others = {each: other for each, other in known.items() if each != name}
    return others if value is None else {**others, name: value}


def evolve(access: Access | None, fact: Fact) -> Access:
    """Any event may be the first."""
    before = access or Access()
    match fact.event:
        case RoleDefined(name=name, grants=grants):
            return before.with_role(name, grants)
        case RoleRemoved(name=name):
            return before.with_role(name, None)
        case MemberSet(principal=principal, roles=roles, team=team):
            return before.with_member(principal, Member(roles, team))
        case MemberRemoved(principal=principal):
            return before.with_member(principal, None)
        case _:
            return _with_key_event(before, fact)


def _with_key_event(access: Access, fact: Fact) -> Access:
    match fact.event:
        case KeyIssued() as issued:
            return access.with_key(
                Key(
                    id=issued.key_id,
                    principal=issued.principal,
                    digest=issued.digest,
                    scopes=issued.scopes,
                    issued_at=fact.occurred_at,
                    expires_at=issued.expires_at,
                    ends_at=issued.expires_at,
                )
            )
        case KeyRevoked(key_id=key_id) if key_id in access.keys:
            return access.with_key(replace(access.keys[key_id], revoked_at=fact.occurred_at))
        case KeyRotated(key_id=key_id) as rotated if key_id in access.keys:
            return _rotated(access, access.keys[key_id], rotated, fact.occurred_at)
        case _:
            return access


def _rotated(access: Access, old: Key, rotated: KeyRotated, at: datetime) -> Access:
    until = rotated.overlap_until
    ends_at = until if old.ends_at is None else min(until, old.ends_at)
    new = Key(
        id=rotated.new_key_id,
        principal=old.principal,
        digest=rotated.digest,
        scopes=old.scopes,
        issued_at=at,
        expires_at=rotated.expires_at,
        ends_at=rotated.expires_at,
    )
    return access.with_key(replace(old, ends_at=ends_at, successor=new.id)).with_key(new)


# Not chronological: a clock that ran ahead must never hold up a revocation.
ACCESS: Aggregate[Access] = Aggregate("access", evolve, AccessNotFound, AccessExists, chronological=False)
