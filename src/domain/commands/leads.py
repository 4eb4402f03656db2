"""Commands about leads."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from domain import deals, leads
from domain.aggregates import Change
from domain.commands.custom_fields import begun_with
from domain.commands.duplicates import under_duplicate_rules
from domain.commands.phones import registering
from domain.commands.rates import at_rates
from domain.commands.telling import tell_under
from domain.custom_fields import Given
from domain.customers import CUSTOMER, Customer, CustomerRegistered
from domain.deals import DEAL, Opening
from domain.duplicates import Check
from domain.events import Event
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
from domain.ledger import Circumstances, Command, Read
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
    as the rules about duplicates say."""
    known = () if person is not None else (Read(CUSTOMER, customer_id),)

    def changes(statuses: LeadStatuses | None, customer: Customer | None = None) -> list[Change]:
        under = LEAD_STATUSES.of(statuses)
        return leads.capture(lead_id, customer_id, captured, person=person, known=customer, under=under)

    command = Command(lead_id, (LEAD_STATUSES.read, *known), changes, by)
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
    return Command(lead_id, reads, changes, by)


def convert_lead(
    lead_id: UUID,
    by: Circumstances,
    *,
    customer_id: UUID | None = None,
    organisation_id: UUID | None = None,
    organisation_name: str | None = None,
    organisation_owner: str | None = None,
    deal_id: UUID | None = None,
    deal: Opening | None = None,
    brought: Mapping[str, Any] | None = None,
) -> Command:
    """Convert a lead: its person, or an existing customer, joins an organisation and gets a deal.

    The organisation is registered by that name, with that owner, where it does not exist; so is the deal opened.
    Where the deal exists, the fields `brought` fill what it lacks.
    """
    asked = _asked(customer_id, organisation_id, organisation_name, deal_id, deal)
    reads = (Read(LEAD, lead_id), LEAD_STATUSES.read, PIPELINES.read, *asked.values())

    def person_of(lead: Lead, *others: Any) -> tuple[Read, ...]:
        return (Read(CUSTOMER, lead.customer_id),) if len(others) < len(reads) else ()

    def changes(
        lead: Lead, statuses: LeadStatuses | None, pipelines: Pipelines | None, *others: Any
    ) -> list[Change]:
        *found, person = others
        there: dict[str, Any] = dict(zip(asked, found, strict=True))
        organisation = chosen = None
        if organisation_id is not None:
            organisation = OrganisationChoice(
                organisation_id, there["organisation"], organisation_name, organisation_owner
            )
        if deal_id is not None:
            existing = there["deal"]
            opened = None
            if deal is not None and existing is None:
                opened = deals.open_deal(deal, PIPELINES.of(pipelines), within="deal.")
            chosen = DealChoice(deal_id, existing, opened, brought or {})
        under, into = LEAD_STATUSES.of(statuses), there.get("into")
        return leads.convert(lead, person, into=into, organisation=organisation, deal=chosen, under=under)

    return at_rates(Command(lead_id, reads, changes, by, then=person_of))


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
