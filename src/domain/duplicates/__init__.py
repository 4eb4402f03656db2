"""Duplicates: which records may be one and the same, how likely that is, and what follows from it."""

from domain.duplicates.blocking import blocks
from domain.duplicates.card import (
    ATTRIBUTES,
    CARD_FIELDS,
    Card,
    CardField,
    Profile,
    Sources,
    card_of,
    phone_digits,
    profile_of,
)
from domain.duplicates.judging import NOTHING_TO_TELL, Check, Judgement, answer_to, judge
from domain.duplicates.refusals import (
    DismissalNeedsReason,
    DuplicateAlreadyDismissed,
    DuplicateOfItself,
    DuplicatesNotLookedFor,
    Likeness,
    PossibleDuplicate,
)
from domain.duplicates.rules import (
    ACTIONS,
    DUPLICATE_RULES,
    EVENTS,
    IDENTIFIERS,
    Action,
    Answer,
    DuplicateRules,
    DuplicateRulesDefined,
    Thresholds,
    define_rules,
)
from domain.duplicates.scoring import LIKELY, Contribution, Score, score

__all__ = [
    "ACTIONS",
    "ATTRIBUTES",
    "CARD_FIELDS",
    "DUPLICATE_RULES",
    "EVENTS",
    "IDENTIFIERS",
    "LIKELY",
    "NOTHING_TO_TELL",
    "Action",
    "Answer",
    "Card",
    "CardField",
    "Check",
    "Contribution",
    "DismissalNeedsReason",
    "DuplicateAlreadyDismissed",
    "DuplicateOfItself",
    "DuplicateRules",
    "DuplicateRulesDefined",
    "DuplicatesNotLookedFor",
    "Judgement",
    "Likeness",
    "PossibleDuplicate",
    "Profile",
    "Score",
    "Sources",
    "Thresholds",
    "answer_to",
    "blocks",
    "card_of",
    "define_rules",
    "judge",
    "phone_digits",
    "profile_of",
    "score",
]
