"""Membership of a rule-based segment, with a window that moves."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from projections.segments.rules import BehaviourRule, Membership, memberships, with_occurrence
from tests.support.facts import DAY, NOON

RULE = BehaviourRule(segment="s", event_type="order.placed", at_least=2, within=timedelta(days=30))


def on(*days: int) -> list[tuple[datetime, int]]:
    return [(NOON + day * DAY, position) for position, day in enumerate(days)]


def test_once_is_not_enough() -> None:
    assert memberships(RULE, on(0)) == []


def test_the_second_time_makes_a_member_until_the_window_leaves_the_first() -> None:
    second, left = NOON + 10 * DAY, NOON + 30 * DAY

    assert memberships(RULE, on(0, 10)) == [Membership(second, left, second, left, (0, 1))]


def test_two_times_too_far_apart_make_no_member() -> None:
    assert memberships(RULE, on(0, 30)) == []


def test_going_on_prolongs_the_membership() -> None:
    first, longer = memberships(RULE, on(0, 10, 20))

    assert (first.since, first.until, first.left_at) == (NOON + 10 * DAY, NOON + 20 * DAY, NOON + 30 * DAY)
    assert (longer.since, longer.until, longer.left_at) == (NOON + 20 * DAY, NOON + 40 * DAY, NOON + 40 * DAY)
    assert longer.entered_at == first.entered_at


@given(st.lists(st.integers(0, 200), max_size=30), st.integers(0, 250))
def test_what_stood_at_a_moment_rests_on_nothing_that_happened_later(days: list[int], asked: int) -> None:
    moment, occurrences = NOON + asked * DAY, sorted(on(*days))
    by_then = [each for each in occurrences if each[0] <= moment]

    def stood(told: list[tuple[datetime, int]]) -> list[tuple[datetime, datetime, tuple[int, ...]]]:
        found = [each for each in memberships(RULE, told) if each.since <= moment < each.until]
        return [(each.entered_at, each.left_at, each.because) for each in found]

    assert stood(occurrences) == stood(by_then)


def test_a_pause_ends_it_and_a_return_begins_another() -> None:
    periods = memberships(RULE, on(0, 5, 100, 105))

    assert [period.entered_at for period in periods] == [NOON + 5 * DAY, NOON + 105 * DAY]
    assert periods[1].because == (2, 3)


@given(st.lists(st.integers(0, 200), max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_telling_does_not_matter(days: list[int], random: object) -> None:
    told = on(*days)
    shuffled = sorted(told, key=lambda _: random.random())  # type: ignore[attr-defined]

    kept: tuple[tuple[datetime, int], ...] = ()
    for occurrence in shuffled:
        kept = with_occurrence(kept, occurrence)

    assert memberships(RULE, kept) == memberships(RULE, sorted(told))


@given(st.lists(st.integers(0, 300), max_size=30), st.integers(0, 400))
def test_a_member_did_it_often_enough_within_the_window(days: list[int], asked: int) -> None:
    moment = NOON + asked * DAY
    occurrences = sorted(on(*days))
    within = [at for at, _ in occurrences if moment - RULE.within < at <= moment]

    inside = any(each.since <= moment < each.until for each in memberships(RULE, occurrences))

    assert inside == (len(within) >= RULE.at_least)
