"""Who may do what: roles, members, API keys. It is itself told by facts, in a stream of its own."""

from domain.access.authentication import Authenticator, IdentityProviderUnavailable
from domain.access.commands import change_access, change_access_as
from domain.access.decisions import (
    define_role,
    issue_key,
    remove_member,
    remove_role,
    revoke_key,
    rotate_key,
    set_member,
)
from domain.access.events import (
    EVENTS,
    KeyIssued,
    KeyRevoked,
    KeyRotated,
    MemberRemoved,
    MemberSet,
    RoleDefined,
    RoleRemoved,
)
from domain.access.permissions import PERMISSIONS, Level, covers
from domain.access.reach import Caller, Reach, caller_of, reach
from domain.access.refusals import (
    CredentialsMissing,
    MalformedKey,
    NotAuthenticated,
    NotPermitted,
    NotYoursToGive,
)
from domain.access.roles import BUILT_IN
from domain.access.state import ACCESS, ACCESS_ID, Access, Key, Member, evolve

__all__ = [
    "ACCESS",
    "ACCESS_ID",
    "BUILT_IN",
    "EVENTS",
    "PERMISSIONS",
    "Access",
    "Authenticator",
    "Caller",
    "CredentialsMissing",
    "IdentityProviderUnavailable",
    "Key",
    "KeyIssued",
    "KeyRevoked",
    "KeyRotated",
    "Level",
    "MalformedKey",
    "Member",
    "MemberRemoved",
    "MemberSet",
    "NotAuthenticated",
    "NotPermitted",
    "NotYoursToGive",
    "Reach",
    "RoleDefined",
    "RoleRemoved",
    "caller_of",
    "change_access",
    "change_access_as",
    "covers",
    "define_role",
    "evolve",
    "issue_key",
    "reach",
    "remove_member",
    "remove_role",
    "revoke_key",
    "rotate_key",
    "set_member",
]
