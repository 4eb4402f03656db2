"""Which version of a model scores customers."""

from datetime import datetime

from domain.scoring.configuration import ScoringModelPromoted, ScoringModelRetired, ScoringModels
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


def retire(known: ScoringModels, model_id: str) -> ScoringModelRetired:
    """Raises:
    ScoringModelNotFound, ScoringModelNotLive.
    """
    known.named(model_id)
    return ScoringModelRetired(model=model_id)
