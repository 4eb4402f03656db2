from datetime import timedelta

import pytest
from msgspec.structs import replace

from domain.aggregates import Change
from domain.claims import NO_CLAIMS
from domain.customers import CUSTOMER, Customer, CustomerRegistered
from domain.customers.refusals import NothingChanges
from domain.events import Event
from domain.leads import (
    LEAD,
    Lead,
    LeadCaptured,
    LeadChanged,
    LeadConverted,
    LeadDisqualified,
    LeadQualified,
    assess,
    capture,
    change,
    convert,
    disqualify,
    move,
    qualify,
    recycle,
)
from domain.leads.claims import LIVE_LEAD, claims
from domain.leads.refusals import (
    DisqualificationNeedsReason,
    LeadAlreadyConverted,
    LeadAlreadyQualified,
    LeadIsDisqualified,
    LeadNeedsContact,
    RecycledIntoThePast,
)
from domain.leads.statuses import SHIPPED
from domain.texts import BlankText
from domain.trail import changes_of
from tests.support.facts import ACME, ADA, DAY, DEAL_ID, LEAD_ID, NOON, given, history

CAPTURED = LeadCaptured(channel="web", campaign="spring", owner="ann", email="ada@b.se")
QUALIFIED = LeadQualified()
DISQUALIFIED = LeadDisqualified(disqualified_because="spam")
CONVERTED = LeadConverted(organisation_id=ACME, deal_id=DEAL_ID)
PERSON = Customer(id=ADA, kind="person", name="Ada")
BEGUN = replace(CAPTURED, statuses_version=0)
NEXT_YEAR = NOON + 365 * DAY


def a_lead(*more: Event) -> Lead:
    return given(LEAD, CAPTURED, *more, stream_id=LEAD_ID)


def test_a_lead_of_a_known_customer_is_one_birth() -> None:
    assert capture(LEAD_ID, ADA, CAPTURED, person=None) == [Change.begin(LEAD, LEAD_ID, ADA, BEGUN)]


def test_a_new_person_is_registered_with_the_lead() -> None:
    person = CustomerRegistered(kind="person", email="ada@b.se")

    changes = capture(LEAD_ID, ADA, replace(CAPTURED, email=None), person=person)

    assert changes == [Change.begin(CUSTOMER, ADA, ADA, person), Change.begin(LEAD, LEAD_ID, ADA, BEGUN)]


def test_a_lead_without_any_contact_is_refused() -> None:
    with pytest.raises(LeadNeedsContact):
        capture(LEAD_ID, ADA, CAPTURED, person=CustomerRegistered(kind="person"))


def test_a_lead_came_in_over_some_channel() -> None:
    with pytest.raises(BlankText) as refused:
        capture(LEAD_ID, ADA, LeadCaptured(channel=" "), person=None)

    assert refused.value.field == "channel"


def test_qualifying_may_give_the_lead_another_owner() -> None:
    assert a_lead(qualify(a_lead(), owner="bea")).owner == "bea"
    assert a_lead(qualify(a_lead())).owner == "ann"


def test_a_lead_is_qualified_once() -> None:
    with pytest.raises(LeadAlreadyQualified):
        qualify(a_lead(QUALIFIED))


@pytest.mark.parametrize("lead", [a_lead(), a_lead(QUALIFIED)], ids=["captured", "qualified"])
def test_a_living_lead_can_be_disqualified(lead: Lead) -> None:
    assert disqualify(lead, because=" spam ") == replace(DISQUALIFIED, statuses_version=0)


def test_a_disqualification_names_its_reason() -> None:
    with pytest.raises(DisqualificationNeedsReason):
        disqualify(a_lead(), because="  ")


@pytest.mark.parametrize(("end", "rule"), [(DISQUALIFIED, LeadIsDisqualified), (CONVERTED, LeadAlreadyConverted)])
def test_nothing_more_is_done_with_an_ended_lead(end: Event, rule: type[Exception]) -> None:
    ended = a_lead(QUALIFIED, end)

    for decide in (
        qualify,
        lambda lead: disqualify(lead, because="spam"),
        lambda lead: move(lead, SHIPPED, status="working"),
        lambda lead: change(lead, company="Acme"),
        lambda lead: assess(lead, "bant", "need", confidence=1),
        lambda lead: convert(lead, PERSON),
    ):
        with pytest.raises(rule):
            decide(ended)


def test_a_lead_tells_how_it_ended() -> None:
    assert a_lead(DISQUALIFIED).disqualified_because == "spam"
    assert a_lead(QUALIFIED, CONVERTED).deal_id == DEAL_ID


