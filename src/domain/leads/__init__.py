"""Leads: captured, qualified or disqualified, converted once."""

from domain.leads.decisions import OrganisationChoice, capture, convert, disqualify, qualify
from domain.leads.events import EVENTS, LeadCaptured, LeadConverted, LeadDisqualified, LeadQualified
from domain.leads.state import LEAD, Lead, evolve

__all__ = [
    "EVENTS",
    "LEAD",
    "Lead",
    "LeadCaptured",
    "LeadConverted",
    "LeadDisqualified",
    "LeadQualified",
    "OrganisationChoice",
    "capture",
    "convert",
    "disqualify",
    "evolve",
    "qualify",
]
