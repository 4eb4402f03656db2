"""Trains a predictive model on the log."""

from msgspec.structs import replace

from domain.horizon import PRESENT, Horizon
from domain.scoring.frequencies import counted
from domain.scoring.learnt import Learnt, Training
from domain.scoring.measures import measured
from domain.scoring.moments import Moments
from domain.scoring.predicting import predicted
from domain.scoring.rows import Row, Split, check_held, split
from domain.scoring.separation import check_separations
from domain.scoring.trained import Trained
from domain.scoring.training_specification import TrainingSpecification
from projections.engine.bulk.progress import Progress, no_progress
from projections.engine.log_source import LogSource
from projections.training.regression import fit
from projections.training.stories import Stories
from projections.training.suspicion import separations


def train(
    log: LogSource,
    specification: TrainingSpecification,
    *,
    horizon: Horizon = PRESENT,
    progress: Progress = no_progress,
) -> Trained:
    """Learn from the earlier rows, and measure on the later ones; what is measured is what is learnt: nothing is
    learnt anew from all rows afterwards. The same log and specification always give the same model.

    Raises:
        TooFewRows, TooFewOutcomes, OneOutcomeOnly: there is too little to learn from.
        TooManyRows: there is more than is held in memory.
        FeatureFromTheFuture, FeatureNeverKnown, FeatureTooGood: naming the feature.
    """
    predictive, how = specification.predictive, specification.how
    moments = Moments(predictive)
    stories = Stories(log, moments.types, horizon)
    if moments.deals is not None:
        for facts in Stories(log, moments.deals.types, horizon, upto=stories.position).read():
            moments.deals.add(facts)
    told: list[Row] = []
    for facts in stories.read(progress):
        told += moments.rows(facts)
        check_held(len(told), len(predictive.features))
    rows = [row for row in told if _finished(row, moments, stories)]
    parts = split(rows, test_share=how.test_share, within=moments.within, floors=how.floors)
    moments.leaks.check()
    whole, found = separations(rows, predictive.features)
    check_separations(predictive.features, whole, found)
    learnt = _learnt(parts, specification)
    naive = sum(row.outcome for row in parts.learnt_from) / len(parts.learnt_from)
    measures = measured(
        [predicted(learnt, row.features).probability for row in parts.tested_on],
        [row.outcome for row in parts.tested_on],
        naive=naive,
    )
    training = _training(parts, unfinished=len(told) - len(rows), position=stories.position)
    document = replace(predictive, learnt=learnt, measures=measures, training=training)
    model = replace(specification.model, predictive=document)
    return Trained(model, tuple(found), whole, stories.unreadable)


def _finished(row: Row, moments: Moments, stories: Stories) -> bool:
    """Whether it is known by now whether the outcome followed."""
    return stories.observed_until is not None and row.moment + moments.within <= stories.observed_until


def _learnt(parts: Split, specification: TrainingSpecification) -> Learnt:
    features = specification.predictive.features
    if specification.predictive.method == "naive_bayes":
        return counted(parts.learnt_from, features)
    return fit(parts.learnt_from, features, strength=specification.how.strength).learnt


def _training(parts: Split, *, unfinished: int, position: int) -> Training:
    learnt_from, tested_on = parts.learnt_from, parts.tested_on
    return Training(
        rows=len(learnt_from),
        outcomes=sum(row.outcome for row in learnt_from),
        first=learnt_from[0].moment,
        last=learnt_from[-1].moment,
        tested_from=tested_on[0].moment,
        tested_until=tested_on[-1].moment,
        between=parts.between,
        unfinished=unfinished,
        position=position,
    )
