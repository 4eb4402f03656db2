"""Scores as answers, and where they are read."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, Field

from api.http.freshness import tell_oldest
from api.http.outlook import Outlook, Seen
from api.http.records import rules_at
from api.http.seen_rows import past_rows, seen_rows
from api.ports import Services
from domain.scoring import SCORING_MODELS, Kind, Known, ModelVersion, Score, Scoring
from projections.engine.database import Cursor
from projections.engine.folding import states_of
from projections.engine.past_models import PastModel
from projections.scores.fold import score_fold, table_of
from projections.scores.query import known_now, versions_now


class ContributionAnswer(BaseModel):
    """The points by one rule: for an attribute and its value, or for events."""

    rule: str
    points: float
    attribute: str | None
    value: str | int | float | bool | None
    times: int | None = Field(description="how many events count")
    positions: list[int] = Field(description="of the newest of them, ten at the most")


class CustomerScore(BaseModel):
    """`band` is null below the lowest one. `fit` and `engagement` are the parts of a combined score before their
    weights; `trend` is how much a health changed within 30 days."""

    customer_id: UUID
    model: str
    kind: Kind
    version: int
    value: float
    band: str | None
    fit: float | None
    engagement: float | None
    trend: float | None

    @classmethod
    def of(cls, customer_id: UUID, kind: Kind, score: Score) -> "CustomerScore":
        return cls(
            customer_id=customer_id,
            model=score.model,
            kind=kind,
            version=score.version,
            value=score.value,
            band=score.band,
            fit=score.fit,
            engagement=score.engagement,
            trend=score.trend,
        )


class ExplainedScore(CustomerScore):
    """The contributions add up to the value, except where a health stands at 0 or 100; those of a prediction are
    log-odds."""

    contributions: list[ContributionAnswer]

    @classmethod
    def explain(cls, customer_id: UUID, kind: Kind, score: Score) -> "ExplainedScore":
        contributions = [ContributionAnswer.model_validate(c, from_attributes=True) for c in score.contributions]
        plain = CustomerScore.of(customer_id, kind, score)
        return cls(contributions=contributions, **plain.model_dump())


class ScorePage(Seen):
    """`next` is the cursor of the following page, which is of the same moment; null on the last."""

    model: str
    version: int
    items: list[CustomerScore]
    next: str | None


@contextmanager
def score_rows(
    services: Services,
    response: Response,
    model_id: str,
    version: int | None,
    outlook: Outlook,
    min_position: int | None,
) -> Iterator[tuple[Cursor, Scoring]]:
    """A cursor on the rows of a model, and what scores by them: of the version that is or was live then; or of any
    other that there is now, folded for this question.

    Raises:
        ScoringModelNotFound, ScoringModelNotLive.
    """
    known = SCORING_MODELS.now(services.ledger) if version else rules_at(services, SCORING_MODELS, outlook)
    chosen = known.named(model_id, version)
    fold = score_fold(chosen.model, chosen.version)
    if version is not None and known.live.get(model_id) != version:
        with past_rows(services, response, PastModel(fold, outlook.horizon), min_position) as cursor:
            yield cursor, Scoring(chosen.model, chosen.version)
        return
    with seen_rows(services, response, fold, outlook, min_position) as cursor:
        held = chosen.version if outlook.past else versions_now(cursor).get(model_id, chosen.version)
        shown = known.named(model_id, held)
        yield cursor, Scoring(shown.model, shown.version)


@dataclass(frozen=True)
class CustomerScored:
    """A customer's score by a model, with all that it is made of."""

    customer_id: UUID
    kind: Kind
    score: Score

    def plain(self) -> CustomerScore:
        return CustomerScore.of(self.customer_id, self.kind, self.score)

    def explained(self) -> ExplainedScore:
        return ExplainedScore.explain(self.customer_id, self.kind, self.score)


def scores_from_log(
    services: Services, customer_ids: Collection[UUID], models: Collection[ModelVersion], outlook: Outlook
) -> list[CustomerScored]:
    """By these models, out of the customers' own facts. Blocks."""
    if not models:
        return []
    facts = services.log.stories.of_customers(customer_ids, outlook.horizon)
    known = {}
    for each in models:
        for customer_id, state in states_of(score_fold(each.model, each.version), facts).items():
            known[each.model.id, customer_id] = state
    return _scored(models, customer_ids, known, outlook)


def scores_of_rows(
    services: Services,
    response: Response,
    customer_ids: Collection[UUID],
    outlook: Outlook,
    min_position: int | None,
) -> Sequence[CustomerScore]:
    """By all models that are or were live then; those of now from the read models, for an answer that other rows
    are a part of too: its `Position` is that of the oldest. Blocks."""
    if outlook.past:
        live_then = rules_at(services, SCORING_MODELS, outlook).in_force
        return [each.plain() for each in scores_from_log(services, customer_ids, live_then, outlook)]
    models = SCORING_MODELS.now(services.ledger)
    if not models.live:
        return []
    with services.reads.statements() as cursor:
        there = versions_now(cursor)
        shown = [models.named(each, there[each]) for each in sorted(models.live) if each in there]
        folds = [table_of(each.model.id) for each in shown]
        tell_oldest(cursor, services, response, folds, min_position, customer_ids)
        scorings = [Scoring(each.model, each.version) for each in shown]
        known = known_now(cursor, scorings, customer_ids)
    return [each.plain() for each in _scored(shown, customer_ids, known, outlook)]


def _scored(
    models: Collection[ModelVersion],
    customer_ids: Collection[UUID],
    known: Mapping[tuple[str, UUID], Known],
    outlook: Outlook,
) -> list[CustomerScored]:
    scorings = [Scoring(each.model, each.version) for each in models]
    return [
        CustomerScored(
            each, scoring.model.kind, scoring.score(known.get((scoring.model.id, each)), outlook.moment)
        )
        for each in customer_ids
        for scoring in scorings
    ]
