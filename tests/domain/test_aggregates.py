from datetime import timedelta

import pytest

from domain.aggregates import CLOCK_SKEW, HappenedBeforeLastFact, HappenedInTheFuture, check_time
from domain.customers import CUSTOMER
from domain.deals import DEAL
from domain.interactions import INTERACTION
from domain.leads import LEAD
from domain.orders import ORDER
from tests.support.facts import DAY, NOON

MICROSECOND = timedelta(microseconds=1)


def test_a_caller_whose_clock_runs_a_little_ahead_is_believed() -> None:
    check_time(NOON + CLOCK_SKEW, now=NOON, after=None)


def test_what_lies_further_ahead_cannot_have_happened() -> None:
    with pytest.raises(HappenedInTheFuture) as refused:
        check_time(NOON + CLOCK_SKEW + MICROSECOND, now=NOON, after=None)

    assert refused.value.field == "occurred_at"


def test_a_late_fact_may_be_as_old_as_the_last_one() -> None:
    check_time(NOON - DAY, now=NOON, after=NOON - DAY)


def test_a_fact_from_before_the_last_one_is_refused() -> None:
    with pytest.raises(HappenedBeforeLastFact) as refused:
        check_time(NOON - DAY - MICROSECOND, now=NOON, after=NOON - DAY)

    assert refused.value.field == "occurred_at"


def test_a_life_cycle_is_told_in_order_and_a_profile_need_not_be() -> None:
    assert all(aggregate.chronological for aggregate in (LEAD, DEAL, ORDER, INTERACTION))
    assert not CUSTOMER.chronological
