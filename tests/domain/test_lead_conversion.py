from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.aggregates import Change
from domain.customers import (
    CUSTOMER,
    Customer,
    CustomerCameFromLead,
    CustomerJoinedOrganisation,
    CustomerLifecycleChanged,
    CustomerMemberJoined,
    CustomerProfileChanged,
    CustomerRegistered,
)
from domain.customers.refusals import OnlyPeopleBelong, OrganisationNeedsName
from domain.deals import DEAL, Deal, DealAmountChanged, DealChanged, DealLeadLinked, Opening, open_deal
from domain.deals.refusals import DealIsClosed
from domain.events import Event
from domain.leads import (
    LEAD,
    DealChoice,
    Lead,
    LeadCaptured,
    LeadConverted,
    LeadQualified,
    MappedField,
    OrganisationChoice,
    convert,
)
from domain.leads.refusals import DealOfAnotherCustomer, IdGivenTwice, LeadBecomesPerson, LeadNotQualified
from domain.pipelines import PIPELINES
from tests.support.facts import ACME, ADA, BEN, DEAL_ID, LEAD_ID, euros, fact, given

CAPTURED = LeadCaptured(channel="web", campaign="spring", owner="ann", email="ada@b.se")
PERSON = Customer(id=ADA, kind="person", name="Ada", email="ada@b.se", owner="ann")
KNOWN = Customer(id=BEN, kind="person", name="A. Lovelace", phone="+46 8 1")
ORGANISATION = Customer(id=ACME, kind="organisation", name="Acme", owner="bea")
MEMBER = replace(PERSON, organisations=(ACME,))
CAME = CustomerCameFromLead(lead_id=LEAD_ID)
FOUNDING = OrganisationChoice(ACME, None, "Acme")
JOINING = OrganisationChoice(ACME, ORGANISATION)
OPENING = open_deal(Opening(name="Forty seats"), PIPELINES.shipped)


def a_lead(*more: Event) -> Lead:
    return given(LEAD, CAPTURED, *more, stream_id=LEAD_ID)


QUALIFIED = a_lead(LeadQualified())


def told(changes: list[Change]) -> dict[UUID, tuple[Event, ...]]:
    assert len({change.stream_id for change in changes}) == len(changes), "each stream once"
    return {change.stream_id: change.events for change in changes}


def conversion(changes: list[Change]) -> LeadConverted:
    [converted] = changes[-1].events
    assert isinstance(converted, LeadConverted)
    return converted


def a_deal(customer_id: UUID = ACME, **fields: Any) -> Deal:
    deal = given(DEAL, OPENING, customer_id=customer_id)
    return replace(deal, **fields)


def test_only_a_qualified_lead_is_converted() -> None:
    with pytest.raises(LeadNotQualified):
        convert(a_lead(), PERSON)


def test_converting_alone_ends_the_lead_and_takes_the_person_forward() -> None:
    changes = told(convert(QUALIFIED, PERSON))

    assert changes[ADA] == (
        CustomerLifecycleChanged(from_stage=None, to_stage="sales_qualified", because="lead converted"),
    )
    assert changes[LEAD_ID] == (
        LeadConverted(
            fields=(
                MappedField(record="customer", field="owner", to_value="ann", skipped_because="same"),
            ),
            statuses_version=0,
        ),
    )  # fmt: skip


def test_converting_into_a_new_organisation_founds_it_with_its_member() -> None:
    changes = convert(QUALIFIED, PERSON, organisation=FOUNDING)
    by_stream = told(changes)

    assert by_stream[ADA][0] == CustomerJoinedOrganisation(organisation_id=ACME)
    assert [change.birth for change in changes] == [False, True, False]
    assert by_stream[ACME] == (
        CustomerRegistered(kind="organisation", name="Acme", owner="ann"),
        CustomerMemberJoined(person_id=ADA),
        CAME,
    )
    assert conversion(changes).organisation_id == ACME


def test_a_new_organisation_needs_a_name() -> None:
    with pytest.raises(OrganisationNeedsName):
        convert(QUALIFIED, PERSON, organisation=OrganisationChoice(ACME, None))


def test_converting_into_an_existing_organisation_joins_it() -> None:
    changes = told(convert(QUALIFIED, PERSON, organisation=JOINING))

    assert changes[ACME] == (CustomerMemberJoined(person_id=ADA), CAME)


