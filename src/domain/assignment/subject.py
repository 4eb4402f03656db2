"""What the conditions of a rule look at: a lead, and its customer."""

from domain.assignment.conditions import OF_CUSTOMER, Subject
from domain.assignment.rules import Value
from domain.customers import Customer, CustomerRegistered
from domain.leads import LeadCaptured


def subject_of(captured: LeadCaptured, customer: Customer | CustomerRegistered | None) -> Subject:
    """The attributes of a lead that is being captured, of this customer."""
    email = captured.email or (customer.email if customer is not None else None)
    of_lead = {
        "channel": captured.channel.strip(),
        "campaign": captured.campaign,
        "company": captured.company,
        "interest": captured.interest,
        "email_domain": email.rpartition("@")[2] if email else None,
    }
    found: dict[str, Value] = {name: value for name, value in of_lead.items() if value}
    for name, attribute in (customer.attributes if customer is not None else {}).items():
        found[f"attributes.{name}"] = attribute
        if name in OF_CUSTOMER:
            found[name] = attribute
    return found
