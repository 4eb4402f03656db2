"""The versions of all scoring models, and which of them are live at a moment."""

from datetime import datetime

import msgspec

from domain.scoring.documents import ScoringModel
from domain.scoring.refusals import ScoringModelNotFound, ScoringModelNotLive
from domain.scoring.turns import Coming, Live, come, following


class ModelVersion(msgspec.Struct, frozen=True, kw_only=True):
    """`version` counts the versions of the model, from 1."""

    model: ScoringModel
    version: int
    defined_at: datetime
    defined_by: str


class ScoringModels(msgspec.Struct, frozen=True):
    """The versions by the model's id, oldest first; `promoted` says which one the last fact left live, `coming`
    which ones follow by the clock: what is live at a moment, `at` tells. `version` is the configuration's."""

    models: dict[str, tuple[ModelVersion, ...]] = {}
    promoted: dict[str, Live] = {}
    coming: dict[str, tuple[Coming, ...]] = {}
    version: int = 0

    def at(self, moment: datetime) -> "InForce":
        """As they stand at a moment, not before the last fact."""
        live, coming = dict(self.promoted), dict[str, tuple[Coming, ...]]()
        for model_id, every in self.coming.items():
            now, left = come(live.get(model_id), every, moment)
            if now is not None:
                live[model_id] = now
            if left:
                coming[model_id] = left
        return InForce(self, live, coming)

    def named(self, model_id: str, version: int) -> ModelVersion:
        """Raises:
        ScoringModelNotFound: there is no such version.
        """
        versions = self.versions(model_id)
        if not 0 < version <= len(versions):
            raise ScoringModelNotFound(
                f"scoring model {model_id!r} has no version {version} (there are {len(versions)})", field="version"
            )
        return versions[version - 1]

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


class InForce(msgspec.Struct, frozen=True):
    """The models as they stand at a moment. `live` has those of which a version is live, `coming` what follows,
    by the model's id, in order of time."""

    models: ScoringModels
    live: dict[str, Live]
    coming: dict[str, tuple[Coming, ...]]

    def version_of(self, model_id: str) -> int | None:
        """The live version of a model."""
        live = self.live.get(model_id)
        return live.now.version if live else None

    def named(self, model_id: str, version: int | None = None) -> ModelVersion:
        """That version of a model; the live one, where none is named.

        Raises:
            ScoringModelNotFound: there is none.
            ScoringModelNotLive: none is live, and none was named.
        """
        self.models.versions(model_id)
        wanted = self.version_of(model_id) if version is None else version
        if wanted is None:
            raise ScoringModelNotLive(f"no version of scoring model {model_id!r} is live", field="model")
        return self.models.named(model_id, wanted)

    @property
    def in_force(self) -> list[ModelVersion]:
        """The live version of each model that has one, by id."""
        return [self.models.named(each, live.now.version) for each, live in sorted(self.live.items())]

    @property
    def next(self) -> list[tuple[ModelVersion, Live]]:
        """The version that each model has next, as it will stand then; by id."""
        return [
            (self.models.named(each, coming[0].version), following(self.live.get(each), coming[0].version))
            for each, coming in sorted(self.coming.items())
        ]

    def asking(self, custom_field: str) -> list[str]:
        """The models that ask for a custom field, in a version that is live or comes."""
        wanted = f"custom.{custom_field}"
        coming = [self.models.named(id_, each.version) for id_, every in self.coming.items() for each in every]
        asking = {each.model.id for each in (*self.in_force, *coming) if wanted in each.model.asked}
        return [f"scoring model {each}" for each in sorted(asking)]
