"""Features that separate too well to be believed: they may tell the outcome itself, whatever moment they claim.

Two signs, both over all rows, by tenths of a number's values and by each other value:

- **Alone against all others.** Out of three parts of the rows, each is predicted by what the other two say. The
  feature alone separates at least nine tenths as well (AUC beyond 0.5) as all others together, and all together
  lose 0.05 or more without it; or alone it reaches an AUC of 0.95.
- **Certainty.** In one tenth, or under one value, the outcome always or never happened, though by its share of all
  rows that would come by chance less often than once in a million times. Only of values that are told: a count
  of events is worked out from their own times, and who orders every week does order again.

They cannot tell a leak from a feature that is truly as good, and a leak that two features share goes unnoticed by
the first sign, a weak one by both: they ask for a reason, and prove nothing.
"""

from collections import Counter
from collections.abc import Sequence
from math import log

import msgspec

from domain.scoring.predictive import Feature
from domain.scoring.training_refusals import FeatureTooGood

NEARLY_AS_GOOD = 0.9
LOST_WITHOUT = 0.05
ALONE = 0.95
BY_CHANCE = 1e-6


class Separation(msgspec.Struct, frozen=True):
    """How well (AUC) a feature separates alone; all others together, where that was asked for; and where it is
    certain."""

    feature: str
    alone: float
    others: float | None = None
    certain: str | None = None


def check_separations(features: Sequence[Feature], whole: float, found: Sequence[Separation]) -> None:
    """Refuse the first feature that is too good and not trusted; `whole` is how well all separate together.

    Raises:
        FeatureTooGood: saying how good, or where it is certain.
    """
    for place, (feature, each) in enumerate(zip(features, found, strict=True)):
        why = suspicious(each, whole)
        if why is not None and feature.trusted_because is None:
            raise FeatureTooGood(
                f"{feature.name} {why}: does it tell the outcome? If it is known at the moment that is predicted "
                "from, say why in `trusted_because`",
                field=f"predictive.features.{place}",
            )


def suspicious(each: Separation, whole: float) -> str | None:
    """What is suspicious of a feature, in words; None for nothing."""
    if each.certain is not None:
        return each.certain
    if each.alone >= ALONE:
        return f"alone separates with an AUC of {each.alone:.3f}"
    if each.others is None or whole - each.others < LOST_WITHOUT:
        return None
    if each.alone - 0.5 < NEARLY_AS_GOOD * (each.others - 0.5):
        return None
    return (
        f"alone separates with an AUC of {each.alone:.3f}, all others together with {each.others:.3f}, "
        f"all with {whole:.3f}"
    )


def certainty(values: Sequence[str], outcomes: Sequence[bool]) -> str | None:
    """Where the outcome is certain, by the values of a feature; in words, and None for nowhere. Both outcomes are
    among the rows."""
    share = sum(outcomes) / len(outcomes)
    had = Counter(value for value, outcome in zip(values, outcomes, strict=True) if outcome)
    for value, times in Counter(values).items():
        where = f"where it is {value or 'not known'} ({times:,} of {len(values):,} rows)"
        if had[value] == 0 and times * log(1 - share) < log(BY_CHANCE):
            return f"rules the outcome out {where}"
        if had[value] == times and times * log(share) < log(BY_CHANCE):
            return f"makes the outcome certain {where}"
    return None
