"""What may be done with a lead, and when; its conversion has a page of its own."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from domain.aggregates import Change
from domain.customers import CUSTOMER, Customer, CustomerRegistered
from domain.customers.refusals import NothingChanges
from domain.leads.events import (
    LeadCaptured,
    LeadChanged,
    LeadDisqualified,
    LeadQualified,
    LeadRecycled,
    LeadStatusChanged,
)
from domain.leads.qualification import (
    NO_MINIMUM,
    Answer,
    Framework,
    LeadElementAssessed,
    QualificationMinimum,
    assessment,
    place,
)
from domain.leads.refusals import (
    DisqualificationNeedsReason,
    LeadAlreadyConverted,
    LeadAlreadyQualified,
    LeadIsDisqualified,
    LeadNeedsContact,
    LeadStatusHasItsCommand,
    LeadStatusIsRetired,
    RecycledIntoThePast,
)
from domain.leads.state import LEAD, Lead
from domain.leads.statuses import SHIPPED, LeadStatuses
from domain.texts import filled

_BY_COMMAND = ("qualified", "converted", "disqualified")


def capture(
    lead_id: UUID,
    customer_id: UUID,
    captured: LeadCaptured,
    *,
    person: CustomerRegistered | None = None,
    known: Customer | None = None,
    under: LeadStatuses = SHIPPED,
) -> list[Change]:
    """Capture a lead of a `known` customer, or register the `person` in the same decision.

    The person has one customer id from this first touch on. The lead takes the person's e-mail address down, and
    begins in the initial status.
    """
    captured = replace(
        captured,
        channel=filled(captured.channel, field="channel"),
        status=under.initial.id,
        statuses_version=under.version,
    )
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


def change(
    lead: Lead,
    *,
    channel: str | UnsetType = UNSET,
    campaign: str | None | UnsetType = UNSET,
    company: str | None | UnsetType = UNSET,
    interest: str | None | UnsetType = UNSET,
) -> LeadChanged:
    """Change the given fields; UNSET leaves a field as it is, None empties it."""
    check_alive(lead)
    if isinstance(channel, str):
        channel = filled(channel, field="channel")
    moved = channel is not UNSET and channel != lead.channel
    changed = LeadChanged(
        channel=channel if moved else UNSET,
        campaign=UNSET if campaign == lead.campaign else campaign,
        company=UNSET if company == lead.company else company,
        interest=UNSET if interest == lead.interest else interest,
        email=lead.email if moved else None,
    )
    if changed == LeadChanged():
        raise NothingChanges(f"lead {lead.id} already says so")
    return changed


def assess(
    lead: Lead,
    framework: Framework,
    element: str,
    *,
    answer: Answer | None = None,
    evidence: str | None = None,
    confidence: int,
) -> LeadElementAssessed:
    """Say what is known of an element of qualification, and how sure that is."""
    check_alive(lead)
    event = assessment(framework, element, answer=answer, evidence=evidence, confidence=confidence)
    held = lead.elements.get(place(framework, element))
    if held is not None and all(getattr(held, name) == getattr(event, name) for name in event.__struct_fields__):
        raise NothingChanges(f"{element} of lead {lead.id} is already assessed so")
    return event


def move(lead: Lead, under: LeadStatuses, *, status: str) -> LeadStatusChanged:
    """Move the lead to another status, as the table of transitions allows."""
    check_alive(lead)
    entered = under.status(status)
    if entered.retired:
        raise LeadStatusIsRetired(f"the status {status!r} is retired", field="status")
    if entered.type in _BY_COMMAND:
        raise LeadStatusHasItsCommand(
            f"{status!r} means {entered.type}: that has a command of its own", field="status"
        )
    under.check_move(lead.status, entered.id)
    return LeadStatusChanged(
        from_status=lead.status, to_status=entered.id, status_type=entered.type, statuses_version=under.version
    )


def qualify(
    lead: Lead,
    under: LeadStatuses = SHIPPED,
    minimum: QualificationMinimum = NO_MINIMUM,
    *,
    owner: str | None = None,
) -> LeadQualified:
    check_alive(lead)
    if lead.status_type == "qualified":
        raise LeadAlreadyQualified(f"lead {lead.id} is qualified already")
    entered = under.entered(lead.status, "qualified")
    minimum.check(lead.id, lead.elements)
    return LeadQualified(
        owner=owner, status=entered.id, statuses_version=under.version, qualification_version=minimum.version
    )


def disqualify(lead: Lead, under: LeadStatuses = SHIPPED, *, because: str) -> LeadDisqualified:
    check_alive(lead)
    if not because.strip():
        raise DisqualificationNeedsReason(
            f"no reason was given why lead {lead.id} is disqualified", field="disqualified_because"
        )
    entered = under.entered(lead.status, "disqualified")
    return LeadDisqualified(
        disqualified_because=because.strip(), status=entered.id, statuses_version=under.version
    )


def recycle(lead: Lead, under: LeadStatuses = SHIPPED, *, recycle_at: datetime, now: datetime) -> LeadRecycled:
    """Put the lead off until a moment after `now`: it is nurtured until then, and live again.

    One that is nurtured already stays in its status; its moment changes.
    """
    if lead.status_type == "converted":
        raise already_converted(lead)
    if recycle_at <= now:
        raise RecycledIntoThePast(
            f"{recycle_at.isoformat()} does not lie ahead of {now.isoformat()}", field="recycle_at"
        )
    if recycle_at == lead.recycle_at:
        raise NothingChanges(f"lead {lead.id} is put off until then already")
    nurtured = lead.status_type == "nurturing"
    return LeadRecycled(
        recycle_at=recycle_at,
        from_status=lead.status,
        to_status=lead.status if nurtured else under.entered(lead.status, "nurturing").id,
        channel=lead.channel,
        email=lead.email,
        statuses_version=under.version,
    )


def check_alive(lead: Lead) -> None:
    if lead.status_type == "converted":
        raise already_converted(lead)
    if lead.status_type == "disqualified":
        raise LeadIsDisqualified(f"lead {lead.id} was disqualified: {lead.disqualified_because}")


def already_converted(lead: Lead) -> LeadAlreadyConverted:
    into = [f"customer {lead.converted_into}"]
    if lead.organisation_id is not None:
        into.append(f"organisation {lead.organisation_id}")
    if lead.deal_id is not None:
        into.append(f"deal {lead.deal_id}")
    return LeadAlreadyConverted(f"lead {lead.id} was converted into {', '.join(into)}")
