"""Tells who asks, by a state of access control held in memory."""

from datetime import datetime

from domain.access.keys import ApiKey, matches
from domain.access.reach import Caller, caller_of
from domain.access.refusals import NotAuthenticated
from domain.access.state import Access, Key

_REMEMBERED = 10_000


class KeyRing:
    """The keys and principals of one state of access control. What one may do is worked out the first time."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._callers: dict[tuple[object, ...], Caller] = {}

    def holder(self, given: ApiKey, now: datetime) -> Caller:
        """Who holds the key.

        Raises:
            NotAuthenticated: it is unknown, revoked, or has ended.
        """
        key = self._access.keys.get(given.id)
        # Before anything is told of a key, its secret has to fit: an id alone is no secret.
        if key is None or not matches(given.secret, key.digest):
            raise NotAuthenticated("the API key is unknown")
        if not key.works(now):
            raise NotAuthenticated(_why_not(key))
        return self.principal(key.principal, key.scopes, key_id=key.id)

    def principal(
        self, name: str, scopes: tuple[str, ...], roles: tuple[str, ...] = (), key_id: str | None = None
    ) -> Caller:
        """As `caller_of`."""
        asked = (name, scopes, roles, key_id)
        caller = self._callers.get(asked)
        if caller is None:
            caller = caller_of(self._access, name, scopes, roles=roles, key_id=key_id)
            if len(self._callers) >= _REMEMBERED:
                self._callers.clear()
            self._callers[asked] = caller
        return caller


def _why_not(key: Key) -> str:
    if key.revoked_at is not None:
        return f"API key {key.id} was revoked"
    if key.successor is not None and key.ends_at != key.expires_at:
        return f"API key {key.id} was rotated: use its successor {key.successor}"
    return f"API key {key.id} has expired"
