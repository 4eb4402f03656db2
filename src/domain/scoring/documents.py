"""A scoring model: a document that says how customers are scored."""

from datetime import datetime
from typing import Literal

import msgspec

from domain.scoring.predictive import Predictive
from domain.scoring.rules import Band, Combined, EngagementRule, FitRule, Health

MODEL_ID = r"[a-z][a-z0-9_]{0,30}"
NOT_A_MODEL_ID = r"__|_$|_(history|pkey|[0-9]+)$"
"""What the read model of another model's scores could be called, beside its own name."""

Kind = Literal["fit", "engagement", "combined", "health", "predictive"]


class ScoringModel(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One version of a model, as it is written: which parts it has is a matter of its kind.

    `fit`: rules on attributes; `engagement`: rules on events; `combined`: both, with their weights; `health`:
    rules on events that move a start up and down; `predictive`: what was learnt. It goes live not before
    `effective_from`. A score below the lowest band is in none.
    """

    id: str
    kind: Kind
    effective_from: datetime | None = None
    fit: tuple[FitRule, ...] = ()
    engagement: tuple[EngagementRule, ...] = ()
    bands: tuple[Band, ...] = ()
    combined: Combined | None = None
    health: Health | None = None
    predictive: Predictive | None = None

    @property
    def counted(self) -> tuple[EngagementRule, ...]:
        """The events that are counted: by rules, or as features of what is predicted, each worth 1 then."""
        if self.predictive is None:
            return self.engagement
        return tuple(
            EngagementRule(
                name=each.name, event=each.event, where=each.where, points=1, window_days=each.window_days
            )
            for each in self.predictive.features
            if each.event is not None and each.measure != "value"
        )

    @property
    def asked(self) -> frozenset[str]:
        """The attributes that are looked at."""
        features = self.predictive.features if self.predictive else ()
        return frozenset(
            {rule.attribute for rule in self.fit} | {each.attribute for each in features if each.attribute}
        )
