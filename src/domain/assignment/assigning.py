"""A lead is assigned in the decision that captures it."""

from collections.abc import Sequence

from msgspec.structs import replace

from domain.aggregates import Change
from domain.assignment.choosing import Chosen, Person, choose
from domain.assignment.configuration import AssignmentRules
from domain.assignment.subject import subject_of
from domain.assignment.turns import turned
from domain.custom_fields import Given
from domain.customers import Customer, CustomerRegistered
from domain.leads import LeadAssigned, LeadCaptured, LeadPooled
from domain.ledger import Circumstances, Decision


def assigned(
    changes: Sequence[Change],
    customer: Customer | CustomerRegistered | None,
    rules: AssignmentRules,
    by: Circumstances,
    custom_fields: Given,
) -> Decision:
    """A capture, with the assignment that the rules make of it. Who is there is judged now, also where the capture
    is told late. A person who is registered with the lead gets the same owner."""
    captured = next(event for change in changes for event in change.events if isinstance(event, LeadCaptured))
    chosen = yield from choose(rules, subject_of(captured, customer, custom_fields), person_of(customer), by.now)
    event = told(chosen, rules.version)
    found = [_with_assignment(change, event) for change in changes]
    return found if chosen.turn is None else [*found, turned(chosen.turn)]


def person_of(customer: Customer | CustomerRegistered | None) -> Person:
    if not isinstance(customer, Customer):
        return Person()
    return Person(customer.owner, customer.organisations)


def told(chosen: Chosen, rules_version: int) -> LeadAssigned | LeadPooled:
    """What came of the rules, as a fact."""
    rule = chosen.rule.id if chosen.rule is not None else None
    if chosen.owner is None:
        return LeadPooled(
            rule=rule, rules_version=rules_version, candidates=chosen.candidates, because=chosen.because
        )
    return LeadAssigned(
        owner=chosen.owner,
        rule=rule,
        territory=chosen.territory,
        rules_version=rules_version,
        strategy=chosen.strategy,
        candidates=chosen.candidates,
        because=chosen.because,
    )


def _with_assignment(change: Change, event: LeadAssigned | LeadPooled) -> Change:
    first = change.events[0]
    if isinstance(first, LeadCaptured):
        return replace(change, events=(*change.events, event))
    if isinstance(first, CustomerRegistered) and first.owner is None and isinstance(event, LeadAssigned):
        return replace(change, events=(replace(first, owner=event.owner), *change.events[1:]))
    return change
