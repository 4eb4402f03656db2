"""The configuration `scoring_models`: every version of every model, and when it goes live."""

from datetime import datetime
from typing import ClassVar, TypeVar

from msgspec.structs import replace

from domain.configuration import Configuration
from domain.events import Event
from domain.facts import Fact
from domain.scoring.documents import ScoringModel
from domain.scoring.turns import Coming, Live, Stood, come, following
from domain.scoring.versions import ModelVersion, ScoringModels

T = TypeVar("T")


class ScoringModelDefined(Event, frozen=True, kw_only=True):
    """A version of a model, the next one in order. It scores nobody until it is promoted."""

    TYPE: ClassVar[str] = "scoring_models.defined"
    model: ScoringModel


class ScoringModelPromoted(Event, frozen=True, kw_only=True):
    """That version is live from now on, and no other of the model; or from `effective_from` on, by the clock,
    whatever was to be live then."""

    TYPE: ClassVar[str] = "scoring_models.promoted"
    model: str
    model_version: int
    effective_from: datetime | None = None


class ScoringModelRetired(Event, frozen=True, kw_only=True):
    """No version of the model is live any more, and none comes."""

    TYPE: ClassVar[str] = "scoring_models.retired"
    model: str


def evolve(known: ScoringModels, fact: Fact) -> ScoringModels:
    match fact.event:
        case ScoringModelDefined(model=model):
            before = known.models.get(model.id, ())
            defined = ModelVersion(
                model=model, version=len(before) + 1, defined_at=fact.occurred_at, defined_by=fact.actor
            )
            after = replace(known, models={**known.models, model.id: (*before, defined)})
        case ScoringModelPromoted():
            after = _promoted(known, fact.event, fact.occurred_at)
        case ScoringModelRetired(model=model_id):
            after = replace(
                known, promoted=_without(known.promoted, model_id), coming=_without(known.coming, model_id)
            )
        case _:
            after = known
    return replace(after, version=fact.version)


def _promoted(known: ScoringModels, event: ScoringModelPromoted, moment: datetime) -> ScoringModels:
    live, coming = come(known.promoted.get(event.model), known.coming.get(event.model, ()), moment)
    promoted = known.promoted if live is None else {**known.promoted, event.model: live}
    if event.effective_from is not None:
        sooner = tuple(each for each in coming if each.since < event.effective_from)
        follows = (*sooner, Coming(event.model_version, event.effective_from))
        return replace(known, promoted=promoted, coming={**known.coming, event.model: follows})
    if live is None or (coming and coming[0].version == event.model_version):
        now = following(live, event.model_version)  # its scores are ready already
    else:
        now = Live(Stood(event.model_version, live.now.turn), live.now)
    return replace(known, promoted={**promoted, event.model: now}, coming=_without(known.coming, event.model))


def _without(known: dict[str, T], model_id: str) -> dict[str, T]:
    return {each: value for each, value in known.items() if each != model_id}


SCORING_MODELS: Configuration[ScoringModels] = Configuration("scoring_models", evolve, ScoringModels())
EVENTS: tuple[type[Event], ...] = (ScoringModelDefined, ScoringModelPromoted, ScoringModelRetired)
