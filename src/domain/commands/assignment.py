"""Commands about who gets a lead: the rules, and leads handed about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import assignment
from domain.access import ACCESS, ACCESS_ID, Access
from domain.aggregates import Change
from domain.assignment import ASSIGNMENT_RULES, POOL_RULES, Absence, Rule, Workload
from domain.assignment.workload import workload_of
from domain.commands.workloads import counted
from domain.custom_fields import CUSTOM_FIELDS
from domain.events import Event
from domain.leads import LEAD, Lead
from domain.ledger import Circumstances, Command, Read

_ACCESS = Read(ACCESS, ACCESS_ID, required=False)
_RULES = ASSIGNMENT_RULES.id


def define_assignment_rules(rules: Sequence[Rule], by: Circumstances) -> Command:
    """Define the assignment rules anew, all of them, for members as they are now."""

    def changes(_: Any, access: Access | None, fields: Any) -> list[Change]:
        custom = CUSTOM_FIELDS.of(fields)
        names = custom.taking("lead", "customer")
        return [_of_rules(assignment.define_rules(rules, access or Access(), names))]

    return Command(_RULES, (ASSIGNMENT_RULES.read, _ACCESS, CUSTOM_FIELDS.read), changes, by)


def set_absence(absence: Absence, by: Circumstances) -> Command:
    def changes(_: Any, access: Access | None) -> list[Change]:
        return [_of_rules(assignment.set_absence(absence, access or Access(), by.now))]

    return Command(_RULES, (ASSIGNMENT_RULES.read, _ACCESS), changes, by)


def clear_absences(principal: str, by: Circumstances) -> Command:
    def changes(state: Any) -> list[Change]:
        return [_of_rules(assignment.clear_absences(ASSIGNMENT_RULES.of(state), principal, by.now))]

    return Command(_RULES, (ASSIGNMENT_RULES.read,), changes, by)


def assign_lead(lead_id: UUID, owner: str, by: Circumstances) -> Command:
    """Give a lead to a member, by hand."""

    def changes(lead: Lead, access: Access | None) -> list[Change]:
        return [_of_lead(lead, assignment.assign(lead, access or Access(), owner=owner))]

    return counted(Command(lead_id, (Read(LEAD, lead_id), _ACCESS), changes, by))


def release_lead(lead_id: UUID, by: Circumstances) -> Command:
    """Put a lead into the pool, by hand."""

    def changes(lead: Lead) -> list[Change]:
        return [_of_lead(lead, assignment.release(lead))]

    return counted(Command(lead_id, (Read(LEAD, lead_id),), changes, by))


def give_back_lead(lead_id: UUID, by: Circumstances) -> Command:
    """Put a lead of the actor's own into the pool."""

    def changes(lead: Lead) -> list[Change]:
        return [_of_lead(lead, assignment.give_back(lead, by.actor))]

    return counted(Command(lead_id, (Read(LEAD, lead_id),), changes, by))


def claim_lead(lead_id: UUID, by: Circumstances) -> Command:
    """Let the actor take a lead out of the pool, within the pool's rules."""
    reads = (Read(LEAD, lead_id), POOL_RULES.read, workload_of(by.actor))

    def changes(lead: Lead, rules: Any, load: Workload | None) -> list[Change]:
        return [_of_lead(lead, assignment.claim(lead, by.actor, POOL_RULES.of(rules), load, now=by.now))]

    return counted(Command(lead_id, reads, changes, by))


def recall_lead(lead_id: UUID, followed_up_at: datetime | None, by: Circumstances) -> Command:
    """Put a lead that nobody followed up into the pool; `followed_up_at`: the last interaction about it."""

    def changes(lead: Lead, rules: Any) -> list[Change]:
        recalled = assignment.recall(lead, POOL_RULES.of(rules), followed_up_at=followed_up_at, now=by.now)
        return [_of_lead(lead, recalled)]

    return counted(Command(lead_id, (Read(LEAD, lead_id), POOL_RULES.read), changes, by))


def _of_lead(lead: Lead, event: Event) -> Change:
    return Change(LEAD, lead.id, lead.customer_id, (event,))


def _of_rules(event: Event) -> Change:
    return Change(ASSIGNMENT_RULES.aggregate, _RULES, _RULES, (event,))
