"""Leads out of the pool and back, whoever asks at once; workloads that stay exact on every way."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain import commands
from domain.assignment import POOL_RULES, PoolRulesDefined, WorkloadReleased, WorkloadTaken
from domain.assignment.refusals import ClaimQuotaReached, DailyClaimsReached, FormerOwnerLockedOut, LeadHasOwner
from domain.facts import Fact
from domain.leads import LEAD, Lead, disqualify, evolve, recycle
from domain.ledger import Command, Ledger, Receipt
from domain.refusals import Refusal
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.support.assignment import TEAM, candidates, captured, join, open_leads, rule, rules_of
from tests.support.facts import DAY, NOON, by
from tests.support.told import whole_log


def pool_rules(ledger: Ledger, **rules: int) -> None:
    ledger.execute(commands.define(POOL_RULES, lambda _: PoolRulesDefined(**rules), by("operator")))


def pooled(ledger: Ledger, number: int = 1) -> list[UUID]:
    """So many leads that nobody owns."""
    lead_ids = [uuid4() for _ in range(number)]
    ledger.execute_all([captured(lead_id) for lead_id in lead_ids])
    return lead_ids


def at_once(ledger: Ledger, asked: Sequence[Command]) -> Counter[str]:
    """What became of the commands: the rule that refused, or nothing."""

    def carry_out(command: Command) -> str:
        try:
            ledger.execute(command)
        except Refusal as refusal:
            return refusal.rule
        return "done"

    with ThreadPoolExecutor(16) as pool:
        return Counter(pool.map(carry_out, asked))


def told_workloads(facts: Sequence[Fact]) -> dict[str, set[UUID]]:
    """The open leads of each owner, as their workloads tell."""
    held: dict[str, set[UUID]] = {}
    for fact in facts:
        match fact.event:
            case WorkloadTaken(owner=owner, lead_id=lead_id):
                assert lead_id not in held.setdefault(owner, set()), "taken twice"
                held[owner].add(lead_id)
            case WorkloadReleased(owner=owner, lead_id=lead_id):
                held[owner].remove(lead_id)
    return {owner: leads for owner, leads in held.items() if leads}


def owned(facts: Sequence[Fact]) -> dict[str, set[UUID]]:
    """The open leads of each owner, as the leads tell."""
    leads: dict[UUID, Lead] = {}
    for fact in facts:
        if fact.event.TYPE.startswith("lead."):
            leads[fact.stream_id] = evolve(leads.get(fact.stream_id), fact)
    held: dict[str, set[UUID]] = {}
    for lead in leads.values():
        if lead.owner is not None and lead.status_type not in ("converted", "disqualified"):
            held.setdefault(lead.owner, set()).add(lead.id)
    return held


def test_of_many_who_claim_a_lead_at_once_one_gets_it(ledger: PostgresLedger, reader: LogReader) -> None:
    [lead_id] = pooled(ledger)

    ends = at_once(ledger, [commands.claim_lead(lead_id, by(f"seller {n}")) for n in range(16)])

    assert ends == {"done": 1, LeadHasOwner.__name__: 15}
    facts = whole_log(reader)
    assert told_workloads(facts) == owned(facts)


@pytest.mark.parametrize(
    ("rules", "refusal"), [({"most_held": 3}, ClaimQuotaReached), ({"most_a_day": 3}, DailyClaimsReached)]
)
def test_quotas_hold_however_many_claims_come_at_once(
    ledger: PostgresLedger, rules: dict[str, int], refusal: type[Refusal]
) -> None:
    pool_rules(ledger, **rules)
    lead_ids = pooled(ledger, 12)

    ends = at_once(ledger, [commands.claim_lead(lead_id, by("ann")) for lead_id in lead_ids])

    assert ends == {"done": 3, refusal.__name__: 9}
    assert len(open_leads(ledger, "ann")) == 3


def test_a_recalled_lead_is_locked_for_its_former_owner_and_free_for_others(ledger: PostgresLedger) -> None:
    pool_rules(ledger, recall_after_days=14, lockout_days=30)
    lead_id = uuid4()
    ledger.execute(captured(lead_id, owner="ann"))
    later = NOON + 15 * DAY

    ledger.execute(commands.recall_lead(lead_id, None, by("scheduler", now=later)))
    with pytest.raises(FormerOwnerLockedOut):
        ledger.execute(commands.claim_lead(lead_id, by("ann", now=later + DAY)))
    ledger.execute(commands.claim_lead(lead_id, by("ben", now=later + DAY)))

    assert (open_leads(ledger, "ann"), open_leads(ledger, "ben")) == (set(), {lead_id})


def way_of_a_lead(lead_id: UUID) -> Iterator[Command]:
    """Captured by a rule, handed on, given back, claimed, put off, disqualified, taken up again."""
    yield captured(lead_id)
    yield commands.assign_lead(lead_id, "cleo", by("boss"))
    yield commands.give_back_lead(lead_id, by("cleo"))
    yield commands.claim_lead(lead_id, by("ben"))
    yield commands.tell(LEAD, lead_id, lambda lead: disqualify(lead, because="no budget"), by("ben"))
    yield commands.tell(LEAD, lead_id, lambda lead: recycle(lead, recycle_at=NOON + 90 * DAY, now=NOON), by("ben"))
    yield commands.qualify_lead(lead_id, by("ben"), owner="ann")
    yield commands.convert_lead(lead_id, by("ann"))


def test_workloads_are_exact_at_every_step_of_a_leads_way(ledger: PostgresLedger, reader: LogReader) -> None:
    rules_of(ledger, rule(candidates=candidates("ann")))
    lead_id, owners = uuid4(), []
    for step in way_of_a_lead(lead_id):
        ledger.execute(step)
        facts = whole_log(reader)
        assert told_workloads(facts) == owned(facts)
        owners.append(next(iter(owned(facts)), None))

    assert owners == ["ann", "cleo", None, "ben", None, "ben", "ann", None]


def test_workloads_are_exact_when_many_leads_go_their_ways_at_once(
    ledger: PostgresLedger, other_process: PostgresLedger, reader: LogReader
) -> None:
    rules_of(ledger, rule(candidates=candidates("ann", "ben")))

    def go(number: int) -> list[Receipt]:
        through = (ledger, other_process)[number % 2]
        return [through.execute(step) for step in list(way_of_a_lead(uuid4()))[: number % 9]]

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(go, range(36)))
    facts = whole_log(reader)

    assert told_workloads(facts) == owned(facts)
    assert set(owned(facts)) <= set(TEAM)


@pytest.mark.rule("automation leaves the same trail as people", unlike="Django-CRM", area="assignment")
def test_rules_and_jobs_leave_the_same_trail_as_people(ledger: PostgresLedger, reader: LogReader) -> None:
    """Who, by which door, why, and because of which event: the same columns, whoever gave the lead away."""
    join(ledger)
    pool_rules(ledger, recall_after_days=14)
    rules_of(ledger, rule())
    lead_id = uuid4()
    ledger.execute(captured(lead_id))
    [assigned] = [fact for fact in whole_log(reader) if fact.event.TYPE == "lead.assigned"]
    late = by("scheduler", now=NOON + timedelta(days=15), reason="not followed up", caused_by=assigned.position)
    ledger.execute(commands.recall_lead(lead_id, None, late))
    ledger.execute(commands.assign_lead(lead_id, "ben", by("boss", now=late.now, reason="knows the company")))

    handed = [fact for fact in whole_log(reader) if fact.event.TYPE in ("lead.assigned", "lead.released")]

    assert [(fact.actor, fact.source, fact.reason, fact.caused_by) for fact in handed] == [
        ("form", "test", None, None),
        ("scheduler", "test", "not followed up", assigned.position),
        ("boss", "test", "knows the company", None),
    ]
    assert [getattr(fact.event, "rule", None) for fact in handed] == ["all", None, None]
    assert all(getattr(fact.event, "because", "") for fact in handed)
    assert all(fact.recorded_at is not None and fact.correlation_id is not None for fact in handed)
