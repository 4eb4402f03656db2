"""The attributes that fit rules and features ask for: of a customer, and of the customer's latest lead."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import UNSET

from domain.assignment.conditions import OF_CUSTOMER, PREFIXES
from domain.assignment.rules import CUSTOM, Value
from domain.custom_fields.records import CustomFieldsChanged, Values
from domain.customers import (
    Customer,
    CustomerFieldsChanged,
    CustomerLifecycleChanged,
    CustomerProfileChanged,
    CustomerRegistered,
)
from domain.events import Event
from domain.leads import (
    LeadCaptured,
    LeadChanged,
    LeadConverted,
    LeadDisqualified,
    LeadElementAssessed,
    LeadFieldsChanged,
    LeadQualified,
    LeadRecycled,
    LeadStatusChanged,
)
from domain.leads.qualification import ELEMENTS
from domain.money import Money

Told = Mapping[str, Value | None]
"""What an event tells of attributes; None for one that is empty from then on."""

CUSTOMERS = ("kind", "lifecycle_stage", "has_email", "has_phone", "email_domain", *OF_CUSTOMER)
LEADS = ("channel", "campaign", "company", "interest", "lead_status", "lead_status_type")
ASSESSED = tuple(f"{framework}.{element}" for framework, elements in ELEMENTS.items() for element in elements)
NAMED = (*CUSTOMERS, *LEADS, *ASSESSED)
"""Those with names of their own. An assessed element has the confidence in its answer, 0 to 3."""


def is_attribute(path: str) -> bool:
    """Whether there is such an attribute: one of `NAMED`, `attributes.<name>` or `custom.<name>`."""
    return path in NAMED or any(path.startswith(prefix) and len(path) > len(prefix) for prefix in PREFIXES)


def _registered(event: CustomerRegistered) -> Told:
    return {
        "kind": event.kind,
        **_reachable("has_email", event.email),
        **_reachable("has_phone", event.phone),
        **_free(event.attributes),
    }


def _profile_changed(event: CustomerProfileChanged) -> Told:
    return {
        **(_reachable("has_email", event.email) if event.email is not UNSET else {}),
        **(_reachable("has_phone", event.phone) if event.phone is not UNSET else {}),
        **_free(event.attributes),
    }


def _reachable(name: str, address: str | None) -> Told:
    # The address itself is the person's own: a score needs no more than that there is one, and its domain.
    told: dict[str, Value | None] = {name: True if address else None}
    if name == "has_email":
        told["email_domain"] = address.rpartition("@")[2] if address else None
    return told


def _free(attributes: Mapping[str, Value | None]) -> Told:
    found = {f"attributes.{name}": value for name, value in attributes.items()}
    return found | {name: attributes[name] for name in OF_CUSTOMER if name in attributes}


def _custom(event: CustomFieldsChanged) -> Told:
    cleared = {f"{CUSTOM}{name}": None for name in event.cleared}
    return {**cleared, **_customs({**event.values, **event.personal_values})}


def _customs(values: Values) -> Told:
    return {
        f"{CUSTOM}{name}": float(value.amount) if isinstance(value, Money) else value
        for name, value in values.items()
    }


def _captured(event: LeadCaptured) -> Told:
    domain = {"email_domain": event.email.rpartition("@")[2]} if event.email else {}
    return {
        "channel": event.channel.strip(),
        "campaign": event.campaign,
        "company": event.company,
        "interest": event.interest,
        **_entered(event.status, "open"),
        **domain,
    }


def _lead_changed(event: LeadChanged) -> Told:
    changed = {name: getattr(event, name) for name in ("channel", "campaign", "company", "interest")}
    return {name: value for name, value in changed.items() if value is not UNSET}


def _entered(status: str, kind: str) -> Told:
    return {"lead_status": status, "lead_status_type": kind}


_OF_CUSTOMERS: Mapping[type[Event], Callable[[Any], Told]] = {
    CustomerRegistered: _registered,
    CustomerProfileChanged: _profile_changed,
    CustomerLifecycleChanged: lambda event: {"lifecycle_stage": event.to_stage},
    CustomerFieldsChanged: _custom,
}
_OF_LEADS: Mapping[type[Event], Callable[[Any], Told]] = {
    LeadCaptured: _captured,
    LeadChanged: _lead_changed,
    LeadStatusChanged: lambda event: _entered(event.to_status, event.status_type),
    LeadQualified: lambda event: _entered(event.status, "qualified"),
    LeadDisqualified: lambda event: _entered(event.status, "disqualified"),
    LeadRecycled: lambda event: _entered(event.to_status, "nurturing"),
    LeadConverted: lambda event: _entered(event.status, "converted"),
    LeadElementAssessed: lambda event: {f"{event.framework}.{event.element}": event.confidence},
    LeadFieldsChanged: _custom,
}

TELLING: frozenset[type[Event]] = frozenset({*_OF_CUSTOMERS, *_OF_LEADS})
"""The events that tell of attributes."""


def attributes_of(customer: Customer) -> Told:
    """A customer's own attributes, as all that was told of them made them."""
    return {
        "kind": customer.kind,
        "lifecycle_stage": customer.lifecycle_stage,
        **_reachable("has_email", customer.email),
        **_reachable("has_phone", customer.phone),
        **_free(customer.attributes),
        **_customs(customer.custom_fields),
    }


def told_of_customer(event: Event) -> Told | None:
    """What the event tells of the customer's own attributes; None for an event that tells nothing of them."""
    telling = _OF_CUSTOMERS.get(type(event))
    return None if telling is None else telling(event)


def told_of_lead(event: Event) -> Told | None:
    """What the event tells of a lead's attributes; None for an event that tells nothing of them."""
    telling = _OF_LEADS.get(type(event))
    return None if telling is None else telling(event)
