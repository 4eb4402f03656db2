"""What may be done with a lead, and when."""

from dataclasses import dataclass
from uuid import UUID

from msgspec.structs import replace

from domain.aggregates import Change
from domain.customers import CUSTOMER, Customer, CustomerRegistered, join_organisation, register
from domain.deals import DEAL, DealOpened
from domain.leads.events import LeadCaptured, LeadConverted, LeadDisqualified, LeadQualified
from domain.leads.refusals import (
    DisqualificationNeedsReason,
    LeadAlreadyConverted,
    LeadAlreadyQualified,
    LeadIsDisqualified,
    LeadNeedsContact,
    LeadNotQualified,
)
from domain.leads.state import LEAD, Lead
from domain.texts import filled


@dataclass(frozen=True)
class OrganisationChoice:
    """The organisation that a converted person belongs to: an existing one, or one to register by name."""

    id: UUID
    existing: Customer | None
    name: str | None = None
    owner: str | None = None


def capture(
    lead_id: UUID,
    customer_id: UUID,
    captured: LeadCaptured,
    *,
    person: CustomerRegistered | None = None,
    known: Customer | None = None,
) -> list[Change]:
    """Capture a lead of a `known` customer, or register the `person` in the same decision.

    The person has one customer id from this first touch on. The lead takes the person's e-mail address down.
    """
    captured = replace(captured, channel=filled(captured.channel, field="channel"))
    told_of = person or known
    if told_of is not None and captured.email is None:
        captured = replace(captured, email=told_of.email)
    lead = Change.begin(LEAD, lead_id, customer_id, captured)
    if person is None:
        return [lead]
    if person.name is None and person.email is None and person.phone is None:
        raise LeadNeedsContact(
            "a lead was given neither a name nor an e-mail address nor a phone number", field="name"
        )
    return [Change.begin(CUSTOMER, customer_id, customer_id, person), lead]


def qualify(lead: Lead, *, owner: str | None = None) -> LeadQualified:
    _check_alive(lead)
    if lead.status == "qualified":
        raise LeadAlreadyQualified(f"lead {lead.id} is qualified already")
    return LeadQualified(owner=owner)


def disqualify(lead: Lead, *, because: str) -> LeadDisqualified:
    _check_alive(lead)
    if not because.strip():
        raise DisqualificationNeedsReason(
            f"no reason was given why lead {lead.id} is disqualified", field="disqualified_because"
        )
    return LeadDisqualified(disqualified_because=because.strip())


def convert(
    lead: Lead,
    person: Customer,
    *,
    organisation: OrganisationChoice | None = None,
    deal_id: UUID | None = None,
    deal: DealOpened | None = None,
) -> list[Change]:
    """End the lead: its person joins an organisation and gets a deal, where asked, all in one decision.

    The deal is the organisation's where there is one, with the person as its contact; else the person's.
    """
    _check_alive(lead)
    if lead.status != "qualified":
        raise LeadNotQualified(f"lead {lead.id} is {lead.status}")
    changes: list[Change] = []
    if organisation is not None:
        changes += _membership(person, organisation)
    if deal is not None and deal_id is not None:
        customer_id = organisation.id if organisation else person.id
        changes.append(Change.begin(DEAL, deal_id, customer_id, deal))
    converted = LeadConverted(
        organisation_id=organisation.id if organisation else None, deal_id=deal_id if deal else None
    )
    return [*changes, Change(LEAD, lead.id, lead.customer_id, (converted,))]


def _membership(person: Customer, choice: OrganisationChoice) -> list[Change]:
    if choice.existing is not None:
        if choice.existing.id in person.organisations:
            return []
        return join_organisation(person, choice.existing)
    founded = register(kind="organisation", name=choice.name, owner=choice.owner)
    newcomer = Customer(id=choice.id, kind="organisation", name=founded.name, owner=founded.owner)
    persons_side, organisations_side = join_organisation(person, newcomer)
    return [persons_side, Change.begin(CUSTOMER, choice.id, choice.id, founded, *organisations_side.events)]


def _check_alive(lead: Lead) -> None:
    if lead.status == "converted":
        raise LeadAlreadyConverted(f"lead {lead.id} was converted")
    if lead.status == "disqualified":
        raise LeadIsDisqualified(f"lead {lead.id} was disqualified: {lead.disqualified_because}")
