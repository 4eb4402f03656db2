"""Which version of a model scores customers."""

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from domain.scoring.configuration import (
    ModelVersion,
    ScoringModelDefined,
    ScoringModelPromoted,
    ScoringModelRetired,
    ScoringModels,
)
from domain.scoring.defining import define_model
from domain.scoring.documents import ScoringModel
from domain.scoring.refusals import NotYetEffective, VersionAlreadyLive


def promote(known: ScoringModels, model_id: str, version: int, *, now: datetime) -> ScoringModelPromoted:
    """Raises:
    ScoringModelNotFound, VersionAlreadyLive, NotYetEffective.
    """
    chosen = known.named(model_id, version)
    if known.live.get(model_id) == version:
        raise VersionAlreadyLive(f"version {version} of {model_id} is live", field="version")
    effective = chosen.model.effective_from
    if effective is not None and effective > now:
        raise NotYetEffective(
            f"version {version} of {model_id} goes live from {effective.isoformat()} on", field="effective_from"
        )
    return ScoringModelPromoted(model=model_id, model_version=version)


def put_live(
    known: ScoringModels, model: ScoringModel, *, by: str, now: datetime, custom_fields: Collection[str] = ()
) -> tuple[ScoringModelDefined | ScoringModelPromoted, ...]:
    """Let a model that was replayed go live: the version that is this document; defined first, where none is.

    Raises:
        VersionAlreadyLive, NotYetEffective, and whatever `define_model` refuses.
    """
    version = known.recorded(model)
    if version:
        return (promote(known, model.id, version, now=now),)
    defined = define_model(known, model, custom_fields)
    before = known.models.get(model.id, ())
    added = ModelVersion(model=model, version=len(before) + 1, defined_at=now, defined_by=by)
    after = replace(known, models={**known.models, model.id: (*before, added)})
    return (defined, promote(after, model.id, added.version, now=now))


def retire(known: ScoringModels, model_id: str) -> ScoringModelRetired:
    """Raises:
    ScoringModelNotFound, ScoringModelNotLive.
    """
    known.named(model_id)
    return ScoringModelRetired(model=model_id)
