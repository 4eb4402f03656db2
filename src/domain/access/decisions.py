"""What may be done with roles, members and API keys, and when."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from domain.access.events import (
    KeyIssued,
    KeyRevoked,
    KeyRotated,
    MemberRemoved,
    MemberSet,
    RoleDefined,
    RoleRemoved,
)
from domain.access.keys import ApiKey, digest
from domain.access.permissions import EVERYTHING, OWNED, PERMISSIONS, Level, covers, kind_of
from domain.access.refusals import (
    AccessAlreadySo,
    BuiltInRole,
    KeyAlreadyRevoked,
    KeyAlreadyRotated,
    KeyExpiryInThePast,
    KeyHasExpired,
    KeyIdTaken,
    KeyNotFound,
    LastAdmin,
    LevelNeedsOwner,
    MemberNotFound,
    RoleInUse,
    RoleNotFound,
    ScopeMatchesNothing,
    UnknownLevel,
    UnknownPermission,
    UnknownRole,
)
from domain.access.roles import BUILT_IN
from domain.access.state import Access, Key, Member
from domain.events import Event
from domain.texts import filled


def define_role(access: Access, *, name: str, grants: Mapping[str, str]) -> RoleDefined:
    """Define a role, or define it anew: `grants` says of each permission how far it reaches."""
    name = filled(name, field="name")
    _check_not_built_in(name)
    levels = {permission: _level(permission, level) for permission, level in grants.items()}
    if access.roles.get(name) == levels:
        raise AccessAlreadySo(f"role {name!r} already grants that", field="grants")
    _check_administered(access, access.with_role(name, levels))
    return RoleDefined(name=name, grants=levels)


def remove_role(access: Access, *, name: str) -> RoleRemoved:
    _check_not_built_in(name)
    if name not in access.roles:
        raise RoleNotFound(f"there is no role {name!r}", field="name")
    holders = [principal for principal, member in access.members.items() if name in member.roles]
    if holders:
        raise RoleInUse(f"{len(holders)} members have role {name!r}, {holders[0]!r} among them", field="name")
    return RoleRemoved(name=name)


def set_member(access: Access, *, principal: str, roles: Iterable[str], team: str | None = None) -> MemberSet:
    """Give a principal these roles and this team, in place of those that it had."""
    principal = filled(principal, field="principal")
    member = Member(_known_roles(access, roles), None if team is None else filled(team, field="team"))
    if access.members.get(principal) == member:
        raise AccessAlreadySo(f"{principal!r} already has these roles and this team", field="roles")
    _check_administered(access, access.with_member(principal, member))
    return MemberSet(principal=principal, roles=member.roles, team=member.team)


def remove_member(access: Access, *, principal: str, now: datetime) -> tuple[Event, ...]:
    """Take everything from a principal, its keys too: they would work again if it ever came back."""
    if principal not in access.members:
        raise MemberNotFound(f"there is no member {principal!r}", field="principal")
    _check_administered(access, access.with_member(principal, None))
    working = (key for key in access.keys.values() if key.principal == principal and key.works(now))
    return (MemberRemoved(principal=principal), *(KeyRevoked(key_id=key.id) for key in working))


def issue_key(
    access: Access,
    *,
    key: ApiKey,
    principal: str,
    now: datetime,
    scopes: Iterable[str] = EVERYTHING,
    expires_at: datetime | None = None,
    roles: Iterable[str] = (),
) -> tuple[Event, ...]:
    """Let a key act as a member, within scopes. `roles` the member has from now on, beside those it had.

    With roles, the principal need not be a member yet.
    """
    principal = filled(principal, field="principal")
    _check_id_free(access, key)
    _check_ahead(expires_at, now, field="expires_at")
    issued = KeyIssued(
        key_id=key.id,
        principal=principal,
        digest=digest(key.secret),
        scopes=_matching(scopes),
        expires_at=expires_at,
    )
    member = access.members.get(principal)
    had = member or Member(())
    wanted = _known_roles(access, (*had.roles, *roles))
    if member is None and not wanted:
        raise MemberNotFound(f"{principal!r} is no member: give it a role", field="principal")
    if wanted == had.roles:
        return (issued,)
    return (MemberSet(principal=principal, roles=wanted, team=had.team), issued)


def revoke_key(access: Access, *, key_id: str) -> KeyRevoked:
    """End a key at once; an expired one too, which makes it certain that it stays ended."""
    _unrevoked(access, key_id)
    return KeyRevoked(key_id=key_id)


def rotate_key(
    access: Access,
    *,
    key_id: str,
    new: ApiKey,
    overlap: timedelta,
    now: datetime,
    lifetime: timedelta | None = None,
) -> KeyRotated:
    """Put a new key in an old one's place, of the same principal and scopes; both work while they overlap.

    The new one lasts for `lifetime`; where that is not said, as long as the old one was given.
    """
    old = _unrevoked(access, key_id)
    if old.successor is not None:
        raise KeyAlreadyRotated(f"API key {key_id} was rotated: its successor is {old.successor}", field="key_id")
    if not old.works(now):
        raise KeyHasExpired(f"API key {key_id} has expired", field="key_id")
    if overlap < timedelta(0):
        raise KeyExpiryInThePast("the overlap is less than nothing", field="overlap")
    _check_id_free(access, new)
    if lifetime is None and old.expires_at is not None:
        lifetime = old.expires_at - old.issued_at
    expires_at = None if lifetime is None else now + lifetime
    _check_ahead(expires_at, now, field="lifetime")
    return KeyRotated(
        key_id=key_id,
        new_key_id=new.id,
        digest=digest(new.secret),
        expires_at=expires_at,
        overlap_until=now + overlap,
    )


def _level(permission: str, level: str) -> Level:
    field = f"grants.{permission}"
    if permission not in PERMISSIONS:
        raise UnknownPermission(f"there is no permission {permission!r}", field=field)
    if level not in list(Level):
        raise UnknownLevel(f"{level!r} is no level; there are {', '.join(Level)}", field=field)
    if level in (Level.OWN, Level.TEAM) and kind_of(permission) not in OWNED:
        raise LevelNeedsOwner(f"{permission} reaches all or none: nobody owns such things", field=field)
    return Level(level)


def _check_not_built_in(name: str) -> None:
    if name in BUILT_IN:
        raise BuiltInRole(f"role {name!r} is built in", field="name")


def _known_roles(access: Access, roles: Iterable[str]) -> tuple[str, ...]:
    """Each role once, in the order given."""
    wanted = tuple(dict.fromkeys(roles))
    for role in wanted:
        if access.grants(role) is None:
            known = ", ".join((*BUILT_IN, *access.roles))
            raise UnknownRole(f"there is no role {role!r} (there is {known})", field="roles")
    return wanted


def _administrators(access: Access) -> set[str]:
    return {
        principal
        for principal, member in access.members.items()
        for role in member.roles
        if (access.grants(role) or {}).get("access:change") == Level.ALL
    }


def _check_administered(before: Access, after: Access) -> None:
    if _administrators(before) and not _administrators(after):
        raise LastAdmin("nobody could change access any more; give that to somebody else first")


def _matching(scopes: Iterable[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(scopes))
    if not wanted:
        raise ScopeMatchesNothing("a key without scopes could do nothing", field="scopes")
    for scope in wanted:
        if not any(covers((scope,), permission) for permission in PERMISSIONS):
            raise ScopeMatchesNothing(f"scope {scope!r} covers no permission", field="scopes")
    return wanted


def _check_id_free(access: Access, key: ApiKey) -> None:
    if key.id in access.keys:
        raise KeyIdTaken(f"there is an API key {key.id} already", field="key_id")


def _check_ahead(expires_at: datetime | None, now: datetime, *, field: str) -> None:
    if expires_at is not None and expires_at <= now:
        raise KeyExpiryInThePast(f"{expires_at.isoformat()} does not lie ahead of now", field=field)


def _unrevoked(access: Access, key_id: str) -> Key:
    key = access.keys.get(key_id)
    if key is None:
        raise KeyNotFound(f"there is no API key {key_id!r}", field="key_id")
    if key.revoked_at is not None:
        raise KeyAlreadyRevoked(f"API key {key_id} was revoked at {key.revoked_at.isoformat()}", field="key_id")
    return key
