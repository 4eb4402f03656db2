"""What can be permitted: kinds of things, what is done with them, and how far that reaches."""

from collections.abc import Iterable
from enum import StrEnum


class Level(StrEnum):
    """How far a permission reaches: nowhere, one's own records, those of one's team, all.

    Ordered by reach, not by the alphabet.
    """

    NONE = "none"
    OWN = "own"
    TEAM = "team"
    ALL = "all"

    @property
    def rank(self) -> int:
        return _RANKS[self]

    # A text has an order of its own: all four are replaced, or one of them would be the alphabet's.
    def __lt__(self, other: str) -> bool:
        return self.rank < Level(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Level(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Level(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Level(other).rank


_RANKS = {level: rank for rank, level in enumerate(Level)}

OWNED = ("customer", "lead", "deal", "order", "interaction", "task")
"""The kinds whose records have owners. For all other things the levels own and team mean nothing."""

_ACTIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(OWNED, ("read", "create", "change")),
    # The leads that nobody owns, to be had by who asks first.
    "pool": ("read", "claim"),
    "segment": ("read", "create", "change"),
    # Of all customers, by any model.
    "score": ("read",),
    # Models tried on the past: to see what was found; to ask for it; to cancel or drop it.
    "replay": ("read", "create", "change"),
    "forecast": ("read",),
    "audit": ("read",),
    "status": ("read", "change"),
    # How the organisation works: pipelines, lead statuses, assignment rules, custom fields, rates, …
    "settings": ("read", "change"),
    # To issue keys; to change roles and members, to rotate and revoke keys. Nobody gives away more than he has.
    "access": ("read", "create", "change"),
    # To act on somebody's behalf.
    "actor": ("represent",),
}

PERMISSIONS: tuple[str, ...] = tuple(
    f"{kind}:{action}" for kind, actions in _ACTIONS.items() for action in actions
)
"""All that there are, each written `<kind>:<action>`."""

EVERYTHING: tuple[str, ...] = ("*",)
"""The scopes that limit nothing."""


def kind_of(permission: str) -> str:
    return permission.partition(":")[0]


def covers(scopes: Iterable[str], permission: str) -> bool:
    """Whether one of the scopes is the permission, or a wildcard for it: `deal:*`, `*:read`, `*`."""
    kind, _, action = permission.partition(":")
    return not {permission, f"{kind}:*", f"*:{action}", "*:*", "*"}.isdisjoint(scopes)
