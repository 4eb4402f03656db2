"""Which folds of scores there are: one for each model that is live, and one for each version that comes."""

from dataclasses import replace
from datetime import datetime

from domain.horizon import Horizon
from domain.ledger import Ledger
from domain.scoring import SCORING_MODELS, Known, ScoringModelPromoted, ScoringModelRetired
from projections.engine.as_of import stream_as_of
from projections.engine.decided import DecidedFolds
from projections.engine.fold import Fold
from projections.engine.log_source import LogSource
from projections.scores.fold import score_fold


def _folds(ledger: Ledger, now: datetime) -> list[Fold[Known]]:
    """What comes is folded beside what is live until then, so that its moment changes nothing but who is asked."""
    models = SCORING_MODELS.now(ledger).at(now)
    live = [score_fold(each.model, each.version, models.live[each.model.id].now.turn) for each in models.in_force]
    coming = [score_fold(each.model, each.version, then.now.turn) for each, then in models.next]
    return [*live, *(replace(fold, known_as=None) for fold in coming)]


def _folds_then(log: LogSource, horizon: Horizon, moment: datetime) -> list[Fold[Known]]:
    then = stream_as_of(SCORING_MODELS.aggregate, log, SCORING_MODELS.id, horizon, born=False)
    return [score_fold(each.model, each.version) for each in SCORING_MODELS.of(then.state).at(moment).in_force]


SCORES = DecidedFolds(frozenset({ScoringModelPromoted, ScoringModelRetired}), _folds, _folds_then)
