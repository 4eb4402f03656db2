"""Scores of any history: as if each were worked out from all facts anew, whatever the order they came in."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import fsum

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.facts import Fact
from domain.interactions import InteractionRecorded
from domain.scoring import EngagementRule, Known, Scoring, ScoringModel
from domain.scoring.counting import HALF_LIVES, LOOK_BACK
from tests.support.facts import ADA, DAY, NOON, fact

MAIL = InteractionRecorded(channel="email", direction="inbound")
SPAN = 200
HOURS = st.integers(0, SPAN * 24).map(lambda hours: NOON + hours * DAY / 24)
DAYS = st.integers(1, 100).map(float)

rules = st.builds(
    EngagementRule,
    name=st.just("mails"),
    event=st.just(MAIL.TYPE),
    points=st.integers(1, 20).map(float),
    repeatable=st.booleans(),
    max_per_day=st.none() | st.integers(1, 3),
    window_days=st.none() | DAYS,
    half_life_days=st.none() | DAYS | st.just(0.25),
)
stories = st.lists(HOURS, min_size=1, max_size=80).flatmap(
    # Now and then one that happened much later, after which much is forgotten.
    lambda moments: st.permutations([*moments, max(moments) + 120 * DAY])
)


def score(scoring: Scoring, moments: Sequence[datetime], at: datetime) -> tuple[float, int]:
    known: Known | None = None
    for each in told(moments):
        known = scoring.evolve(known, each)
    found = scoring.score(known, at)
    return found.value, sum(each.times or 0 for each in found.contributions)


def told(moments: Sequence[datetime]) -> list[Fact]:
    return [replace(fact(MAIL, at=at, stream_id=ADA, version=n), position=n) for n, at in enumerate(moments, 1)]


def worked_out(rule: EngagementRule, moments: Sequence[datetime], at: datetime) -> tuple[float, int]:
    """From the definition: all that happened by then, less what the cap, the window and the once leave out."""
    happened = sorted(moment for moment in moments if moment <= at)
    if not rule.repeatable:
        happened = happened[:1]
    elif rule.max_per_day is not None:
        so_far: Counter[object] = Counter()
        kept = []
        for moment in happened:
            so_far[moment.date()] += 1
            if so_far[moment.date()] <= rule.max_per_day:
                kept.append(moment)
        happened = kept
    ages = [at - moment for moment in happened]
    if rule.window_days is not None:
        ages = [age for age in ages if age < rule.window_days * DAY]
    if rule.half_life_days is None:
        return rule.points * len(ages), len(ages)
    half_life = rule.half_life_days * DAY
    ages = [age for age in ages if age < HALF_LIVES * half_life]
    return rule.points * fsum(2.0 ** -(age / half_life) for age in ages), len(ages)


def model(rule: EngagementRule) -> Scoring:
    return Scoring(ScoringModel(id="it", kind="engagement", engagement=(rule,)))


@given(rules, stories, st.integers(-24 * 30, 24 * 300))
def test_a_score_is_what_the_definition_says_from_thirty_days_before_the_newest_fact_on(
    rule: EngagementRule, moments: list[datetime], hours: int
) -> None:
    at = max(moments) + timedelta(hours=hours)

    assert score(model(rule), moments, at) == worked_out(rule, moments, at)


@given(rules, stories, st.randoms(use_true_random=False), st.integers(0, 24 * 300))
def test_the_order_in_which_facts_come_makes_no_difference(
    rule: EngagementRule, moments: list[datetime], chance: object, hours: int
) -> None:
    at = max(moments) - LOOK_BACK + timedelta(hours=hours)
    shuffled = list(moments)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert score(model(rule), shuffled, at) == score(model(rule), moments, at)


@given(rules, stories, st.integers(-24 * 30, 24 * 300))
def test_the_live_state_scores_as_the_facts_up_to_the_moment_folded_anew(
    rule: EngagementRule, moments: list[datetime], hours: int
) -> None:
    at = max(moments) + timedelta(hours=hours)
    by_then = [moment for moment in moments if moment <= at]

    assert score(model(rule), moments, at) == score(model(rule), by_then, at)


@given(st.lists(HOURS, min_size=1), st.integers(0, 2000))
def test_what_only_fades_is_worth_half_after_each_half_life(moments: list[datetime], hours: int) -> None:
    rule = EngagementRule(name="mails", event=MAIL.TYPE, points=8.0, half_life_days=500.0)
    at = max(moments) + timedelta(hours=hours)
    value, _ = score(model(rule), moments, at)

    assert abs(score(model(rule), moments, at + 500 * DAY)[0] / value - 0.5) < 1e-12


@given(st.lists(HOURS, min_size=1), st.integers(1, 3))
def test_no_day_gives_more_than_its_cap(moments: list[datetime], cap: int) -> None:
    rule = EngagementRule(name="mails", event=MAIL.TYPE, points=1.0, max_per_day=cap)
    days = Counter(moment.date() for moment in moments)

    assert score(model(rule), moments, max(moments))[0] == sum(min(cap, times) for times in days.values())


def test_what_is_kept_of_a_customer_stays_bounded() -> None:
    rule = EngagementRule(name="mails", event=MAIL.TYPE, points=1.0, max_per_day=2, window_days=30.0)
    scoring, known = model(rule), None
    for each in told([NOON + number * DAY / 24 for number in range(10_000)]):
        known = scoring.evolve(known, each)

    assert known is not None
    assert len(known.counted[0].whole.moments) <= 2 * (30 + 30 + 2)
