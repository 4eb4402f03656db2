"""Leads handed about: by hand, out of the pool, and back into it."""

from datetime import date
from uuid import uuid4

import pytest

from domain.aggregates import Change
from domain.assignment import (
    POOL_RULES,
    PoolRules,
    Workload,
    WorkloadReleased,
    WorkloadTaken,
    assign,
    claim,
    define_pool_rules,
    give_back,
    is_open,
    recall,
    release,
)
from domain.assignment.counting import moved
from domain.assignment.refusals import (
    AssignmentChangesNothing,
    ClaimQuotaReached,
    DailyClaimsReached,
    FormerOwnerLockedOut,
    LeadHasNoOwner,
    LeadHasOwner,
    LeadIsClosed,
    NotAMember,
    NotYourLead,
    PoolRuleOutOfRange,
    RecallNotDue,
)
from domain.assignment.workload import WORKLOAD
from domain.events import Event
from domain.leads import (
    LEAD,
    Lead,
    LeadAssigned,
    LeadCaptured,
    LeadDisqualified,
    LeadPooled,
    LeadQualified,
    LeadReleased,
)
from tests.support.assignment import members
from tests.support.facts import ADA, DAY, LEAD_ID, MINUTE, NOON, given

CAPTURED = LeadCaptured(channel="web")
OWNED = LeadCaptured(channel="web", owner="ann")
DISQUALIFIED = LeadDisqualified(disqualified_because="spam")
RELEASED = LeadReleased(previous="ann", because="by hand")
STRICT = PoolRules(most_held=2, most_a_day=1, lockout_days=30, recall_after_days=14, version=5)


def a_lead(*events: Event) -> Lead:
    return given(LEAD, *events, stream_id=LEAD_ID)


def holding(*events: WorkloadTaken | WorkloadReleased) -> Workload:
    return given(WORKLOAD, *events)


def taken(by: str) -> WorkloadTaken:
    return WorkloadTaken(owner="ann", lead_id=uuid4(), by=by)  # type: ignore[arg-type]


def test_a_lead_is_given_to_a_member_by_hand() -> None:
    told = assign(a_lead(OWNED), members(), owner=" ben ")

    assert told == LeadAssigned(owner="ben", previous="ann", because="by hand")
    assert a_lead(OWNED, told).owner == "ben"


def test_only_a_member_gets_a_lead_and_only_one_who_does_not_have_it() -> None:
    with pytest.raises(NotAMember):
        assign(a_lead(OWNED), members(), owner="zoe")
    with pytest.raises(AssignmentChangesNothing):
        assign(a_lead(OWNED), members(), owner="ann")


def test_a_closed_lead_is_handed_to_nobody() -> None:
    closed = a_lead(OWNED, DISQUALIFIED)

    assert not is_open(closed)
    for hand in (
        lambda: assign(closed, members(), owner="ben"),
        lambda: claim(closed, "ann", PoolRules(), None, now=NOON),
        lambda: release(closed),
        lambda: give_back(closed, "ann"),
        lambda: recall(closed, STRICT, now=NOON + 99 * DAY),
    ):
        with pytest.raises(LeadIsClosed):
            hand()


def test_a_lead_that_nobody_owns_is_claimed() -> None:
    told = claim(a_lead(CAPTURED), "ann", STRICT, None, now=NOON)

    assert (told.owner, told.rule, told.strategy, told.pool_rules_version) == ("ann", None, "claim", 5)
    with pytest.raises(LeadHasOwner):
        claim(a_lead(CAPTURED, told), "ben", STRICT, None, now=NOON)


def test_nobody_holds_more_out_of_the_pool_than_the_quota() -> None:
    """What came by a rule or by hand does not count, nor what was given up."""
    one, two = taken("claim"), taken("claim")
    given_up = WorkloadReleased(owner="ann", lead_id=one.lead_id, because="lead.converted")
    later = NOON + DAY

    with pytest.raises(ClaimQuotaReached):
        claim(a_lead(CAPTURED), "ann", STRICT, holding(one, two), now=later)
    assert claim(a_lead(CAPTURED), "ann", STRICT, holding(one, two, given_up), now=later)
    assert claim(a_lead(CAPTURED), "ann", STRICT, holding(one, taken("rule"), taken("hand")), now=later)


def test_nobody_claims_more_a_day_than_the_rules_allow() -> None:
    load = holding(taken("claim"))

    assert load.claimed(date(2026, 3, 2)) == 1
    with pytest.raises(DailyClaimsReached):
        claim(a_lead(CAPTURED), "ann", STRICT, load, now=NOON)
    assert claim(a_lead(CAPTURED), "ann", STRICT, load, now=NOON + DAY)


def test_who_lost_a_lead_to_the_pool_is_locked_out_for_some_days() -> None:
    lead = a_lead(OWNED, RELEASED)  # a minute after noon

    with pytest.raises(FormerOwnerLockedOut):
        claim(lead, "ann", STRICT, None, now=NOON + 30 * DAY)
    assert claim(lead, "ann", STRICT, None, now=NOON + 30 * DAY + MINUTE)
    assert claim(lead, "ben", STRICT, None, now=NOON + DAY)
    assert claim(lead, "ann", PoolRules(), None, now=NOON + DAY)


