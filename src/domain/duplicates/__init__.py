"""Duplicates: which records may be one and the same, how likely that is, and what follows from it."""

from domain.duplicates.blocking import blocks
from domain.duplicates.card import CARD_FIELDS, Card, CardField, Profile, Sources, card_of
from domain.duplicates.scoring import LIKELY, Contribution, Score, score

__all__ = [
    "CARD_FIELDS",
    "LIKELY",
    "Card",
    "CardField",
    "Contribution",
    "Profile",
    "Score",
    "Sources",
    "blocks",
    "card_of",
    "score",
]
