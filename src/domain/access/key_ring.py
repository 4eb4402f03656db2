"""Tells from an API key who asks, by a state of access control held in memory."""

from datetime import datetime

from domain.access.keys import ApiKey, matches
from domain.access.reach import Caller, caller_of
from domain.access.refusals import NotAuthenticated
from domain.access.state import Access, Key


class KeyRing:
    """The keys of one state of access control. What a key may do is worked out when it is first used."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._callers: dict[str, Caller] = {}

    def caller(self, given: ApiKey, now: datetime) -> Caller:
        """Who holds the key.

        Raises:
            NotAuthenticated: it is unknown, revoked, or has ended.
        """
        key = self.access.keys.get(given.id)
        # Before anything is told of a key, its secret has to fit: an id alone is no secret.
        if key is None or not matches(given.secret, key.digest):
            raise NotAuthenticated("the API key is unknown")
        if not key.works(now):
            raise NotAuthenticated(_why_not(key))
        caller = self._callers.get(key.id)
        if caller is None:
            caller = caller_of(self.access, key.principal, key.scopes, key_id=key.id)
            self._callers[key.id] = caller
        return caller


def _why_not(key: Key) -> str:
    if key.revoked_at is not None:
        return f"API key {key.id} was revoked"
    if key.successor is not None and key.ends_at != key.expires_at:
        return f"API key {key.id} was rotated: use its successor {key.successor}"
    return f"API key {key.id} has expired"
