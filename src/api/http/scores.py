"""Scores as answers, and where they are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, Field

from api.http.freshness import fresh
from api.http.outlook import Seen
from api.http.records import rules_at
from api.http.seen_rows import past_rows
from api.outlook import Outlook
from api.ports import Services
from domain.scoring import SCORING_MODELS, InForce, Kind, Live, Score, Scoring
from projections.engine.database import Cursor
from projections.engine.past.models import PastModel
from projections.scores.fold import score_fold, table_of
from projections.scores.query import rows_now, versions_now


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


def models_at(services: Services, outlook: Outlook) -> InForce:
    """The scoring models as they stand, or stood, at the moment that a question is about. Blocks."""
    return rules_at(services, SCORING_MODELS, outlook).at(outlook.moment)


def models_now(services: Services) -> InForce:
    """The scoring models as they stand now. Blocks."""
    return SCORING_MODELS.now(services.ledger).at(services.clock())


@dataclass(frozen=True)
class ScoreRows:
    """A cursor on the rows of a model, the table that they are in, and what scores by them."""

    cursor: Cursor
    table: str
    scoring: Scoring


@contextmanager
def score_rows(
    services: Services,
    response: Response,
    model_id: str,
    version: int | None,
    outlook: Outlook,
    min_position: int | None,
) -> Iterator[ScoreRows]:
    """The rows of the version that is or was live then; or of any other that there is now, folded for this
    question.

    Raises:
        ScoringModelNotFound, ScoringModelNotLive.
    """
    known = models_now(services) if version else models_at(services, outlook)
    chosen = known.named(model_id, version)
    if not outlook.past and known.version_of(model_id) == chosen.version:
        table = _table_now(services, model_id, known.live[model_id])
        with fresh(services, response, table, min_position) as cursor:
            shown = known.named(model_id, versions_now(cursor).get(table, chosen.version))
            # Who names the version that was just promoted gets no other, also while its rows are being built.
            if version in (None, shown.version):
                yield ScoreRows(cursor, table, Scoring(shown.model, shown.version))
                return
    fold = score_fold(chosen.model, chosen.version)
    with past_rows(services, response, PastModel(fold, outlook.horizon), min_position) as cursor:
        yield ScoreRows(cursor, fold.name, Scoring(chosen.model, chosen.version))


def _table_now(services: Services, model_id: str, live: Live) -> str:
    """Where the rows are that answer for the live version, or will be."""
    with services.reads.statements() as cursor:
        found = rows_now(versions_now(cursor), model_id, live)
    return found.table if found else table_of(model_id, live.now.turn)
