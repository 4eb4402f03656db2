"""Leads: captured, assessed, moved through statuses, qualified or disqualified, recycled, converted once."""

from domain.events import Event
from domain.leads.assignment_events import CandidateSeen, LeadAssigned, LeadPooled, LeadReleased
from domain.leads.conversion import DealChoice, OrganisationChoice, convert
from domain.leads.decisions import assess, capture, change, disqualify, move, qualify, recycle
from domain.leads.defining import define_statuses
from domain.leads.events import (
    EVENTS,
    LeadCaptured,
    LeadChanged,
    LeadConverted,
    LeadDisqualified,
    LeadFieldsChanged,
    LeadQualified,
    LeadRecycled,
    LeadStatusChanged,
    MappedField,
)
from domain.leads.qualification import (
    LEAD_QUALIFICATION,
    Budget,
    LeadElementAssessed,
    LeadQualificationDefined,
    QualificationMinimum,
    define_minimum,
    score,
)
from domain.leads.state import LEAD, Lead, evolve
from domain.leads.statuses import LEAD_STATUSES, LeadStatus, LeadStatuses, LeadStatusesDefined

RULES_DEFINED: tuple[type[Event], ...] = (LeadStatusesDefined, LeadQualificationDefined)
"""What can have happened to the rules that leads follow."""

__all__ = [
    "EVENTS",
    "LEAD",
    "LEAD_QUALIFICATION",
    "LEAD_STATUSES",
    "RULES_DEFINED",
    "Budget",
    "CandidateSeen",
    "DealChoice",
    "Lead",
    "LeadAssigned",
    "LeadCaptured",
    "LeadChanged",
    "LeadConverted",
    "LeadDisqualified",
    "LeadElementAssessed",
    "LeadFieldsChanged",
    "LeadPooled",
    "LeadQualificationDefined",
    "LeadQualified",
    "LeadRecycled",
    "LeadReleased",
    "LeadStatus",
    "LeadStatusChanged",
    "LeadStatuses",
    "LeadStatusesDefined",
    "MappedField",
    "OrganisationChoice",
    "QualificationMinimum",
    "assess",
    "capture",
    "change",
    "convert",
    "define_minimum",
    "define_statuses",
    "disqualify",
    "evolve",
    "move",
    "qualify",
    "recycle",
    "score",
]
