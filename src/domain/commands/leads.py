"""Commands about leads."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from domain import deals, leads
from domain.aggregates import Change
from domain.assignment import ASSIGNMENT_RULES
from domain.assignment.assigning import assigned
from domain.commands.carried_fields import carried_over, targets_of
from domain.commands.custom_fields import begun_with, named_records
from domain.commands.duplicates import under_duplicate_rules
from domain.commands.phones import registering
from domain.commands.rates import at_rates
from domain.commands.telling import tell_under
from domain.commands.workloads import counted
from domain.custom_fields import CUSTOM_FIELDS, Given
from domain.customers import CUSTOMER, Customer, CustomerRegistered
from domain.deals import DEAL, Deal, DealOpened, Opening
from domain.duplicates import Check
from domain.events import Event
from domain.inquiry import extended
from domain.leads import (
    LEAD,
    LEAD_QUALIFICATION,
    LEAD_STATUSES,
    DealChoice,
    Lead,
    LeadCaptured,
    LeadStatuses,
    OrganisationChoice,
    QualificationMinimum,
)
from domain.ledger import Circumstances, Command, Decision, Read
from domain.pipelines import PIPELINES, Pipelines


def capture_lead(
    lead_id: UUID,
    customer_id: UUID,
    captured: LeadCaptured,
    by: Circumstances,
    *,
    person: CustomerRegistered | None = None,
    check: Check | None = None,
    custom_fields: Given | None = None,
) -> Command:
    """Capture a lead of a customer that exists, or of a new `person`, who is registered with it; with a `check`,
    as the rules about duplicates say.

    Where no owner is named, the assignment rules find one: the assignment, the turn that was taken and the
    workload are told in the same decision.
    """
    known = () if person is not None else (Read(CUSTOMER, customer_id),)

    def changes(statuses: LeadStatuses | None, customer: Customer | None = None) -> list[Change]:
        under = LEAD_STATUSES.of(statuses)
        return leads.capture(lead_id, customer_id, captured, person=person, known=customer, under=under)

    def by_rules(deciding: Decision, _: Any, customer: Customer | None = None) -> Decision:
        [rules] = yield (ASSIGNMENT_RULES.read,)
        found = yield from deciding
        held = ASSIGNMENT_RULES.of(rules)
        return (
            found
            if not held.rules
            else (yield from assigned(found, customer or person, held, by, custom_fields or {}))
        )

    command = Command(lead_id, (LEAD_STATUSES.read, *known), changes, by)
    command = counted(command if captured.owner is not None else extended(command, by_rules))
    if person is not None:
        command = under_duplicate_rules(registering(command, person.phone), check)
    return begun_with(command, "lead", custom_fields or {})


def tell_lead(lead_id: UUID, decide: Callable[[Lead, LeadStatuses], Event], by: Circumstances) -> Command:
    """A command on a lead, under the statuses that hold."""

    return tell_under(LEAD_STATUSES, LEAD, lead_id, decide, by)


def qualify_lead(lead_id: UUID, by: Circumstances, *, owner: str | None = None) -> Command:
    """Qualify a lead that reaches the minimum that holds."""

    def changes(lead: Lead, statuses: LeadStatuses | None, minimum: QualificationMinimum | None) -> list[Change]:
        qualified = leads.qualify(lead, LEAD_STATUSES.of(statuses), LEAD_QUALIFICATION.of(minimum), owner=owner)
        return [Change(LEAD, lead.id, lead.customer_id, (qualified,))]

    reads = (Read(LEAD, lead_id), LEAD_STATUSES.read, LEAD_QUALIFICATION.read)
    return counted(Command(lead_id, reads, changes, by))


def convert_lead(
    lead_id: UUID,
    by: Circumstances,
    *,
    customer_id: UUID | None = None,
    organisation_id: UUID | None = None,
    organisation_name: str | None = None,
    organisation_owner: str | None = None,
    organisation_fields: Given | None = None,
    deal_id: UUID | None = None,
    deal: Opening | None = None,
    brought: Mapping[str, Any] | None = None,
    deal_fields: Given | None = None,
) -> Command:
    """Convert a lead: its person, or an existing customer, joins an organisation and gets a deal.

    The organisation is registered by that name, with that owner, where it does not exist; so is the deal opened.
    Where the deal exists, the fields `brought` fill what it lacks. So do the lead's custom fields everywhere, and
    `organisation_fields` and `deal_fields` those of the two, which have the required ones where they are new.
    """
    asked = _asked(customer_id, organisation_id, organisation_name, deal_id, deal)
    reads = (Read(LEAD, lead_id), CUSTOM_FIELDS.read, LEAD_STATUSES.read, PIPELINES.read, *asked.values())

    def converted(lead: Lead, custom: Any, statuses: Any, pipelines: Any, *found: Any) -> Decision:
        fields = CUSTOM_FIELDS.of(custom)
        named = named_records(fields, "deal", deal_fields or {}, within="deal.")
        named += named_records(fields, "customer", organisation_fields or {}, within="organisation.")
        person: Customer
        person, *_ = yield (Read(CUSTOMER, lead.customer_id), *named)
        there: dict[str, Any] = dict(zip(asked, found, strict=True))
        organisation = chosen = None
        if organisation_id is not None:
            known = there["organisation"]
            organisation = OrganisationChoice(organisation_id, known, organisation_name, organisation_owner)
        if deal_id is not None:
            opened = _opened(deal, there["deal"], PIPELINES.of(pipelines))
            chosen = DealChoice(deal_id, there["deal"], opened, brought or {})
        under, into = LEAD_STATUSES.of(statuses), there.get("into")
        told = leads.convert(lead, person, into=into, organisation=organisation, deal=chosen, under=under)
        targets = targets_of(into or person, organisation, chosen, organisation_fields, deal_fields)
        return carried_over(told, fields, lead, targets)

    return counted(at_rates(Command(lead_id, reads, converted, by)))


def _opened(opening: Opening | None, existing: Deal | None, pipelines: Pipelines) -> DealOpened | None:
    if opening is None or existing is not None:
        return None
    return deals.open_deal(opening, pipelines, within="deal.")


def _asked(
    into: UUID | None, organisation: UUID | None, name: str | None, deal: UUID | None, opening: Opening | None
) -> dict[str, Read]:
    """The records that a conversion names; those that it would make need not be there."""
    asked: dict[str, Read] = {}
    if into is not None:
        asked["into"] = Read(CUSTOMER, into)
    if organisation is not None:
        asked["organisation"] = Read(CUSTOMER, organisation, required=name is None)
    if deal is not None:
        asked["deal"] = Read(DEAL, deal, required=opening is None)
    return asked
