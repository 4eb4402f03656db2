"""Why a number is what it is, as an answer."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel, Field

from api.http.out_of_reach import without
from api.http.outlook import Seen
from api.http.pages import Page
from api.outlook import Outlook
from domain.events import stored_type
from projections.engine.explaining import Effect, Explanation
from projections.engine.fold import Fold


class FoldAnswer(BaseModel):
    """What turned facts into the number."""

    name: str
    version: int
    rule: str
    document: str | None = Field(description="the document that it was made from, with its version; null for code")


class EffectAnswer(BaseModel):
    """An event that changed the value; `before` and `after` are null where there was none, or is none any more. In
    place of the id of a customer who is linked to, and whom the caller may not see, stands `out of reach`."""

    position: int
    customer_id: UUID = Field(description="whose event it was")
    stream_id: UUID
    type: str
    occurred_at: datetime
    recorded_at: datetime | None
    actor: str
    source: str
    reason: str | None
    before: Any
    after: Any


class Explained(BaseModel):
    """Where a key's own share of the same number is explained."""

    key: UUID
    explain: str


class ExplanationAnswer(Seen):
    """The value of a field, and all events that changed it, in the order in which they were recorded. `next` is
    the cursor of the following page; null on the last."""

    key: UUID
    field: str
    value: Any
    fold: FoldAnswer
    events: int = Field(description="how many events the key has, those without effect on the field too")
    effects: list[EffectAnswer]
    next: str | None
    members: list[UUID] = Field(description="whose events make the number; of a group, those in reach")
    linked: list[Explained] = Field(
        description="the own share of each member; or of the others, where the number is that of the record alone"
    )


class FieldsAnswer(Seen):
    """The names of all that can be explained of a key, the shortest first."""

    key: UUID
    fold: FoldAnswer
    fields: list[str]


def explanation_answer(
    found: Explanation[Any],
    outlook: Outlook,
    page: Page[int],
    *,
    members: Collection[UUID],
    linked: Collection[UUID],
    hidden: Collection[UUID],
) -> ExplanationAnswer:
    after = page.after or 0
    effects = [effect for effect in found.effects if effect.fact.position > after]
    return ExplanationAnswer(
        **outlook.named,
        key=found.key,
        field=found.field,
        value=without(found.value, hidden),
        fold=fold_answer(found.fold),
        events=found.facts,
        effects=[_effect(effect, hidden) for effect in page.shown(effects)],
        next=page.next(effects, lambda effect: effect.fact.position),
        members=sorted(members),
        linked=[
            Explained(key=key, explain=explain_link(found.fold.called, key, found.field, outlook, alone=True))
            for key in sorted(linked)
        ],
    )


def explain_link(read_model: str, key: UUID, field: str, outlook: Outlook, *, alone: bool = False) -> str:
    """Where the field of a key is explained, as it is seen from the same horizon; `alone`, without those who are
    linked to it."""
    return _link(f"{read_model}/{key}", {"field": field}, outlook, alone=alone)


def fields_link(read_model: str, key: UUID, outlook: Outlook, *, alone: bool) -> str:
    """Where the names of all fields of the key are, as it is seen from the same horizon."""
    return _link(f"{read_model}/{key}/fields", {}, outlook, alone=alone)


def _link(path: str, asked: Mapping[str, str], outlook: Outlook, *, alone: bool) -> str:
    horizon = outlook.horizon
    named = {"as_of": horizon.as_of, "known_at": horizon.known_at}
    query = dict(asked) | {name: at.isoformat() for name, at in named.items() if at is not None}
    if alone:
        query["alone"] = "true"
    return f"/v1/explain/{path}?{urlencode(query)}".removesuffix("?")


def fold_answer(fold: Fold[Any]) -> FoldAnswer:
    return FoldAnswer(name=fold.called, version=fold.version, rule=fold.rule, document=fold.document)


def _effect(effect: Effect, hidden: Collection[UUID]) -> EffectAnswer:
    fact = effect.fact
    return EffectAnswer(
        position=fact.position,
        customer_id=fact.customer_id,
        stream_id=fact.stream_id,
        type=stored_type(fact.event),
        occurred_at=fact.occurred_at,
        recorded_at=fact.recorded_at,
        actor=fact.actor,
        source=fact.source,
        reason=fact.reason,
        before=without(effect.before, hidden),
        after=without(effect.after, hidden),
    )
