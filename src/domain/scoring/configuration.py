"""The configuration `scoring_models`: every version of every model that was ever defined, and which are live."""

from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from domain.configuration import Configuration
from domain.events import Event
from domain.facts import Fact
from domain.scoring.documents import ScoringModel
from domain.scoring.refusals import ScoringModelNotFound, ScoringModelNotLive


class ScoringModelDefined(Event, frozen=True, kw_only=True):
    """A version of a model, the next one in order. It scores nobody until it is promoted."""

    TYPE: ClassVar[str] = "scoring_models.defined"
    model: ScoringModel


class ScoringModelPromoted(Event, frozen=True, kw_only=True):
    """That version is live from now on, and no other of the model."""

    TYPE: ClassVar[str] = "scoring_models.promoted"
    model: str
    model_version: int


class ScoringModelRetired(Event, frozen=True, kw_only=True):
    """No version of the model is live any more."""

    TYPE: ClassVar[str] = "scoring_models.retired"
    model: str


class ModelVersion(msgspec.Struct, frozen=True, kw_only=True):
    """`version` counts the versions of the model, from 1."""

    model: ScoringModel
    version: int
    defined_at: datetime
    defined_by: str


class ScoringModels(msgspec.Struct, frozen=True):
    """The versions by the model's id, oldest first; `live` says which one is. `version` is the configuration's."""

    models: dict[str, tuple[ModelVersion, ...]] = {}
    live: dict[str, int] = {}
    version: int = 0

    def named(self, model_id: str, version: int | None = None) -> ModelVersion:
        """That version of a model; the live one, where none is named.

        Raises:
            ScoringModelNotFound: there is none.
            ScoringModelNotLive: none is live, and none was named.
        """
        versions = self.versions(model_id)
        wanted = self.live.get(model_id) if version is None else version
        if wanted is None:
            raise ScoringModelNotLive(f"no version of scoring model {model_id!r} is live", field="model")
        if not 0 < wanted <= len(versions):
            raise ScoringModelNotFound(
                f"scoring model {model_id!r} has no version {wanted} (there are {len(versions)})", field="version"
            )
        return versions[wanted - 1]

    def versions(self, model_id: str) -> tuple[ModelVersion, ...]:
        """Raises:
        ScoringModelNotFound: there is no such model.
        """
        versions = self.models.get(model_id)
        if versions is None:
            known = ", ".join(sorted(self.models)) or "none"
            raise ScoringModelNotFound(f"there is no scoring model {model_id!r} (there is {known})", field="model")
        return versions

    def recorded(self, model: ScoringModel) -> int:
        """The newest version of which this is the document; 0 where there is none."""
        same = (each.version for each in reversed(self.models.get(model.id, ())) if each.model == model)
        return next(same, 0)

    @property
    def in_force(self) -> list[ModelVersion]:
        """The live version of each model that has one, by id."""
        return [self.models[each][version - 1] for each, version in sorted(self.live.items())]

    def asking(self, custom_field: str) -> list[str]:
        """The live models that ask for a custom field."""
        wanted = f"custom.{custom_field}"
        return [f"scoring model {each.model.id}" for each in self.in_force if wanted in each.model.asked]


def evolve(known: ScoringModels, fact: Fact) -> ScoringModels:
    match fact.event:
        case ScoringModelDefined(model=model):
            before = known.models.get(model.id, ())
            defined = ModelVersion(
                model=model, version=len(before) + 1, defined_at=fact.occurred_at, defined_by=fact.actor
            )
            after = replace(known, models={**known.models, model.id: (*before, defined)})
        case ScoringModelPromoted(model=model_id, model_version=version):
            after = replace(known, live={**known.live, model_id: version})
        case ScoringModelRetired(model=model_id):
            after = replace(known, live={each: at for each, at in known.live.items() if each != model_id})
        case _:
            after = known
    return replace(after, version=fact.version)


SCORING_MODELS: Configuration[ScoringModels] = Configuration("scoring_models", evolve, ScoringModels())
EVENTS: tuple[type[Event], ...] = (ScoringModelDefined, ScoringModelPromoted, ScoringModelRetired)