def test_a_member_need_not_join_again() -> None:
    changes = told(convert(QUALIFIED, MEMBER, organisation=JOINING))

    assert changes[ACME] == (CAME,)


def test_nobody_joins_a_person() -> None:
    with pytest.raises(OnlyPeopleBelong):
        convert(QUALIFIED, PERSON, organisation=OrganisationChoice(ACME, KNOWN))


@pytest.mark.parametrize(("choice", "owner", "contact"), [(None, ADA, None), (JOINING, ACME, ADA)])
def test_the_deal_is_the_organisations_where_there_is_one(
    choice: OrganisationChoice | None, owner: UUID, contact: UUID | None
) -> None:
    changes = convert(QUALIFIED, PERSON, organisation=choice, deal=DealChoice(DEAL_ID, None, OPENING))

    opened = replace(OPENING, lead_id=LEAD_ID, contact_id=contact, owner="ann")
    assert Change.begin(DEAL, DEAL_ID, owner, opened) in changes
    assert conversion(changes).deal_id == DEAL_ID
    assert DEAL.evolve(None, fact(opened)).leads == (LEAD_ID,)


@pytest.mark.rule("A deal takes its person forward to opportunity, and nobody back", area="leads")
def test_a_deal_takes_its_person_to_opportunity_and_nobody_back() -> None:
    deal = DealChoice(DEAL_ID, None, OPENING)
    forward = told(convert(QUALIFIED, replace(PERSON, lifecycle_stage="lead"), deal=deal))
    ahead = told(convert(QUALIFIED, replace(PERSON, lifecycle_stage="customer"), deal=deal))

    assert forward[ADA] == (
        CustomerLifecycleChanged(from_stage="lead", to_stage="opportunity", because="lead converted"),
    )
    assert ADA not in ahead


@pytest.mark.rule("An existing customer gets what it lacks and keeps what it has", area="leads")
def test_an_existing_customer_gets_what_it_lacks_and_keeps_what_it_has() -> None:
    person = replace(PERSON, phone="+46 8 2", attributes={"language": "sv"})
    changes = convert(QUALIFIED, person, into=KNOWN)

    assert told(changes)[BEN][:2] == (
        CustomerProfileChanged(email="ada@b.se", owner="ann", attributes={"language": "sv"}),
        CAME,
    )
    assert conversion(changes).converted_into == BEN
    assert {(each.field, each.skipped_because) for each in conversion(changes).fields} == {
        ("name", "filled"), ("phone", "filled"), ("email", None), ("owner", None), ("attributes.language", None),
    }  # fmt: skip


def test_what_an_existing_person_had_is_told_in_that_persons_story_only() -> None:
    fields = conversion(convert(QUALIFIED, PERSON, into=KNOWN)).fields

    assert [each.from_value for each in fields] == [None] * len(fields)


def test_a_lead_is_converted_into_a_person() -> None:
    with pytest.raises(LeadBecomesPerson):
        convert(QUALIFIED, PERSON, into=ORGANISATION)


def test_an_open_deal_is_linked_and_gets_what_it_lacks() -> None:
    choice = DealChoice(DEAL_ID, a_deal(), None, {"name": "Fifty seats", "amount": euros(9600)})
    changes = convert(QUALIFIED, PERSON, organisation=JOINING, deal=choice)

    assert told(changes)[DEAL_ID] == (
        DealLeadLinked(lead_id=LEAD_ID),
        DealChanged(owner="ann", contact_id=ADA),
        DealAmountChanged(amount=euros(9600)),
    )
    assert MappedField(
        record="deal", field="name", to_value="Fifty seats", from_value="Forty seats", skipped_because="filled"
    ) in conversion(changes).fields  # fmt: skip


def test_a_deals_number_is_given_at_its_opening() -> None:
    choice = DealChoice(DEAL_ID, a_deal(ADA), None, {"number": "D-1"})
    changes = convert(QUALIFIED, PERSON, deal=choice)

    assert ("number", "fixed") in {(each.field, each.skipped_because) for each in conversion(changes).fields}
    assert told(changes)[DEAL_ID] == (DealLeadLinked(lead_id=LEAD_ID), DealChanged(owner="ann"))