def test_who_lost_it_to_somebody_else_is_not_locked_out() -> None:
    handed = LeadAssigned(owner="ben", previous="ann", because="by hand")
    lead = a_lead(OWNED, handed, LeadReleased(previous="ben", because="by hand"))

    assert claim(lead, "ann", STRICT, None, now=NOON + DAY)


def test_a_lead_is_released_where_somebody_owns_it() -> None:
    assert release(a_lead(OWNED)) == RELEASED
    assert a_lead(OWNED, RELEASED).owner is None
    with pytest.raises(LeadHasNoOwner):
        release(a_lead(CAPTURED))


def test_only_its_owner_gives_a_lead_back() -> None:
    assert give_back(a_lead(OWNED), "ann").previous == "ann"
    with pytest.raises(NotYourLead):
        give_back(a_lead(OWNED), "ben")


@pytest.mark.rule("A lead that nobody followed up is recalled to the pool", area="leads")
def test_a_lead_is_recalled_when_nobody_followed_it_up() -> None:
    due = NOON + 14 * DAY

    told = recall(a_lead(OWNED), STRICT, now=due)
    assert told == LeadReleased(
        previous="ann",
        pool_rules_version=5,
        because=f"not followed up for 14 days, since {NOON.isoformat()}",
    )
    with pytest.raises(RecallNotDue):
        recall(a_lead(OWNED), STRICT, now=due - MINUTE)


def test_an_interaction_or_an_assessment_is_a_follow_up_and_a_new_owner_begins_anew() -> None:
    due = NOON + 14 * DAY
    handed = LeadAssigned(owner="ben", previous="ann", because="by hand")

    for lead, interaction in (
        (a_lead(OWNED), NOON + DAY),
        (a_lead(OWNED, LeadQualified()), None),
        (a_lead(OWNED, handed), None),
    ):
        with pytest.raises(RecallNotDue):
            recall(lead, STRICT, followed_up_at=interaction, now=due)
    assert recall(a_lead(OWNED), STRICT, followed_up_at=NOON - DAY, now=due)


def test_nothing_is_recalled_without_such_a_rule() -> None:
    with pytest.raises(RecallNotDue):
        recall(a_lead(OWNED), POOL_RULES.shipped, now=NOON + 999 * DAY)


@pytest.mark.parametrize("name", ["most_held", "most_a_day", "lockout_days", "recall_after_days"])
def test_the_pools_quotas_and_days_are_at_least_one(name: str) -> None:
    for number in (0, -1):
        with pytest.raises(PoolRuleOutOfRange) as refused:
            define_pool_rules(**{name: number})
        assert refused.value.field == name
    assert getattr(given(POOL_RULES.aggregate, define_pool_rules(**{name: 7})), name) == 7


def test_the_pools_days_end_within_the_calendar() -> None:
    with pytest.raises(PoolRuleOutOfRange):
        define_pool_rules(recall_after_days=4_000_000)


def changed(before: Lead | None, after: Lead, event: Event, **loads: Workload) -> list[Event]:
    change = Change(LEAD, LEAD_ID, ADA, (event,))
    return [each for told in moved(before, after, (change,), loads) for each in told.events]


def test_a_workload_follows_the_lead() -> None:
    ann = holding(WorkloadTaken(owner="ann", lead_id=LEAD_ID, by="hand"))
    handed = LeadAssigned(owner="ben", previous="ann", because="by hand")
    claimed = LeadAssigned(owner="ann", strategy="claim", because="claimed")
    by_rule = LeadAssigned(owner="ann", rule="all", strategy="round_robin", because="turn")
    lead, pooled = a_lead(OWNED), a_lead(CAPTURED)

    assert changed(None, lead, OWNED) == [WorkloadTaken(owner="ann", lead_id=LEAD_ID, by="hand")]
    assert changed(lead, a_lead(OWNED, handed), handed, ann=ann) == [
        WorkloadReleased(owner="ann", lead_id=LEAD_ID, because="lead.assigned"),
        WorkloadTaken(owner="ben", lead_id=LEAD_ID, by="hand"),
    ]
    assert changed(lead, a_lead(OWNED, DISQUALIFIED), DISQUALIFIED, ann=ann) == [
        WorkloadReleased(owner="ann", lead_id=LEAD_ID, because="lead.disqualified")
    ]
    for event, by in ((claimed, "claim"), (by_rule, "rule")):
        (told,) = changed(pooled, a_lead(CAPTURED, event), event)
        assert told == WorkloadTaken(owner="ann", lead_id=LEAD_ID, by=by)  # type: ignore[arg-type]


def test_a_lead_that_is_open_again_counts_again() -> None:
    reopened = changed(a_lead(OWNED, DISQUALIFIED), a_lead(OWNED), LeadQualified())

    assert reopened == [WorkloadTaken(owner="ann", lead_id=LEAD_ID, by="return")]


def test_a_lead_from_before_workloads_were_counted_is_released_by_nobody() -> None:
    assert changed(a_lead(OWNED), a_lead(OWNED, DISQUALIFIED), DISQUALIFIED) == []


def test_what_left_owner_and_openness_as_they_were_changes_no_workload() -> None:
    assert changed(a_lead(OWNED), a_lead(OWNED, LeadQualified()), LeadQualified()) == []


def test_a_lead_that_the_rules_left_to_the_pool_has_no_owner() -> None:
    lead = a_lead(CAPTURED, LeadPooled(because="no rule applied"))

    assert (lead.owner, lead.ownership.since, lead.ownership.followed_up_at) == (None, NOON, NOON)
