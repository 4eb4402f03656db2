"""Which version of a model scores customers, and from when on."""

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from domain.scoring.configuration import (
    ScoringModelDefined,
    ScoringModelPromoted,
    ScoringModelRetired,
)
from domain.scoring.defining import define_model
from domain.scoring.documents import ScoringModel
from domain.scoring.refusals import (
    EffectiveInThePast,
    EffectiveWithoutZone,
    NotYetEffective,
    ScoringModelNotLive,
    VersionAlreadyLive,
)
from domain.scoring.versions import ModelVersion, ScoringModels

Told = tuple[ScoringModelDefined | ScoringModelPromoted, ...]


def promote(
    known: ScoringModels, model_id: str, version: int, *, now: datetime, effective_from: datetime | None = None
) -> ScoringModelPromoted:
    """Let a version go live: at `effective_from`, or as soon as its document says; now, where neither lies ahead.
    What was to come from then on is replaced.

    Raises:
        ScoringModelNotFound, VersionAlreadyLive, NotYetEffective, EffectiveInThePast, EffectiveWithoutZone.
    """
    chosen = known.named(model_id, version)
    since = _since(chosen, effective_from, now)
    standing = known.at(now)
    coming = standing.coming.get(model_id, ())
    sooner = [] if since is None else [each for each in coming if each.since < since]
    replaced = coming[len(sooner) :]
    there = sooner[-1].version if sooner else standing.version_of(model_id)
    if there == version and not replaced:
        raise VersionAlreadyLive(f"version {version} of {model_id} is live", field="version")
    if [(each.version, each.since) for each in replaced] == [(version, since)]:
        raise VersionAlreadyLive(f"version {version} of {model_id} goes live then anyway", field="version")
    return ScoringModelPromoted(model=model_id, model_version=version, effective_from=since)


def define_version(
    known: ScoringModels, model: ScoringModel, *, by: str, now: datetime, custom_fields: Collection[str] = ()
) -> Told:
    """Define the next version of a model. One whose `effective_from` lies ahead is promoted with it: it goes live
    at that moment; any other scores nobody until it is promoted.

    Raises:
        Whatever `define_model` refuses.
    """
    if model.effective_from is None or _without_zone(model.effective_from) or model.effective_from <= now:
        return (define_model(known, model, custom_fields),)
    return _defined_and_promoted(known, model, by, now, custom_fields)


def put_live(
    known: ScoringModels, model: ScoringModel, *, by: str, now: datetime, custom_fields: Collection[str] = ()
) -> Told:
    """Let a model that was replayed go live: the version that is this document; defined first, where none is.

    Raises:
        VersionAlreadyLive, and whatever `define_model` refuses.
    """
    version = known.recorded(model)
    if version:
        return (promote(known, model.id, version, now=now),)
    return _defined_and_promoted(known, model, by, now, custom_fields)


def retire(known: ScoringModels, model_id: str, *, now: datetime) -> ScoringModelRetired:
    """Raises:
    ScoringModelNotFound, ScoringModelNotLive.
    """
    known.versions(model_id)
    standing = known.at(now)
    if model_id not in standing.live and model_id not in standing.coming:
        raise ScoringModelNotLive(
            f"no version of scoring model {model_id!r} is live, and none comes", field="model"
        )
    return ScoringModelRetired(model=model_id)


def _defined_and_promoted(
    known: ScoringModels, model: ScoringModel, by: str, now: datetime, custom_fields: Collection[str]
) -> Told:
    defined = define_model(known, model, custom_fields)
    before = known.models.get(model.id, ())
    added = ModelVersion(model=model, version=len(before) + 1, defined_at=now, defined_by=by)
    after = replace(known, models={**known.models, model.id: (*before, added)})
    return (defined, promote(after, model.id, added.version, now=now))


def _since(chosen: ModelVersion, effective_from: datetime | None, now: datetime) -> datetime | None:
    """When it goes live; None for now."""
    earliest = chosen.model.effective_from
    if effective_from is None:
        return earliest if earliest is not None and earliest > now else None
    if _without_zone(effective_from):
        raise EffectiveWithoutZone(f"{effective_from} says not in which time zone", field="effective_from")
    if effective_from <= now:
        raise EffectiveInThePast(f"{effective_from.isoformat()} has passed", field="effective_from")
    if earliest is not None and effective_from < earliest:
        raise NotYetEffective(
            f"version {chosen.version} of {chosen.model.id} goes live from {earliest.isoformat()} on",
            field="effective_from",
        )
    return effective_from


def _without_zone(moment: datetime) -> bool:
    return moment.tzinfo is None
