import pytest
from msgspec.structs import replace

from domain.aggregates import Change
from domain.customers import (
    CUSTOMER,
    Customer,
    CustomerJoinedOrganisation,
    CustomerMemberJoined,
    CustomerRegistered,
)
from domain.customers.refusals import OnlyPeopleBelong, OrganisationNeedsName
from domain.deals import DEAL, Opening, open_deal
from domain.events import Event
from domain.leads import (
    LEAD,
    Lead,
    LeadCaptured,
    LeadConverted,
    LeadDisqualified,
    LeadQualified,
    OrganisationChoice,
    capture,
    convert,
    disqualify,
    qualify,
)
from domain.leads.refusals import (
    DisqualificationNeedsReason,
    LeadAlreadyConverted,
    LeadAlreadyQualified,
    LeadIsDisqualified,
    LeadNeedsContact,
    LeadNotQualified,
)
from domain.pipelines import PIPELINES
from domain.texts import BlankText
from tests.support.facts import ACME, ADA, DEAL_ID, LEAD_ID, given

CAPTURED = LeadCaptured(channel="web", campaign="spring", owner="ann")
QUALIFIED = LeadQualified()
DISQUALIFIED = LeadDisqualified(disqualified_because="spam")
CONVERTED = LeadConverted()
PERSON = Customer(id=ADA, kind="person", name="Ada")
ORGANISATION = Customer(id=ACME, kind="organisation", name="Acme")
MEMBER = Customer(id=ADA, kind="person", name="Ada", organisations=(ACME,))


def a_lead(*more: Event) -> Lead:
    return given(LEAD, CAPTURED, *more, stream_id=LEAD_ID)


def test_a_lead_of_a_known_customer_is_one_birth() -> None:
    assert capture(LEAD_ID, ADA, CAPTURED, person=None) == [Change.begin(LEAD, LEAD_ID, ADA, CAPTURED)]


def test_a_new_person_is_registered_with_the_lead() -> None:
    person = CustomerRegistered(kind="person", email="ada@b.se")

    changes = capture(LEAD_ID, ADA, CAPTURED, person=person)

    captured = replace(CAPTURED, email="ada@b.se")
    assert changes == [Change.begin(CUSTOMER, ADA, ADA, person), Change.begin(LEAD, LEAD_ID, ADA, captured)]


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
    assert disqualify(lead, because=" spam ") == DISQUALIFIED


def test_a_disqualification_names_its_reason() -> None:
    with pytest.raises(DisqualificationNeedsReason):
        disqualify(a_lead(), because="  ")


@pytest.mark.parametrize(("end", "rule"), [(DISQUALIFIED, LeadIsDisqualified), (CONVERTED, LeadAlreadyConverted)])
def test_nothing_more_is_done_with_an_ended_lead(end: Event, rule: type[Exception]) -> None:
    ended = a_lead(QUALIFIED, end)

    for decide in (qualify, lambda lead: disqualify(lead, because="spam"), lambda lead: convert(lead, PERSON)):
        with pytest.raises(rule):
            decide(ended)


def test_only_a_qualified_lead_is_converted() -> None:
    with pytest.raises(LeadNotQualified):
        convert(a_lead(), PERSON)


def test_converting_alone_ends_the_lead() -> None:
    assert convert(a_lead(QUALIFIED), PERSON) == [Change(LEAD, LEAD_ID, ADA, (CONVERTED,))]


def test_converting_into_a_new_organisation_founds_it_with_its_member() -> None:
    choice = OrganisationChoice(ACME, None, "Acme")

    person, organisation, lead = convert(a_lead(QUALIFIED), PERSON, organisation=choice)

    assert person.events == (CustomerJoinedOrganisation(organisation_id=ACME),)
    assert organisation.birth
    assert organisation.events == (
        CustomerRegistered(kind="organisation", name="Acme"),
        CustomerMemberJoined(person_id=ADA),
    )
    assert lead.events == (LeadConverted(organisation_id=ACME),)


def test_a_new_organisation_needs_a_name() -> None:
    with pytest.raises(OrganisationNeedsName):
        convert(a_lead(QUALIFIED), PERSON, organisation=OrganisationChoice(ACME, None))


def test_converting_into_an_existing_organisation_joins_it() -> None:
    choice = OrganisationChoice(ACME, ORGANISATION)

    changes = convert(a_lead(QUALIFIED), PERSON, organisation=choice)

    assert [(change.stream_id, change.birth) for change in changes] == [
        (ADA, False),
        (ACME, False),
        (LEAD_ID, False),
    ]


def test_a_member_need_not_join_again() -> None:
    choice = OrganisationChoice(ACME, ORGANISATION)

    assert [change.stream_id for change in convert(a_lead(QUALIFIED), MEMBER, organisation=choice)] == [LEAD_ID]


def test_nobody_is_converted_into_a_person() -> None:
    with pytest.raises(OnlyPeopleBelong):
        convert(a_lead(QUALIFIED), PERSON, organisation=OrganisationChoice(ACME, Customer(id=ACME, kind="person")))


@pytest.mark.parametrize(
    ("choice", "owner"),
    [(None, ADA), (OrganisationChoice(ACME, ORGANISATION), ACME)],
    ids=["person", "organisation"],
)
def test_the_deal_is_the_organisations_where_there_is_one(
    choice: OrganisationChoice | None, owner: object
) -> None:
    opened = open_deal(Opening(name="Forty seats"), PIPELINES.shipped)

    changes = convert(a_lead(QUALIFIED), PERSON, organisation=choice, deal_id=DEAL_ID, deal=opened)

    assert Change.begin(DEAL, DEAL_ID, owner, opened) in changes  # type: ignore[arg-type]
    assert isinstance(changes[-1].events[0], LeadConverted)
    assert changes[-1].events[0].deal_id == DEAL_ID


def test_a_conversion_names_no_deal_that_was_not_opened() -> None:
    converted = convert(a_lead(QUALIFIED), PERSON, deal_id=DEAL_ID)[-1].events

    assert converted == (CONVERTED,)


def test_a_lead_tells_how_it_ended() -> None:
    assert a_lead(DISQUALIFIED).disqualified_because == "spam"
    assert a_lead(QUALIFIED, LeadConverted(organisation_id=ACME, deal_id=DEAL_ID)).deal_id == DEAL_ID
