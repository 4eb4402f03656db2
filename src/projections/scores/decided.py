"""Which folds of scores there are: one for each model that is live."""

from domain.horizon import Horizon
from domain.ledger import Ledger
from domain.scoring import SCORING_MODELS, Known, ScoringModelPromoted, ScoringModelRetired, ScoringModels
from projections.engine.as_of import stream_as_of
from projections.engine.decided import DecidedFolds
from projections.engine.fold import Fold
from projections.engine.log_source import LogSource
from projections.scores.fold import score_fold


def _live(ledger: Ledger) -> list[Fold[Known]]:
    return _folds(SCORING_MODELS.now(ledger))


def _live_then(log: LogSource, horizon: Horizon) -> list[Fold[Known]]:
    then = stream_as_of(SCORING_MODELS.aggregate, log, SCORING_MODELS.id, horizon, born=False)
    return _folds(SCORING_MODELS.of(then.state))


def _folds(models: ScoringModels) -> list[Fold[Known]]:
    return [score_fold(each.model, each.version) for each in models.in_force]


SCORES = DecidedFolds(frozenset({ScoringModelPromoted, ScoringModelRetired}), _live, _live_then)
