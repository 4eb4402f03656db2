"""Commands under the rules about duplicates: who is registered, what is changed, who is told apart."""

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.aggregates import Change
from domain.customers import (
    CUSTOMER,
    Customer,
    CustomerDuplicatesFound,
    CustomerProfileChanged,
    CustomerRegistered,
    FoundAlike,
    dismiss_duplicate,
    kept_unique,
)
from domain.duplicates import DUPLICATE_RULES, NOTHING_TO_TELL, Check, DuplicateRules, judge
from domain.events import Event
from domain.ledger import Circumstances, Command, Read


def under_duplicate_rules(command: Command, check: Check | None = None) -> Command:
    """The command, which registers or changes a customer. With a `check` it is refused, or tells of whom the
    newcomer is like, as the rules say at that moment; identifiers are unique either way, where they say so."""
    asked = len(command.reads)

    def without_rules(states: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*states[:asked], *states[asked + 1 :])

    def decide(*states: Any) -> list[Change]:
        rules = DUPLICATE_RULES.of(states[asked])
        return [_judged(change, rules, check) for change in command.decide(*without_rules(states))]

    then = command.then
    following = None if then is None else lambda *states: then(*without_rules(states))
    return replace(command, reads=(*command.reads, DUPLICATE_RULES.read), decide=decide, then=following)


def dismiss(customer_id: UUID, other_id: UUID, by: Circumstances) -> Command:
    """Tell apart two customers that are alike."""

    def changes(customer: Customer, other: Customer) -> list[Change]:
        return dismiss_duplicate(customer, other, reason=by.reason)

    return Command(customer_id, (Read(CUSTOMER, customer_id), Read(CUSTOMER, other_id)), changes, by)


def _judged(change: Change, rules: DuplicateRules, check: Check | None) -> Change:
    if change.aggregate is not CUSTOMER:
        return change
    events: list[Event] = []
    for event in change.events:
        match event:
            case CustomerRegistered():
                events += _registered(event, rules, check)
            case CustomerProfileChanged():
                events.append(kept_unique(event, rules))
            case _:
                events.append(event)
    return replace(change, events=tuple(events))


def _registered(event: CustomerRegistered, rules: DuplicateRules, check: Check | None) -> list[Event]:
    judgement = NOTHING_TO_TELL if check is None else judge(rules, check)
    accepted = check is not None and check.accepted
    registered = event if accepted else kept_unique(event, rules)
    if judgement is NOTHING_TO_TELL:
        return [registered]
    found = tuple(FoundAlike(each.customer_id, each.score, each.same) for each in judgement.told)
    told = CustomerDuplicatesFound(found=found, accepted=judgement.against, duplicate_rules_version=rules.version)
    return [registered, told]
