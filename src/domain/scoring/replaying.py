"""A replay: a model scores everybody as of a day in the past, and what really happened afterwards judges it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec

from domain.horizon import Horizon
from domain.scoring.defining import check_model
from domain.scoring.documents import ScoringModel
from domain.scoring.features import check_learnt
from domain.scoring.refusals import ReplayTooLong, UnknownScoredEvent
from domain.scoring.stories import STORY
from domain.scoring.versions import InForce, ModelVersion, ScoringModels

OUTCOMES = ("lead.converted", "deal.won", "order.placed")
"""What a score is to tell beforehand, where nobody says what."""

_SPAN_DAYS = 90.0
_MOST_DAYS = 3_650.0


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What is replayed. `version` is that of the model where it is recorded, else 0.

    Everybody is scored with what had happened by `as_of` and, where that is given, was recorded by `known_at`. An
    outcome is an event of one of those types after `as_of`, within `within_days`. Lift, AUC and calibration are
    counted among all customers; or, with `among`, among those to whom an event of that type had happened, and none
    of the outcomes since. `live` is what the scores are compared with: the model that is live as this is asked.
    """

    model: ScoringModel
    version: int
    as_of: datetime
    known_at: datetime | None
    within_days: float
    outcomes: tuple[str, ...]
    among: str | None
    live: ModelVersion | None

    @property
    def horizon(self) -> Horizon:
        return Horizon(self.as_of, self.known_at)

    @property
    def until(self) -> datetime:
        return self.as_of + timedelta(days=self.within_days)


def order_replay(
    known: ScoringModels,
    model: ScoringModel,
    *,
    as_of: datetime | None,
    now: datetime,
    known_at: datetime | None = None,
    within_days: float | None = None,
    outcomes: Sequence[str] = (),
    among: str | None = None,
    custom_fields: Collection[str] | None = None,
) -> Replay:
    """A replay of a model, which need not be recorded, as of moments in the past. A predictive model says itself
    what it predicts, from what on and how soon, where nothing else is asked. It is compared with the live version
    of the same model, else with the only live model of its kind, else with none. Without `as_of`, it is of the
    newest moment whose outcomes are all known.

    Raises:
        Invalid: naming the part of the document, or of the question, that is wrong; ModelNotTrained among them.
    """
    check_model(model, custom_fields)
    learnt = model.predictive
    if learnt is not None:
        check_learnt(learnt)
    span = within_days if within_days is not None else (learnt.within_days if learnt else _SPAN_DAYS)
    if not 0 < span <= _MOST_DAYS:
        raise ReplayTooLong(f"{span:g} days is not within 10 years", field="within_days")
    wanted = tuple(dict.fromkeys(outcomes)) or ((learnt.outcome,) if learnt else OUTCOMES)
    for field, name in (*(("outcomes", each) for each in wanted), ("among", among)):
        if name is not None and name not in STORY:
            raise UnknownScoredEvent(f"no story of a customer has an event {name!r}", field=field)
    return Replay(
        model=model,
        version=known.recorded(model),
        as_of=as_of or now - timedelta(days=span),
        known_at=known_at,
        within_days=span,
        outcomes=wanted,
        among=among or (learnt.predict_from if learnt else None),
        live=_compared_with(known.at(now), model),
    )


def _compared_with(known: InForce, model: ScoringModel) -> ModelVersion | None:
    if model.id in known.live:
        return known.named(model.id)
    alike = [each for each in known.in_force if each.model.kind == model.kind]
    return alike[0] if len(alike) == 1 else None
