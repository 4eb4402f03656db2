"""Principals of the API's tests: each with a key of its own, in roles and teams of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import uuid4

from domain.access import Access, change_access, define_role, set_member
from domain.access.permissions import OWNED
from domain.events import Event
from tests.support.access import key_of
from tests.support.facts import by

from .asking import Caller
from .server import RunningApi

EACH = tuple(f"{kind}:{action}" for kind in OWNED for action in ("read", "create", "change"))
"""All that is done with records that have owners."""


def at(level: str, *permissions: str) -> dict[str, str]:
    """These permissions at a level; all on records that have owners, where none is named."""
    return dict.fromkeys(permissions or EACH, level)


class Company:
    """`me` and `mate` are in one team, `other` is in another one."""

    def __init__(self, api: RunningApi) -> None:
        self.api = api
        some = uuid4().hex[:8]
        self.me, self.mate, self.other = f"me-{some}", f"mate-{some}", f"other-{some}"
        self.owners = {"me": self.me, "mate": self.mate, "other": self.other, "nobody": None}
        self._teams = {self.me: f"north-{some}", self.mate: f"north-{some}", self.other: f"south-{some}"}
        for principal in self._teams:
            self.join(principal, {"segment:read": "all"})

    def join(self, principal: str, grants: Mapping[str, str]) -> None:
        """The principal has a role that grants this, from now on, and no other."""
        role = f"role-{uuid4().hex[:8]}"

        def decide(access: Access) -> tuple[Event, ...]:
            defined = define_role(access, name=role, grants=grants)
            told = access.with_role(role, defined.grants)
            return defined, set_member(told, principal=principal, roles=[role], team=self._teams.get(principal))

        self.api.services.ledger.execute(change_access(decide, by("test")))
        self.api.identity.refresh()

    def caller(
        self, grants: Mapping[str, str], principal: str | None = None, scopes: Iterable[str] = ("*",)
    ) -> Caller:
        """`me`, or another principal, with these grants."""
        principal = principal or self.me
        self.join(principal, grants)
        key = key_of(self.api.services.ledger, principal, roles=(), scopes=scopes)
        self.api.identity.refresh()
        return Caller(self.api, self.api.client_with(key))
