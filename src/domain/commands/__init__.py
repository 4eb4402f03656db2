"""Commands, put together from decisions; the same ones for HTTP, imports and the demo."""

from domain.commands.assignment import (
    assign_lead,
    claim_lead,
    clear_absences,
    define_assignment_rules,
    give_back_lead,
    recall_lead,
    release_lead,
    set_absence,
)
from domain.commands.carried_fields import carried_over, targets_of
from domain.commands.committee import add_contact
from domain.commands.configuration import define
from domain.commands.custom_fields import begun_with, changed_with
from domain.commands.customers import join_organisation, leave_organisation, register_customer
from domain.commands.deals import change_deal, open_deal, tell_deal
from domain.commands.duplicates import define_duplicate_rules, dismiss, under_duplicate_rules
from domain.commands.identity import (
    NamedIdentifier,
    link_customers,
    tell_of_identifier,
    unlink_customers,
)
from domain.commands.leads import capture_lead, convert_lead, qualify_lead, tell_lead
from domain.commands.phones import change_customer, registering
from domain.commands.rates import at_rates
from domain.commands.settings import (
    define_pipeline,
    define_scoring_model,
    put_scoring_model_live,
    retire_custom_field,
)
from domain.commands.tasks import close_task, plan_task, reschedule_task
from domain.commands.telling import tell, tell_under
from domain.commands.touchpoints import place_order, record_interaction

__all__ = [
    "NamedIdentifier",
    "add_contact",
    "assign_lead",
    "at_rates",
    "begun_with",
    "capture_lead",
    "carried_over",
    "change_customer",
    "change_deal",
    "changed_with",
    "claim_lead",
    "clear_absences",
    "close_task",
    "convert_lead",
    "define",
    "define_assignment_rules",
    "define_duplicate_rules",
    "define_pipeline",
    "define_scoring_model",
    "dismiss",
    "give_back_lead",
    "join_organisation",
    "leave_organisation",
    "link_customers",
    "open_deal",
    "place_order",
    "plan_task",
    "put_scoring_model_live",
    "qualify_lead",
    "recall_lead",
    "record_interaction",
    "register_customer",
    "registering",
    "release_lead",
    "reschedule_task",
    "retire_custom_field",
    "set_absence",
    "targets_of",
    "tell",
    "tell_deal",
    "tell_lead",
    "tell_of_identifier",
    "tell_under",
    "under_duplicate_rules",
    "unlink_customers",
]