def test_the_refusal_of_a_second_conversion_names_what_the_first_one_made() -> None:
    with pytest.raises(LeadAlreadyConverted) as refused:
        convert(a_lead(QUALIFIED, CONVERTED), PERSON)

    assert all(str(each) in refused.value.message for each in (ADA, ACME, DEAL_ID))


def test_what_was_told_before_there_were_statuses_is_read_as_the_shipped_ones() -> None:
    stories: list[tuple[Event, ...]] = [(), (QUALIFIED,), (DISQUALIFIED,), (QUALIFIED, CONVERTED)]
    leads = [a_lead(*story) for story in stories]

    assert [lead.status for lead in leads] == ["new", "qualified", "disqualified", "converted"]
    assert [SHIPPED.status(lead.status).type for lead in leads] == [lead.status_type for lead in leads]


def test_only_what_changed_of_a_lead_is_told() -> None:
    changed = change(a_lead(), campaign="spring", company="Acme", interest=None)

    assert changed == LeadChanged(company="Acme")
    assert a_lead(changed).company == "Acme"
    assert a_lead(changed, LeadChanged(company=None)).company is None


def test_a_change_of_a_lead_says_something_new() -> None:
    with pytest.raises(NothingChanges):
        change(a_lead(), channel="web", campaign="spring")


def test_a_changed_channel_is_some_channel() -> None:
    with pytest.raises(BlankText):
        change(a_lead(), channel="  ")


@pytest.mark.rule("Edits within ten minutes stay separate facts", unlike="Twenty", area="leads")
def test_edits_within_ten_minutes_stay_separate_facts() -> None:
    """Twenty makes one entry of the edits of ten minutes, and nobody knows what stood there in between."""
    first = change(a_lead(), company="Acme")
    second = change(a_lead(first), company="Acme AB")

    assert (first, second) == (LeadChanged(company="Acme"), LeadChanged(company="Acme AB"))
    facts = history(CAPTURED, first, second, stream_id=LEAD_ID)
    assert facts[2].occurred_at - facts[1].occurred_at < timedelta(minutes=10)
    assert [each.new for told in changes_of(facts, {2, 3}).values() for each in told.fields] == ["Acme", "Acme AB"]


def test_a_lead_is_live_by_the_channel_that_it_has_now() -> None:
    told = claims(change(a_lead(), channel="event"))

    assert told.gives_back == (LIVE_LEAD,)
    assert [claim.value for claim in told.takes] == ["ada@b.se\nevent"]
    assert claims(change(a_lead(), company="Acme")) == NO_CLAIMS


@pytest.mark.parametrize("before", [(), (DISQUALIFIED,), (QUALIFIED,)], ids=["new", "disqualified", "qualified"])
@pytest.mark.rule("A recycled lead is nurtured until its moment, and then live again", area="leads")
def test_a_recycled_lead_is_nurtured_until_its_moment_and_live_again(before: tuple[Event, ...]) -> None:
    recycled = recycle(a_lead(*before), recycle_at=NEXT_YEAR, now=NOON)
    lead = a_lead(*before, recycled)

    assert (lead.status_type, lead.recycle_at, lead.disqualified_because) == ("nurturing", NEXT_YEAR, None)
    assert [claim.value for claim in claims(recycled).takes] == ["ada@b.se\nweb"]


def test_the_moment_of_a_nurtured_lead_can_be_put_off_and_is_over_when_it_is_worked_on() -> None:
    first = recycle(a_lead(), recycle_at=NOON + DAY, now=NOON)
    second = recycle(a_lead(first), recycle_at=NEXT_YEAR, now=NOON)
    taken_up = move(a_lead(first, second), SHIPPED, status="working")

    assert a_lead(first, second).recycle_at == NEXT_YEAR
    assert a_lead(first, second, taken_up).recycle_at is None
    with pytest.raises(NothingChanges):
        recycle(a_lead(first), recycle_at=NOON + DAY, now=NOON)


def test_a_lead_is_recycled_for_a_moment_to_come() -> None:
    with pytest.raises(RecycledIntoThePast):
        recycle(a_lead(DISQUALIFIED), recycle_at=NOON, now=NOON)


def test_a_converted_lead_is_not_recycled() -> None:
    with pytest.raises(LeadAlreadyConverted):
        recycle(a_lead(QUALIFIED, CONVERTED), recycle_at=NEXT_YEAR, now=NOON)
