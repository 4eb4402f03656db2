"""The roles that are there from the start. They cannot be changed; others are defined beside them."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.access.permissions import PERMISSIONS, Level, covers

Grants = Mapping[str, Level]
"""How far each permission reaches; what is not named reaches nowhere."""


def _grants(levels: Mapping[Level, tuple[str, ...]]) -> Grants:
    """The permissions that the scopes of each level cover; the highest level counts."""
    return MappingProxyType(
        {
            permission: level
            for level in sorted(levels)
            for permission in PERMISSIONS
            if covers(levels[level], permission)
        }
    )


ADMIN = _grants({Level.ALL: ("*",)})

# What a seller may do, a manager may too: see and enter everything about customers, but change what the team owns.
MANAGER = _grants(
    {
        Level.TEAM: ("customer:change", "lead:*", "deal:*", "order:change", "interaction:change", "task:*"),
        Level.ALL: (
            *("customer:read", "customer:create", "order:read", "order:create"),
            *("interaction:read", "interaction:create", "forecast:read", "segment:read", "score:read"),
            *("pool:*", "settings:read"),
        ),
    }
)

SALES = _grants(
    {
        Level.OWN: ("customer:change", "lead:*", "deal:*", "order:change", "interaction:change", "task:*"),
        Level.ALL: (
            *("customer:read", "customer:create", "order:read", "order:create"),
            *("interaction:read", "interaction:create", "segment:read", "score:read", "pool:*", "settings:read"),
        ),
    }
)

ANALYST = _grants({Level.ALL: ("*:read", "replay:*")})

# For forms, shops and imports: a leaked key of theirs shows nothing.
INTAKE = _grants({Level.ALL: ("customer:create", "lead:create", "order:create", "interaction:create")})

BUILT_IN: Mapping[str, Grants] = MappingProxyType(
    {"admin": ADMIN, "manager": MANAGER, "sales": SALES, "analyst": ANALYST, "intake": INTAKE}
)
