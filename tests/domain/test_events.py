import pytest

from domain.catalogue import EVENT_TYPES
from domain.customers import (
    CustomerConsentGiven,
    CustomerFieldsChanged,
    CustomerIdentifierAdded,
    CustomerIdentifierRemoved,
    CustomerIdentifierSeen,
    CustomerIdentifierVerified,
    CustomerLinked,
    CustomerProfileChanged,
    CustomerRegistered,
)
from domain.deals import DealContactAdded, DealCriterionMet, DealFieldsChanged, DealLost, DealProbabilityPinned
from domain.events import Event, personal_fields
from domain.identity import IdentityRulesDefined
from domain.interactions import InteractionRecorded
from domain.leads import (
    LeadCaptured,
    LeadChanged,
    LeadConverted,
    LeadElementAssessed,
    LeadFieldsChanged,
    LeadRecycled,
)
from domain.tasks import TaskChanged, TaskCompleted, TaskPlanned

PERSONAL = {
    DealContactAdded: {"note"},
    CustomerRegistered: {"name", "email", "phone", "attributes"},
    CustomerProfileChanged: {"name", "email", "phone", "attributes"},
    CustomerFieldsChanged: {"personal_values"},
    DealFieldsChanged: {"personal_values"},
    LeadFieldsChanged: {"personal_values"},
    DealCriterionMet: {"evidence"},
    DealLost: {"notes"},
    DealProbabilityPinned: {"because"},
    InteractionRecorded: {"subject"},
    LeadCaptured: {"email"},
    TaskPlanned: {"title"},
    TaskChanged: {"title"},
    TaskCompleted: {"outcome"},
    CustomerIdentifierAdded: {"value"},
    CustomerIdentifierSeen: {"value"},
    CustomerIdentifierVerified: {"value"},
    CustomerIdentifierRemoved: {"value"},
    CustomerLinked: {"identifier_value"},
    CustomerConsentGiven: {"contact_point"},
    IdentityRulesDefined: {"never_link"},
    LeadChanged: {"email"},
    LeadRecycled: {"email"},
    LeadElementAssessed: {"value", "evidence"},
    LeadConverted: {"fields"},
}


@pytest.mark.parametrize("event", EVENT_TYPES.values(), ids=EVENT_TYPES)
def test_exactly_the_fields_with_personal_data_are_marked(event: type[Event]) -> None:
    assert personal_fields(event) == PERSONAL.get(event, set())


@pytest.mark.parametrize("event", EVENT_TYPES.values(), ids=EVENT_TYPES)
def test_an_event_is_frozen_and_hides_no_field_from_the_log(event: type[Event]) -> None:
    assert event.__struct_config__.frozen
    assert event.__struct_config__.omit_defaults
    assert event.__struct_encode_fields__ == event.__struct_fields__
