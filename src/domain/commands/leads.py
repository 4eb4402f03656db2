"""Commands about leads."""

from uuid import UUID

from domain import deals, leads
from domain.aggregates import Change
from domain.commands.duplicates import under_duplicate_rules
from domain.commands.phones import registering
from domain.commands.rates import at_rates
from domain.customers import CUSTOMER, Customer, CustomerRegistered
from domain.deals import Opening
from domain.duplicates import Check
from domain.leads import LEAD, Lead, LeadCaptured, OrganisationChoice
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
) -> Command:
    """Capture a lead of a customer that exists, or of a new `person`, who is registered with it; with a `check`,
    as the rules about duplicates say."""
    reads = (Read(CUSTOMER, customer_id),) if person is None else ()

    def changes(known: Customer | None = None) -> list[Change]:
        return leads.capture(lead_id, customer_id, captured, person=person, known=known)

    command = Command(lead_id, reads, changes, by)
    return command if person is None else under_duplicate_rules(registering(command, person.phone), check)


def convert_lead(
    lead_id: UUID,
    customer_id: UUID,
    by: Circumstances,
    *,
    organisation_id: UUID | None = None,
    organisation_name: str | None = None,
    organisation_owner: str | None = None,
    deal_id: UUID | None = None,
    deal: Opening | None = None,
) -> Command:
    """Convert a lead of the customer; the organisation is registered by that name, with that owner, where it
    does not exist."""
    reads = [Read(LEAD, lead_id), Read(CUSTOMER, customer_id), PIPELINES.read]
    if organisation_id is not None:
        reads.append(Read(CUSTOMER, organisation_id, required=organisation_name is None))

    def changes(
        lead: Lead, person: Customer, pipelines: Pipelines | None, existing: Customer | None = None
    ) -> list[Change]:
        choice = None
        if organisation_id is not None:
            choice = OrganisationChoice(organisation_id, existing, organisation_name, organisation_owner)
        opened = None if deal is None else deals.open_deal(deal, PIPELINES.of(pipelines))
        return leads.convert(lead, person, organisation=choice, deal_id=deal_id, deal=opened)

    return at_rates(Command(lead_id, tuple(reads), changes, by))
