"""The state of a key from a horizon, also where it is not folded from the first fact on."""

from datetime import timedelta
from random import Random

import pytest

from domain import commands
from domain.customers import CUSTOMER, change_profile
from domain.events import Unreadable
from domain.horizon import PRESENT, Horizon
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.customer_360.fold import CUSTOMER_360
from projections.engine.folding import CannotFold, states_of
from projections.engine.past.states import PastStates
from projections.segments.fold import REPEAT_BUYERS, segment_fold
from tests.projections.engine.test_past_models import a_deal
from tests.support.facts import NOON, by
from tests.support.log import CLOCK, number, tell_by_chance
from tests.support.newer_program import tell_as_a_newer_program

FOLDS = (CUSTOMER_360, segment_fold(REPEAT_BUYERS))
SOMEBODY = number(1, 0)


def horizons(reader: LogReader, many: int) -> list[Horizon]:
    """From early ones to those that see all; by one moment, by the other, by both."""
    random, facts = Random(7), reader.of_customer(SOMEBODY)  # noqa: S311 - a history, not a secret
    found = [PRESENT]
    for _ in range(many):
        one, other = random.choice(facts), random.choice(facts)
        found += [
            Horizon(one.occurred_at),
            Horizon(None, one.recorded_at),
            Horizon(one.occurred_at, other.recorded_at),
        ]
    return random.sample(found, len(found))


def tell_a_long_story(ledger: PostgresLedger) -> None:
    """With facts that come late, also after all others."""
    tell_by_chance(ledger, seed=1, steps=150, customers=1)
    tell_by_chance(ledger, seed=2, steps=150, customers=1)
    late = by(now=CLOCK, occurred_at=NOON + timedelta(days=1))
    ledger.execute(commands.tell(CUSTOMER, SOMEBODY, lambda c: change_profile(c, name="Told late"), late))


def test_a_state_of_the_past_is_what_the_facts_seen_from_there_make(
    ledger: PostgresLedger, reader: LogReader
) -> None:
    """Whatever was asked before, and remembered."""
    tell_a_long_story(ledger)
    states, facts = PastStates(reader.stories, every=5), reader.of_customer(SOMEBODY)

    for horizon in horizons(reader, 12):
        seen = [fact for fact in facts if horizon.holds(fact)]
        assert states.of_group(SOMEBODY, FOLDS, horizon) == [states_of(fold, seen) for fold in FOLDS], horizon


def test_what_is_recorded_since_is_in_the_next_answer(ledger: PostgresLedger, reader: LogReader) -> None:
    tell_a_long_story(ledger)
    states = PastStates(reader.stories, every=5)
    states.of_group(SOMEBODY, FOLDS, PRESENT)
    tell_by_chance(ledger, seed=9, steps=60, customers=1)

    for horizon in (PRESENT, Horizon(as_of=NOON + timedelta(days=2))):
        seen = reader.of_customer(SOMEBODY, horizon)
        assert states.of_group(SOMEBODY, FOLDS, horizon) == [states_of(fold, seen) for fold in FOLDS]


def test_an_event_that_cannot_be_read_is_told(ledger: PostgresLedger, reader: LogReader, owner_dsn: str) -> None:
    tell_by_chance(ledger, seed=1, steps=60)
    position = tell_as_a_newer_program(owner_dsn, a_deal(reader), "deal.stage_moved")
    [unreadable] = reader.at([position])
    assert isinstance(unreadable.event, Unreadable)

    with pytest.raises(CannotFold, match="schema 99"):
        PastStates(reader.stories).of_group(unreadable.customer_id, FOLDS, PRESENT)
