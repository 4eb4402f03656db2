"""What the conditions of a rule look at: a lead, and its customer."""

from domain.assignment.conditions import OF_CUSTOMER, Subject
from domain.assignment.rules import CUSTOM, Value
from domain.custom_fields import Given
from domain.customers import Customer, CustomerRegistered
from domain.leads import LeadCaptured
from domain.money import Money

_NOTHING: Given = {}


def subject_of(
    captured: LeadCaptured, customer: Customer | CustomerRegistered | None, custom_fields: Given = _NOTHING
) -> Subject:
    """The attributes of a lead that is being captured, of this customer, with these values in the lead's custom
    fields; of a field that both have, the lead's counts. An amount of money is compared as a number."""
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
    of_customer = customer.custom_fields if isinstance(customer, Customer) else _NOTHING
    for held in (of_customer, custom_fields):
        for name, value in held.items():
            if value is not None:
                found[f"{CUSTOM}{name}"] = float(value.amount) if isinstance(value, Money) else value
    return found
