"""The rules by which records are found to be one person's: which identifiers count, how far a group may grow, and
whose value survives."""

from domain.identity.rules import (
    EVENTS,
    IDENTITY_RULES,
    IdentityRules,
    IdentityRulesDefined,
    Policy,
    define_rules,
)

__all__ = [
    "EVENTS",
    "IDENTITY_RULES",
    "IdentityRules",
    "IdentityRulesDefined",
    "Policy",
    "define_rules",
]
