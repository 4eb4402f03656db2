"""Looks for duplicates before somebody is registered."""

from collections.abc import Callable, Sequence

from domain.duplicates import DUPLICATE_RULES, Action, Likeness, Profile, answer_to
from domain.ledger import Ledger
from projections.duplicates.query import Candidate, candidates
from projections.engine.reading import ReadModels

Found = tuple[Likeness, ...]


def likeness(candidate: Candidate, allows: Callable[[str | None], bool]) -> Likeness:
    """`allows` tells whether the customers of an owner are in sight."""
    return Likeness(
        customer_id=candidate.id,
        score=candidate.score.value,
        same=candidate.same,
        in_sight=allows(candidate.customer.owner),
    )


def look(
    reads: ReadModels,
    ledger: Ledger,
    action: Action,
    profiles: Sequence[Profile],
    allows: Callable[[str | None], bool] = lambda _: True,
) -> list[Found]:
    """Of each profile, the customers of whom the rules have something told. One statement; blocks.

    The read model is behind the log by what was not folded yet, and knows nothing of what is about to be written.
    """
    rules = DUPLICATE_RULES.now(ledger)
    if not rules.looks(action) or not profiles:
        return [() for _ in profiles]
    with reads.statements() as cursor:
        near = candidates(cursor, profiles, rules)
    return [
        tuple(
            each
            for each in (likeness(candidate, allows) for candidate in found.candidates)
            if answer_to(rules, action, each) != "allow"
        )
        for found in near
    ]
