"""Assignment rules ask for custom fields too: of the lead, or else of its customer."""

import pytest

from domain import commands
from domain.access import Access
from domain.assignment import AssignmentRules, Rule, When, define_rules, subject_of
from domain.assignment.conditions import applies
from domain.assignment.refusals import UnknownLeadAttribute
from domain.custom_fields import CustomFields
from domain.custom_fields.refusals import CustomFieldNeeded
from domain.customers import Customer
from domain.leads import LeadCaptured
from tests.support.assignment import members, rule, when
from tests.support.custom_fields import fields
from tests.support.deciding import changes_of
from tests.support.facts import ADA, by, euros

WEB = LeadCaptured(channel="web")
PERSON = Customer(id=ADA, kind="person", custom_fields={"region": "north", "seats": 40})
NORTH = when("custom.region", "equals", "North")


def defined(fields_there: CustomFields | None, access: Access, *rules: Rule) -> None:
    changes_of(commands.define_assignment_rules(rules, by()), None, access, fields_there)


@pytest.mark.parametrize(
    ("holds", "when_is"),
    [
        (True, NORTH),
        (True, when("custom.seats", "greater", 39)),
        (True, when("custom.budget", "less", 100.5)),
        (False, when("custom.region", "equals", "south")),
        (False, when("custom.weight", "is_set")),
    ],
)
def test_a_condition_on_a_custom_field(holds: bool, when_is: When) -> None:
    assert applies(when_is, subject_of(WEB, PERSON, {"budget": euros(100)})) is holds


def test_of_a_field_that_both_have_the_leads_counts() -> None:
    assert subject_of(WEB, PERSON, {"region": "south", "seats": None})["custom.region"] == "south"
    assert subject_of(WEB, PERSON, {"seats": None})["custom.seats"] == 40


def test_a_rule_asks_for_custom_fields_that_there_are() -> None:
    north = rule(when=NORTH)

    assert define_rules([north], members(), ["region"]).rules == (north,)
    with pytest.raises(UnknownLeadAttribute) as refused:
        define_rules([rule(name="first"), north], members(), ["seats"])
    assert refused.value.field == "rules.1"


def test_the_fields_are_those_that_are_defined_when_the_rules_are() -> None:
    defined(fields(), members(), rule(when=NORTH))
    with pytest.raises(UnknownLeadAttribute):
        defined(None, members(), rule(when=NORTH))


def test_a_field_that_a_rule_asks_for_is_not_retired() -> None:
    rules = AssignmentRules((rule("round_robin", "north", when=NORTH),))
    retire = commands.retire_custom_field("customer", "region", by())

    with pytest.raises(CustomFieldNeeded, match="assignment rule north"):
        changes_of(retire, None, fields(), rules, None)
    assert changes_of(retire, None, fields(), None, None)
