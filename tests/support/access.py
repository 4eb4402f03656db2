"""API keys for tests."""

import secrets
from collections.abc import Iterable

from domain.access import change_access, issue_key
from domain.access.keys import compose, draw
from domain.ledger import Ledger
from tests.support.facts import NOON, by


def key_of(
    ledger: Ledger, principal: str = "ann", *, roles: Iterable[str] = ("admin",), scopes: Iterable[str] = ("*",)
) -> str:
    """A new API key of a principal, who has these roles from now on; as it is sent."""
    key = draw(secrets.choice)
    ledger.execute(
        change_access(
            lambda access: issue_key(
                access, key=key, principal=principal, now=NOON, scopes=tuple(scopes), roles=tuple(roles)
            ),
            by("test"),
        )
    )
    return compose(key.id, key.secret)


def bearer(key: str) -> dict[str, str]:
    """The header that says who asks."""
    return {"Authorization": f"Bearer {key}"}
