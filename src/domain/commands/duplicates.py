"""Commands under the rules about duplicates: who is registered, what is changed, who is told apart."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.aggregates import Change
from domain.custom_fields import CUSTOM_FIELDS, CustomFields, Values
from domain.customers import (
    CUSTOMER,
    Customer,
    CustomerDuplicatesFound,
    CustomerFieldsChanged,
    CustomerProfileChanged,
    CustomerRegistered,
    FoundAlike,
    dismiss_duplicate,
    kept_unique,
)
from domain.duplicates import (
    DUPLICATE_RULES,
    NOTHING_TO_TELL,
    Check,
    DuplicateRules,
    Thresholds,
    define_rules,
    judge,
    profile_of,
)
from domain.events import Event
from domain.inquiry import extended
from domain.ledger import Circumstances, Command, Decision, Read

_RULES = (DUPLICATE_RULES.read,)


def under_duplicate_rules(command: Command, check: Check | None = None) -> Command:
    """The command, which registers or changes a customer. With a `check` it is refused, or tells of whom the
    newcomer is like, as the rules say at that moment; identifiers are unique either way, where they say so."""

    def judged(deciding: Decision, *_: Any) -> Decision:
        [rules] = yield _RULES
        changes = yield from deciding
        if rules is None:  # as shipped: nothing is looked for, and nothing unique
            return changes
        return [_judged(change, DUPLICATE_RULES.of(rules), check) for change in changes]

    return extended(command, judged)


def dismiss(customer_id: UUID, other_id: UUID, by: Circumstances) -> Command:
    """Tell apart two customers that are alike."""

    def changes(customer: Customer, other: Customer) -> list[Change]:
        return dismiss_duplicate(customer, other, reason=by.reason)

    return Command(customer_id, (Read(CUSTOMER, customer_id), Read(CUSTOMER, other_id)), changes, by)


def define_duplicate_rules(
    by: Circumstances,
    *,
    actions: Mapping[str, Thresholds],
    card: Mapping[str, tuple[str, ...]],
    exact: tuple[str, ...] = (),
) -> Command:
    """Define the rules about duplicates anew; the custom fields that they name are there."""

    def changes(_: Any, defined: CustomFields | None) -> list[Change]:
        fields = CUSTOM_FIELDS.of(defined)
        names = [name for name in fields.customer if not fields.is_retired("customer", name)]
        event = define_rules(names, actions=actions, card=card, exact=exact)
        return [Change(DUPLICATE_RULES.aggregate, DUPLICATE_RULES.id, DUPLICATE_RULES.id, (event,))]

    return Command(DUPLICATE_RULES.id, (DUPLICATE_RULES.read, CUSTOM_FIELDS.read), changes, by)


def _judged(change: Change, rules: DuplicateRules, check: Check | None) -> Change:
    if change.aggregate is not CUSTOMER:
        return change
    values = {
        name: value
        for event in change.events
        if isinstance(event, CustomerFieldsChanged)
        for name, value in (*event.values.items(), *event.personal_values.items())
    }
    events: list[Event] = []
    for event in change.events:
        match event:
            case CustomerRegistered():
                events += _registered(event, values, rules, check)
            case CustomerProfileChanged():
                events.append(kept_unique(event, rules))
            case _:
                events.append(event)
    return replace(change, events=tuple(events))


def _registered(
    event: CustomerRegistered, values: Values, rules: DuplicateRules, check: Check | None
) -> list[Event]:
    judgement = NOTHING_TO_TELL if check is None else judge(rules, check, profile_of(event, values))
    accepted = check is not None and check.accepted
    registered = event if accepted else kept_unique(event, rules)
    if judgement is NOTHING_TO_TELL:
        return [registered]
    found = tuple(FoundAlike(each.customer_id, each.score, each.same) for each in judgement.told)
    told = CustomerDuplicatesFound(found=found, accepted=judgement.against, duplicate_rules_version=rules.version)
    return [registered, told]
