"""Everybody's score as of the day of a replay, by the model that is tried and by the live one, and the outcome.

One reading of the log does for all three: what happened by that day goes into the scores, what happened afterwards
into the outcome, and nothing into both.
"""

from datetime import datetime
from functools import partial

import msgspec
from msgspec.structs import replace

from domain.customers import CustomerRegistered
from domain.events import Event
from domain.facts import Fact
from domain.scoring import Known, Scoring
from domain.scoring.replaying import Replay
from domain.scoring.stories import STORY
from projections.engine.fold import Fold, Row

_VERSION = 1

COLUMNS = {
    "score": "float8",
    "band": "text",
    "live_score": "float8",
    "live_band": "text",
    "judged": "bool NOT NULL",
    "outcome": "bool NOT NULL",
}


class Replayed(msgspec.Struct, frozen=True):
    """`tried` and `live` are what the models know; `there` says whether there was anybody by then. `begun` and
    `ended` are when what is judged from, and an outcome, happened last by then; `outcome` says what came
    afterwards."""

    tried: Known | None = None
    live: Known | None = None
    there: bool = False
    begun: datetime | None = None
    ended: datetime | None = None
    outcome: bool = False


class Trial:
    """What is tried, prepared once for all customers."""

    def __init__(self, asked: Replay) -> None:
        self.asked = asked
        self.tried = Scoring(asked.model, asked.version)
        self.live = Scoring(asked.live.model, asked.live.version) if asked.live else None
        self.outcomes = frozenset(STORY[each] for each in asked.outcomes)
        self.among = STORY[asked.among] if asked.among else None
        looked_at: set[type[Event]] = {CustomerRegistered, *self.outcomes, *self.tried.types}
        looked_at.update(self.live.types if self.live else (), (self.among,) if self.among else ())
        self.types = frozenset(looked_at)


def replay_fold(asked: Replay, table: str) -> Fold[Replayed]:
    """The fold of a replay. A customer who was not there by then has no scores."""
    trial = Trial(asked)
    return Fold(
        name=table,
        version=_VERSION,
        rule=(
            f"The score by {asked.model.id} at {asked.as_of.isoformat()}, "
            f"and whether an outcome came within {asked.within_days:g} days."
        ),
        keyed_by="customer",
        types=trial.types,
        state=Replayed,
        evolve=partial(_evolve, trial),
        columns=COLUMNS,
        row=partial(_row, trial),
    )


def _evolve(trial: Trial, state: Replayed | None, fact: Fact) -> Replayed:
    known = state or Replayed()
    if fact.occurred_at > trial.asked.as_of:
        came = type(fact.event) in trial.outcomes and fact.occurred_at <= trial.asked.until
        return replace(known, outcome=True) if came and not known.outcome else known
    if not trial.asked.horizon.holds(fact):
        return known
    return replace(
        known,
        there=True,
        tried=_with(trial.tried, known.tried, fact),
        live=_with(trial.live, known.live, fact) if trial.live else None,
        begun=_later(known.begun, fact) if type(fact.event) is trial.among else known.begun,
        ended=_later(known.ended, fact) if type(fact.event) in trial.outcomes else known.ended,
    )


def _with(scoring: Scoring, known: Known | None, fact: Fact) -> Known | None:
    return scoring.evolve(known, fact) if type(fact.event) in scoring.types else known


def _later(moment: datetime | None, fact: Fact) -> datetime:
    return fact.occurred_at if moment is None else max(moment, fact.occurred_at)


def _row(trial: Trial, state: Replayed) -> Row:
    if not state.there:
        return (None, None, None, None, False, state.outcome)
    at = trial.asked.as_of
    score = trial.tried.score(state.tried, at)
    live = trial.live.score(state.live, at) if trial.live else None
    waits = state.begun is not None and (state.ended is None or state.ended <= state.begun)
    return (
        score.value,
        score.band,
        live.value if live else None,
        live.band if live else None,
        trial.among is None or waits,
        state.outcome,
    )
