"""Customers: people and organisations. A person may belong to organisations."""

from domain.customers.decisions import change_profile, join_organisation, leave_organisation, register
from domain.customers.events import (
    EVENTS,
    Attribute,
    CustomerFieldsChanged,
    CustomerJoinedOrganisation,
    CustomerLeftOrganisation,
    CustomerMemberJoined,
    CustomerMemberLeft,
    CustomerProfileChanged,
    CustomerRegistered,
    Kind,
)
from domain.customers.state import CUSTOMER, Customer, evolve

__all__ = [
    "CUSTOMER",
    "EVENTS",
    "Attribute",
    "Customer",
    "CustomerFieldsChanged",
    "CustomerJoinedOrganisation",
    "CustomerLeftOrganisation",
    "CustomerMemberJoined",
    "CustomerMemberLeft",
    "CustomerProfileChanged",
    "CustomerRegistered",
    "Kind",
    "change_profile",
    "evolve",
    "join_organisation",
    "leave_organisation",
    "register",
]
