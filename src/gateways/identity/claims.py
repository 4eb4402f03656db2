"""What a verified token's claims say of roles and scopes."""

import re
from collections.abc import Mapping
from typing import Any

from domain.access import NotAuthenticated
from domain.access.permissions import EVERYTHING

# Of our own form, whether or not there is such a permission: `deal:read`, `*`, also `deals:read` and `Deal:Read`.
# No address (`https://…`, `api://…`) and no `urn:…`, which providers use for terms of their own.
_SCOPE = re.compile(r"\*|(?!urn:)[^:/]+:[^/]+")


def scopes_of(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The limits that the claim `scope` sets, as the scopes of an API key do.

    Providers put terms of their own there (`openid profile`): where nothing has the form of a permission, the
    token was not made out for less than its holder may do, and nothing is limited. Where anything has that form,
    only what it names is permitted, and what it misspells is not: a wrong scope never opens more than a right one.

    Raises:
        NotAuthenticated: the claim is neither a text nor a list of texts.
    """
    terms = _texts(claims.get("scope"))
    if terms is None:
        raise NotAuthenticated("the token's claim scope is neither a text nor a list of texts")
    ours = tuple(term for term in terms if _SCOPE.fullmatch(term))
    return ours or EVERYTHING


def roles_of(claims: Mapping[str, Any], roles_claim: str | None) -> tuple[str, ...]:
    """The roles that the provider says the caller has; none where the claim holds anything but texts."""
    if roles_claim is None:
        return ()
    return _texts(_found(claims, roles_claim)) or ()


def _found(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, which may itself hold dots, or by a path with dots: `realm_access.roles`."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _texts(value: Any) -> tuple[str, ...] | None:
    """The words of a text, or the texts of a list; None for anything else."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(value.split())
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    return None
