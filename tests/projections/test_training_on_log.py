"""A model is trained on the log: what it learns from is what a score as of the moment is made of."""

from typing import cast

import pytest

from domain.horizon import Horizon
from domain.leads import LeadCaptured
from domain.scoring import Scoring
from domain.scoring.moments import Moments
from domain.scoring.training_refusals import FeatureFromTheFuture, TooFewRows
from domain.scoring.training_specification import TrainingSpecification
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.engine.as_of import state_as_of
from projections.engine.log_source import LogSource
from projections.scores.fold import score_fold
from projections.training.stories import Stories
from projections.training.training import train
from tests.support.counted_log import CountedLog
from tests.support.facts import DAY, NOON
from tests.support.leads_that_convert import LEADS, tell_of_deals, tell_of_leads
from tests.support.newer_program import tell_as_a_newer_program
from tests.support.training import attribute, specification

FEATURES = (
    attribute("job"),
    attribute("age"),
    {"name": "mails", "event": "interaction.recorded", "window_days": 2.5},
    {"name": "silent for", "event": "interaction.recorded", "measure": "recency"},
    {
        "name": "by",
        "event": "interaction.recorded",
        "measure": "value",
        "field": "channel",
        "missing_until_told": True,
    },
)


@pytest.fixture(autouse=True)
def _history(ledger: PostgresLedger) -> None:
    tell_of_leads(ledger)


def asked(**more: object) -> TrainingSpecification:
    training = {"least_rows": 40, "least_outcomes": 10}
    predicted = {"outcome": "lead.qualified", "within_days": 5, "known": "occurred", "subject": "lead"}
    return specification(*FEATURES, training=training, **{**predicted, **more})


@pytest.mark.parametrize("method", ["logistic", "naive_bayes"])
def test_a_model_learns_what_the_log_tells_and_says_from_what(reader: LogReader, method: str) -> None:
    trained = train(reader, asked(method=method))

    predictive = trained.model.predictive
    assert predictive is not None
    assert predictive.training is not None
    assert predictive.measures is not None
    # Two a day, and the log ends a day after the last one: of eight, five days have not passed since.
    assert predictive.training.unfinished == 8
    left_out = predictive.training.between + predictive.training.unfinished
    assert predictive.training.rows + predictive.measures.rows + left_out == LEADS
    assert predictive.training.position == reader.end()
    assert predictive.measures.auc > 0.6
    assert train(reader, asked(method=method)) == trained


def test_a_lead_whose_deal_is_won_has_the_outcome_whosever_deal_that_is(
    ledger: PostgresLedger, reader: LogReader
) -> None:
    won = tell_of_deals(ledger)
    predictive = train(reader, asked(outcome="deal.won")).model.predictive

    assert predictive is not None
    assert predictive.training is not None
    assert predictive.measures is not None
    assert predictive.training.outcomes + predictive.measures.outcomes <= won
    assert predictive.training.outcomes >= won // 2
    assert predictive.measures.auc > 0.6


def test_the_score_as_of_a_moment_is_made_of_what_the_model_learnt_from(reader: LogReader) -> None:
    model = train(reader, asked()).model
    assert model.predictive is not None
    fold, scoring, moments = score_fold(model, 1), Scoring(model, 1), Moments(model.predictive)

    rows = [row for facts in Stories(reader, moments.types).read() for row in moments.rows(facts)]

    assert len(rows) == LEADS
    for row in rows[::7]:
        known = state_as_of(fold, reader, row.customer_id, Horizon(as_of=row.moment))
        assert scoring.features(known, row.moment) == row.features


def test_who_reads_no_further_leaves_no_question_behind(reader: LogReader) -> None:
    log = CountedLog(reader)
    reading = Stories(cast(LogSource, log), frozenset({LeadCaptured})).read()
    next(reading)
    reading.close()

    assert (log.asked, log.closed) == (1, {1})


def test_what_was_recorded_later_was_not_known_then(reader: LogReader) -> None:
    with pytest.raises(FeatureFromTheFuture, match=r"^job is known of each row that has it only .* was recorded"):
        train(reader, asked(known="recorded"))


def test_a_model_of_the_past_is_learnt_from_what_had_happened_by_then(reader: LogReader) -> None:
    trained = train(reader, asked(), horizon=Horizon(as_of=NOON + 55 * DAY))

    predictive = trained.model.predictive
    assert predictive is not None
    assert predictive.training is not None
    assert predictive.training.tested_until <= NOON + 50 * DAY
    with pytest.raises(TooFewRows):
        train(reader, asked(), horizon=Horizon(as_of=NOON + 10 * DAY))


def test_a_customer_with_an_event_that_cannot_be_read_is_left_out(reader: LogReader, owner_dsn: str) -> None:
    first = next(fact for page in reader.after(0, upto=1) for fact in page)
    tell_as_a_newer_program(owner_dsn, first.customer_id, "customer.profile_changed")

    trained = train(reader, asked())

    assert trained.unreadable == 1
    assert trained.model.predictive is not None
    training, measures = trained.model.predictive.training, trained.model.predictive.measures
    assert training is not None
    assert measures is not None
    assert training.rows + measures.rows + training.between + training.unfinished == LEADS - 1
