"""Leads handed about: by hand, out of the pool, and back into it."""

from datetime import datetime

from domain.access import Access
from domain.assignment.defining import check_member
from domain.assignment.pool_rules import PoolRules
from domain.assignment.refusals import (
    AssignmentChangesNothing,
    ClaimQuotaReached,
    DailyClaimsReached,
    FormerOwnerLockedOut,
    LeadHasNoOwner,
    LeadHasOwner,
    LeadIsClosed,
    NotYourLead,
    RecallNotDue,
)
from domain.assignment.workload import Workload
from domain.leads import Lead, LeadAssigned, LeadReleased
from domain.texts import filled

CLOSED = ("converted", "disqualified")


def is_open(lead: Lead) -> bool:
    """Whether somebody still has work with the lead."""
    return lead.status_type not in CLOSED


def assign(lead: Lead, access: Access, *, owner: str) -> LeadAssigned:
    """Give a lead to a member, by hand."""
    _check_open(lead)
    owner = filled(owner, field="owner")
    check_member(access, owner, field="owner")
    if lead.owner == owner:
        raise AssignmentChangesNothing(f"lead {lead.id} is {owner}'s already", field="owner")
    return LeadAssigned(owner=owner, previous=lead.owner, because="by hand")


def claim(
    lead: Lead, claimant: str, rules: PoolRules, workload: Workload | None, *, now: datetime
) -> LeadAssigned:
    """Take a lead out of the pool.

    Raises:
        LeadHasOwner, LeadIsClosed, ClaimQuotaReached, DailyClaimsReached, FormerOwnerLockedOut.
    """
    _check_open(lead)
    if lead.owner is not None:
        raise LeadHasOwner(f"lead {lead.id} is {lead.owner}'s")
    load = workload or Workload(owner=claimant)
    if rules.most_held is not None and load.from_pool >= rules.most_held:
        raise ClaimQuotaReached(f"{claimant} holds {load.from_pool} leads out of the pool, as many as one may")
    claimed = load.claimed(now.date())
    if rules.most_a_day is not None and claimed >= rules.most_a_day:
        raise DailyClaimsReached(f"{claimant} claimed {claimed} leads today, as many as one may")
    lost_at = lead.ownership.former.get(claimant)
    if lost_at is not None and now < lost_at + rules.lockout:
        until = (lost_at + rules.lockout).isoformat()
        raise FormerOwnerLockedOut(f"{claimant} lost lead {lead.id} to the pool, and may claim it from {until} on")
    return LeadAssigned(
        owner=claimant, pool_rules_version=rules.version, strategy="claim", because="claimed out of the pool"
    )


def release(lead: Lead) -> LeadReleased:
    """Put a lead into the pool, by hand."""
    _check_open(lead)
    return LeadReleased(previous=_owner(lead), because="by hand")


def give_back(lead: Lead, principal: str) -> LeadReleased:
    """Put one's own lead into the pool."""
    _check_open(lead)
    if _owner(lead) != principal:
        raise NotYourLead(f"lead {lead.id} is not {principal}'s", field="lead_id")
    return LeadReleased(previous=principal, because="given back by its owner")


def recall(lead: Lead, rules: PoolRules, *, followed_up_at: datetime | None = None, now: datetime) -> LeadReleased:
    """Put a lead into the pool that nobody followed up: nothing happened with it since it was assigned, for as
    long as the rules say. `followed_up_at` is the last interaction that named the lead or its customer.

    Raises:
        RecallNotDue: it was followed up since, or no such rule is set.
    """
    _check_open(lead)
    owner, last = _owner(lead), last_followed_up(lead, followed_up_at)
    if rules.recall_after is None or last is None or now < last + rules.recall_after:
        raise RecallNotDue(f"lead {lead.id} was last followed up at {last.isoformat() if last else 'no time'}")
    return LeadReleased(
        previous=owner,
        pool_rules_version=rules.version,
        because=f"not followed up for {rules.recall_after_days} days, since {last.isoformat()}",
    )


def last_followed_up(lead: Lead, interaction_at: datetime | None) -> datetime | None:
    """When the lead's owner got it, or when it was last followed up since."""
    ownership = lead.ownership
    return max(
        (each for each in (ownership.since, ownership.followed_up_at, interaction_at) if each is not None),
        default=None,
    )


def _owner(lead: Lead) -> str:
    if lead.owner is None:
        raise LeadHasNoOwner(f"lead {lead.id} is in the pool already")
    return lead.owner


def _check_open(lead: Lead) -> None:
    if not is_open(lead):
        raise LeadIsClosed(f"lead {lead.id} is {lead.status}")
