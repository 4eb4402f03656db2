"""What can have happened to who may do what."""

from datetime import datetime
from typing import ClassVar

from domain.access.permissions import Level
from domain.events import Event


class RoleDefined(Event, frozen=True, kw_only=True):
    """Also when it was defined before: the last definition holds. A permission not named reaches nowhere."""

    TYPE: ClassVar[str] = "access.role_defined"
    name: str
    grants: dict[str, Level]


class RoleRemoved(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "access.role_removed"
    name: str


class MemberSet(Event, frozen=True, kw_only=True):
    """`roles` and `team` take the place of those that the principal had."""

    TYPE: ClassVar[str] = "access.member_set"
    principal: str
    roles: tuple[str, ...]
    team: str | None = None


class MemberRemoved(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "access.member_removed"
    principal: str


class KeyIssued(Event, frozen=True, kw_only=True):
    """`digest` is the SHA-256 of the key's secret part, in hexadecimal; the secret itself is nowhere kept."""

    TYPE: ClassVar[str] = "access.key_issued"
    key_id: str
    principal: str
    digest: str
    scopes: tuple[str, ...]
    expires_at: datetime | None = None


class KeyRevoked(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "access.key_revoked"
    key_id: str


class KeyRotated(Event, frozen=True, kw_only=True):
    """The key `new_key_id` takes over principal and scopes; the old one works beside it until `overlap_until`."""

    TYPE: ClassVar[str] = "access.key_rotated"
    key_id: str
    new_key_id: str
    digest: str
    expires_at: datetime | None = None
    overlap_until: datetime


EVENTS: tuple[type[Event], ...] = (
    RoleDefined,
    RoleRemoved,
    MemberSet,
    MemberRemoved,
    KeyIssued,
    KeyRevoked,
    KeyRotated,
)