def test_a_deal_that_line_items_add_up_gets_no_other_amount() -> None:
    choice = DealChoice(DEAL_ID, a_deal(ADA, amount_source="line_items"), None, {"amount": euros(2)})
    changes = convert(QUALIFIED, PERSON, deal=choice)

    assert ("amount", "fixed") in {(each.field, each.skipped_because) for each in conversion(changes).fields}
    assert not any(isinstance(event, DealAmountChanged) for event in told(changes)[DEAL_ID])


def test_a_linked_deal_is_of_the_person_or_the_organisation() -> None:
    with pytest.raises(DealOfAnotherCustomer):
        convert(QUALIFIED, PERSON, deal=DealChoice(DEAL_ID, a_deal(ACME)))
    for person, organisation in ((MEMBER, None), (PERSON, JOINING)):
        linked = convert(QUALIFIED, person, organisation=organisation, deal=DealChoice(DEAL_ID, a_deal(ACME)))
        assert conversion(linked).deal_id == DEAL_ID


def test_a_closed_deal_is_not_linked() -> None:
    with pytest.raises(DealIsClosed):
        convert(QUALIFIED, PERSON, deal=DealChoice(DEAL_ID, a_deal(ADA, status="lost")))


_TEXTS = st.none() | st.sampled_from(["Ada", "Bo"])
_FIELDS = st.fixed_dictionaries(
    {"name": _TEXTS, "owner": _TEXTS, "phone": st.none() | st.sampled_from(["0123 456", "+46 8 34"])}
)


@any_of(_FIELDS, _FIELDS)
@pytest.mark.rule("A conversion into an existing record overwrites nothing that is filled", area="leads")
def test_linking_into_an_existing_record_overwrites_nothing_that_is_filled(
    theirs: dict[str, str | None], ours: dict[str, str | None]
) -> None:
    """Frappe CRM and EspoCRM write over a record that a lead is converted into, and say so nowhere."""
    known = Customer(id=BEN, kind="person", **theirs)  # type: ignore[arg-type]
    changes = convert(QUALIFIED, replace(PERSON, **ours), into=known)
    after = known
    for version, event in enumerate(told(changes)[BEN]):
        after = CUSTOMER.evolve(after, fact(event, stream_id=BEN, version=version + 2, customer_id=BEN))

    for name, value in theirs.items():
        assert getattr(after, name) == value or value is None
    brought = {"owner": ours["owner"] or "ann", **{name: ours[name] for name in ("name", "phone") if ours[name]}}
    assert {each.field for each in conversion(changes).fields} >= set(brought)
    for each in conversion(changes).fields:
        assert (each.skipped_because is None) == (getattr(known, each.field) is None)


@any_of(st.booleans(), st.booleans(), st.booleans())
def test_a_filled_deal_keeps_its_amount_its_day_and_its_owner(amount: bool, day: bool, owner: bool) -> None:
    """As above, for deals: an incumbent's conversion puts the lead's estimate over the deal's amount."""
    held = a_deal(
        ADA,
        amount=euros(1) if amount else None,
        expected_close_date=date(2027, 1, 1) if day else None,
        owner="bea" if owner else None,
    )
    brought = {"amount": euros(2), "expected_close_date": date(2028, 1, 1), "owner": "cara"}
    after = held
    for event in told(convert(QUALIFIED, PERSON, deal=DealChoice(DEAL_ID, held, None, brought)))[DEAL_ID]:
        after = DEAL.evolve(after, fact(event, version=9))

    assert after.amount == euros(1 if amount else 2)
    assert after.expected_close_date == date(2027 if day else 2028, 1, 1)
    assert after.owner == ("bea" if owner else "cara")


@pytest.mark.parametrize("taken", [LEAD_ID, ADA, BEN])
def test_what_a_conversion_makes_has_an_id_of_its_own(taken: UUID) -> None:
    with pytest.raises(IdGivenTwice) as refused:
        convert(QUALIFIED, PERSON, into=KNOWN, deal=DealChoice(taken, None, OPENING))
    assert refused.value.field == "deal.id"
    with pytest.raises(IdGivenTwice) as refused:
        convert(QUALIFIED, PERSON, into=KNOWN, organisation=OrganisationChoice(taken, None, "Acme"))
    assert refused.value.field == "organisation.id"
    with pytest.raises(IdGivenTwice):
        convert(QUALIFIED, PERSON, organisation=FOUNDING, deal=DealChoice(ACME, None, OPENING))
