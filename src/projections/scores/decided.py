"""Which folds of scores there are: one for each model that is live."""

from domain.ledger import Ledger
from domain.scoring import SCORING_MODELS, Known, ScoringModelPromoted, ScoringModelRetired
from projections.engine.decided import DecidedFolds
from projections.engine.fold import Fold
from projections.scores.fold import score_fold


def _live(ledger: Ledger) -> list[Fold[Known]]:
    return [score_fold(each.model, each.version) for each in SCORING_MODELS.now(ledger).in_force]


SCORES = DecidedFolds(frozenset({ScoringModelPromoted, ScoringModelRetired}), _live)
