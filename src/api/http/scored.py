"""What scoring models know of customers, and what each of them scores by it, or all of them as one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import Response

from api.http.freshness import tell_oldest
from api.http.scores import CustomerScore, ExplainedScore, models_at
from api.outlook import Outlook
from api.ports import Services
from domain.facts import Fact
from domain.scoring import Kind, Known, ModelVersion, Score, Scoring, together
from projections.customer_360.group import Group360
from projections.engine.folding import states_of
from projections.engine.freshness import freshness
from projections.scores.fold import model_version, score_fold
from projections.scores.query import known_now, rows_now


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


@dataclass(frozen=True)
class KnownByModels:
    """What these models know, by the model's id and the customer's; the scores are those of the moment."""

    models: Sequence[ModelVersion]
    known: Mapping[tuple[str, UUID], Known]
    moment: datetime

    def of_each(self, customer_ids: Collection[UUID]) -> list[CustomerScored]:
        """A score by each model for each of these customers, whom all models may know nothing of."""
        scorings = [Scoring(each.model, each.version) for each in self.models]
        return [
            self._scored(scoring, each, self.known.get((scoring.model.id, each)))
            for each in customer_ids
            for scoring in scorings
        ]

    def of_all(self, group: Group360) -> list[CustomerScored]:
        """A score by each model for the members of a group as one, under the id of who stands for them."""
        profile, found = group.view.profile, []
        if profile is None or len(group.members) == 1:
            return self.of_each(group.members)
        for scoring in (Scoring(each.model, each.version) for each in self.models):
            told = (self.known.get((scoring.model.id, each)) for each in group.members)
            known = together(scoring, [each for each in told if each is not None], profile)
            found.append(self._scored(scoring, profile.id, known))
        return found

    def _scored(self, scoring: Scoring, customer_id: UUID, known: Known | None) -> CustomerScored:
        return CustomerScored(customer_id, scoring.model.kind, scoring.score(known, self.moment))


def known_from_log(
    services: Services, customer_ids: Collection[UUID], models: Sequence[ModelVersion], outlook: Outlook
) -> KnownByModels:
    """Out of the customers' own facts. Blocks."""
    facts = services.log.stories.of_customers(customer_ids, outlook.horizon) if models else []
    return known_of_facts(facts, models, outlook)


def known_of_facts(facts: Sequence[Fact], models: Sequence[ModelVersion], outlook: Outlook) -> KnownByModels:
    """Out of these facts of customers' stories."""
    known = {
        (each.model.id, customer_id): state
        for each in models
        for customer_id, state in states_of(score_fold(each.model, each.version), facts).items()
    }
    return KnownByModels(models, known, outlook.moment)


def known_of_rows(
    services: Services,
    response: Response,
    customer_ids: Collection[UUID],
    outlook: Outlook,
    min_position: int | None,
) -> KnownByModels:
    """By all models that are or were live then; those of now from the read models, for an answer that other rows
    are a part of too: its `Position` is that of the oldest. Blocks."""
    models = models_at(services, outlook)
    if outlook.past:
        return known_from_log(services, customer_ids, models.in_force, outlook)
    if not models.live:
        return KnownByModels((), {}, outlook.moment)
    with services.reads.statements() as cursor:
        read = freshness(cursor, services.topic)
        there = {each.fold: model_version(each.version) for each in read}
        rows = {each: rows_now(there, each, live) for each, live in sorted(models.live.items())}
        tables = {found.table: models.named(each, found.version) for each, found in rows.items() if found}
        tell_oldest(cursor, services, response, tables, min_position, customer_ids, read)
        scorings = {table: Scoring(each.model, each.version) for table, each in tables.items()}
        known = known_now(cursor, scorings, customer_ids)
    return KnownByModels(list(tables.values()), known, outlook.moment)
