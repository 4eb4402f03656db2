"""Leads assigned in the decision that captures them, however many are captured at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from uuid import UUID, uuid4

import pytest

from domain import commands
from domain.assignment import Candidate, TurnTaken, WorkloadTaken
from domain.custom_fields import CUSTOM_FIELDS, TextField, define_field
from domain.customers import CUSTOMER
from domain.leads import LEAD, LeadAssigned, disqualify
from domain.ledger import Ledger
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.support.assignment import TEAM, candidates, captured, open_leads, rule, rules_of, turns, when
from tests.support.facts import by
from tests.support.told import whole_log

AT_ONCE = 16


def capture_many(number: int, *ledgers: Ledger) -> list[UUID]:
    """Capture so many leads, from sixteen threads at once."""
    lead_ids = [uuid4() for _ in range(number)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(lambda n: ledgers[n % len(ledgers)].execute(captured(lead_ids[n])), range(number)):
            pass
    return lead_ids


def owner_of(ledger: Ledger, lead_id: UUID) -> str | None:
    lead = ledger.read(LEAD, lead_id).state
    assert lead is not None
    return lead.owner


@pytest.mark.rule("concurrent captures are assigned exactly in turn", unlike="EspoCRM", area="assignment")
def test_leads_captured_at_once_are_assigned_exactly_in_turn(ledger: PostgresLedger, reader: LogReader) -> None:
    """EspoCRM takes the next user after the owner of the newest lead, without a cursor: captures at once race."""
    rules_of(ledger, rule())

    lead_ids = capture_many(200, ledger)
    taken = turns(whole_log(reader))

    assert [turn.owner for turn in taken] == [TEAM[n % 3] for n in range(200)]
    assert [turn.turn for turn in taken] == list(range(1, 201))
    counts = Counter(owner_of(ledger, lead_id) for lead_id in lead_ids)
    assert set(counts) == set(TEAM)
    assert max(counts.values()) - min(counts.values()) <= 1


def test_two_processes_share_the_turns(
    ledger: PostgresLedger, other_process: PostgresLedger, reader: LogReader
) -> None:
    rules_of(ledger, rule())

    capture_many(60, ledger, other_process)

    assert [turn.owner for turn in turns(whole_log(reader))] == [TEAM[n % 3] for n in range(60)]


def test_weights_are_exact_over_each_whole_cycle_also_at_once(ledger: PostgresLedger, reader: LogReader) -> None:
    weighted = (Candidate("ann", 5), Candidate("ben", 1), Candidate("cleo", 1))
    rules_of(ledger, rule("weighted", candidates=weighted))

    capture_many(70, ledger)
    owners = iter([turn.owner for turn in turns(whole_log(reader))])

    while cycle := list(islice(owners, 7)):
        assert cycle == ["ann", "ann", "ben", "ann", "cleo", "ann", "ann"]


def test_the_fewest_open_leads_are_counted_exactly_at_once(ledger: PostgresLedger, reader: LogReader) -> None:
    rules_of(ledger, rule("least_open"))

    lead_ids = capture_many(90, ledger)
    for lead_id in lead_ids[:30]:
        ledger.execute(commands.tell(LEAD, lead_id, lambda lead: disqualify(lead, because="spam"), by()))
    lead_ids = [*lead_ids[30:], *capture_many(30, ledger)]

    assert {len(open_leads(ledger, owner)) for owner in TEAM} == {30}
    for owner in TEAM:
        assert open_leads(ledger, owner) == {each for each in lead_ids if owner_of(ledger, each) == owner}
    for fact in whole_log(reader):
        if isinstance(fact.event, LeadAssigned):
            seen = {each.principal: each.open or 0 for each in fact.event.candidates}
            assert seen[fact.event.owner] == min(seen.values())


def test_a_capture_is_one_decision_with_its_assignment(ledger: PostgresLedger, reader: LogReader) -> None:
    rules_of(ledger, rule())
    lead_id, customer_id = uuid4(), uuid4()

    ledger.execute(captured(lead_id, customer_id))
    facts = whole_log(reader)[-5:]

    assert [fact.event.TYPE for fact in facts] == [
        *("customer.registered", "lead.captured", "lead.assigned", "turn.taken", "workload.taken")
    ]
    assert len({fact.causation_id for fact in facts}) == 1
    assert {fact.actor for fact in facts} == {"form"}
    person = ledger.read(CUSTOMER, customer_id).state
    assert person is not None
    assert (owner_of(ledger, lead_id), person.owner) == ("ann", "ann")


def test_many_captured_together_are_assigned_as_if_one_by_one(ledger: PostgresLedger, reader: LogReader) -> None:
    rules_of(ledger, rule())

    ledger.execute_all([captured(uuid4()) for _ in range(30)])

    assert [turn.owner for turn in turns(whole_log(reader))] == [TEAM[n % 3] for n in range(30)]


def test_a_named_owner_gets_the_lead_and_nobody_loses_a_turn(ledger: PostgresLedger, reader: LogReader) -> None:
    rules_of(ledger, rule())
    lead_id = uuid4()

    ledger.execute(captured(lead_id, owner="ben"))

    assert open_leads(ledger, "ben") == {lead_id}
    assert turns(whole_log(reader)) == []


def test_turns_and_workloads_are_in_nobodys_story(ledger: PostgresLedger, reader: LogReader) -> None:
    rules_of(ledger, rule(candidates=candidates("ann")))
    customer_id = uuid4()

    ledger.execute(captured(uuid4(), customer_id))
    own = [fact for fact in whole_log(reader) if isinstance(fact.event, TurnTaken | WorkloadTaken)]

    assert [fact.customer_id == fact.stream_id for fact in own] == [True, True]
    assert not {fact.stream_id for fact in own} & {fact.stream_id for fact in reader.of_customer(customer_id)}


def test_a_rule_goes_by_what_the_capture_says_in_custom_fields(ledger: PostgresLedger) -> None:
    region = TextField(name="region", label="Region", max_length=10)
    ledger.execute(commands.define(CUSTOM_FIELDS, lambda held: define_field(held, "lead", region), by("operator")))
    north = rule(name="north", when=when("custom.region", "equals", "north"), candidates=candidates("cleo"))
    rules_of(ledger, north, rule(candidates=candidates("ben")))
    leads = [uuid4(), uuid4()]

    ledger.execute(captured(leads[0], custom_fields={"region": "North"}))
    ledger.execute(captured(leads[1], custom_fields={"region": "south"}))

    assert [owner_of(ledger, lead_id) for lead_id in leads] == ["cleo", "ben"]
