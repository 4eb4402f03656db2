"""Assignment rules for tests, and the members whom they name."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID, uuid4

from domain import commands
from domain.access import ACCESS_ID, Access, MemberSet, change_access
from domain.access.state import Member
from domain.assignment import (
    WORKLOAD,
    Candidate,
    Condition,
    Rule,
    TurnTaken,
    When,
    Workload,
    workload_id,
)
from domain.custom_fields import Given
from domain.customers import register
from domain.facts import Fact
from domain.leads import LeadCaptured
from domain.ledger import Command, Inquiry, Ledger
from tests.support.facts import by

T = TypeVar("T")

TEAM = ("ann", "ben", "cleo")


def members(*principals: str) -> Access:
    return Access(members={each: Member(("sales",)) for each in principals or TEAM})


def candidates(*principals: str, **more: Any) -> tuple[Candidate, ...]:
    return tuple(Candidate(each, **more) for each in principals or TEAM)


def rule(strategy: str = "round_robin", name: str = "all", **parts: Any) -> Rule:
    """A rule over the whole team, where its strategy chooses."""
    if strategy in ("round_robin", "weighted", "least_open"):
        parts.setdefault("candidates", candidates())
    return Rule(name, name, strategy, **parts)  # type: ignore[arg-type]


def when(attribute: str, operator: str, value: Any = None) -> When:
    return When(all=(Condition(attribute, operator, value),))


def answered(inquiry: Inquiry[T], known: Mapping[UUID, Any]) -> T:
    """What the inquiry comes to, where these streams are all that there are."""
    try:
        asked = next(inquiry)
        while True:
            asked = inquiry.send([known.get(read.stream_id) for read in asked])
    except StopIteration as ended:
        result: T = ended.value
        return result


def knowing(*principals: str, **workloads: int) -> dict[UUID, Any]:
    """Members with so many open leads each."""
    loads = {
        workload_id(owner): Workload(owner=owner, leads={uuid4(): None for _ in range(open_leads)})  # type: ignore[misc]
        for owner, open_leads in workloads.items()
    }
    return {ACCESS_ID: members(*principals), **loads}


def join(ledger: Ledger, *principals: str) -> None:
    """Make them members."""
    joined = tuple(MemberSet(principal=each, roles=("sales",)) for each in principals or TEAM)
    ledger.execute(change_access(lambda _: joined, by("operator")))


def rules_of(ledger: Ledger, *rules: Rule) -> None:
    """Make the team members, and define these rules."""
    join(ledger)
    ledger.execute(commands.define_assignment_rules(rules, by("operator")))


def captured(
    lead_id: UUID, customer_id: UUID | None = None, custom_fields: Given | None = None, **fields: Any
) -> Command:
    """The command that captures a lead of a new person."""
    lead = LeadCaptured(**{"channel": "web", **fields})
    person = register(kind="person", name="Ada")
    return commands.capture_lead(
        lead_id, customer_id or uuid4(), lead, by("form"), person=person, custom_fields=custom_fields
    )


def turns(facts: Sequence[Fact]) -> list[TurnTaken]:
    """The turns that were taken, in the order of the log."""
    return [fact.event for fact in facts if isinstance(fact.event, TurnTaken)]


def open_leads(ledger: Ledger, owner: str) -> set[UUID]:
    state = ledger.read(WORKLOAD, workload_id(owner)).state
    assert state is not None
    return set(state.leads)
