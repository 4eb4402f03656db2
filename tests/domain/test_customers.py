from uuid import UUID

import pytest
from msgspec import UNSET

from domain.customers import (
    CUSTOMER,
    Customer,
    CustomerJoinedOrganisation,
    CustomerLeftOrganisation,
    CustomerMemberJoined,
    CustomerMemberLeft,
    CustomerProfileChanged,
    CustomerRegistered,
    change_profile,
    join_organisation,
    leave_organisation,
    register,
)
from domain.customers.refusals import (
    AlreadyBelongs,
    AttributeNotFinite,
    DoesNotBelong,
    NothingChanges,
    OnlyPeopleBelong,
    OrganisationNeedsName,
)
from domain.events import Event
from domain.texts import BlankText, NotAnEmailAddress, NotAPhoneNumber
from tests.support.facts import ACME, ADA, BEN, given


def a_person(*more: Event, person_id: UUID = ADA) -> Customer:
    registered = CustomerRegistered(kind="person", name="Ada", email="ada@b.se", attributes={"language": "sv"})
    return given(CUSTOMER, registered, *more, stream_id=person_id, customer_id=person_id)


def an_organisation() -> Customer:
    registered = CustomerRegistered(kind="organisation", name="Acme")
    return given(CUSTOMER, registered, stream_id=ACME, customer_id=ACME)


def test_a_person_may_be_anonymous() -> None:
    assert register(kind="person") == CustomerRegistered(kind="person")


def test_an_organisation_is_registered_with_a_name() -> None:
    with pytest.raises(OrganisationNeedsName):
        register(kind="organisation", email="info@acme.se")


def test_an_organisation_keeps_a_name() -> None:
    with pytest.raises(OrganisationNeedsName):
        change_profile(an_organisation(), name=None)


def test_what_is_registered_is_cleaned_of_white_space() -> None:
    registered = register(kind="person", name=" Ada ", email=" ADA@b.se", phone=" +46 8 123 456 ")

    assert (registered.name, registered.email, registered.phone) == ("Ada", "ada@b.se", "+468123456")


@pytest.mark.parametrize(
    ("profile", "rule"),
    [
        ({"name": " "}, BlankText),
        ({"email": "ada"}, NotAnEmailAddress),
        ({"phone": "call me"}, NotAPhoneNumber),
    ],
)
def test_a_profile_is_checked_when_registered_and_when_changed(
    profile: dict[str, str], rule: type[Exception]
) -> None:
    with pytest.raises(rule):
        register(kind="person", **profile)  # type: ignore[arg-type]
    with pytest.raises(rule):
        change_profile(a_person(), **profile)  # type: ignore[arg-type]


@pytest.mark.rule("Only what differs is a change", area="customers")
def test_only_what_differs_is_a_change() -> None:
    changed = change_profile(
        a_person(), name="Ada", email="Ada@C.se", phone=None, attributes={"language": "sv", "vip": True}
    )

    assert changed == CustomerProfileChanged(email="ada@c.se", attributes={"vip": True})


def test_a_change_that_says_nothing_new_is_refused() -> None:
    with pytest.raises(NothingChanges):
        change_profile(a_person(), name="Ada", email=UNSET, phone=None, attributes={"size": None})


@pytest.mark.parametrize(("before", "after"), [(1, True), (0, False), (1, 1.0)])
def test_an_attribute_that_changes_its_type_changes(before: int, after: float) -> None:
    told = a_person(CustomerProfileChanged(attributes={"score": before}))

    assert type(change_profile(told, attributes={"score": after}).attributes["score"]) is type(after)


def test_null_empties_a_field_and_drops_an_attribute() -> None:
    emptied = a_person(CustomerProfileChanged(email=None, attributes={"language": None, "vip": True}))

    assert (emptied.name, emptied.email, emptied.attributes) == ("Ada", None, {"vip": True})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_an_attribute_is_a_finite_number(value: float) -> None:
    with pytest.raises(AttributeNotFinite):
        register(kind="person", attributes={"score": value})
    with pytest.raises(AttributeNotFinite):
        change_profile(a_person(), attributes={"score": value})


@pytest.mark.rule("Joining an organisation is told on both sides", area="customers")
def test_joining_is_told_on_both_sides() -> None:
    persons_side, organisations_side = join_organisation(a_person(), an_organisation(), role="CTO")

    assert (persons_side.stream_id, organisations_side.stream_id) == (ADA, ACME)
    assert persons_side.events == (CustomerJoinedOrganisation(organisation_id=ACME, role="CTO"),)
    assert organisations_side.events == (CustomerMemberJoined(person_id=ADA, role="CTO"),)


def test_leaving_is_told_on_both_sides() -> None:
    member = a_person(CustomerJoinedOrganisation(organisation_id=ACME))

    persons_side, organisations_side = leave_organisation(member, an_organisation())

    assert persons_side.events == (CustomerLeftOrganisation(organisation_id=ACME),)
    assert organisations_side.events == (CustomerMemberLeft(person_id=ADA),)


def test_a_person_belongs_to_an_organisation_once() -> None:
    member = a_person(CustomerJoinedOrganisation(organisation_id=ACME))

    with pytest.raises(AlreadyBelongs):
        join_organisation(member, an_organisation())


@pytest.mark.parametrize(
    ("person", "organisation"),
    [
        (an_organisation(), an_organisation()),
        (a_person(), a_person(person_id=BEN)),
        (an_organisation(), a_person()),
    ],
)
def test_only_people_belong_and_only_to_organisations(person: Customer, organisation: Customer) -> None:
    with pytest.raises(OnlyPeopleBelong):
        join_organisation(person, organisation)


def test_a_stranger_cannot_leave() -> None:
    with pytest.raises(DoesNotBelong):
        leave_organisation(a_person(), an_organisation())


def test_one_who_left_may_join_again() -> None:
    back = a_person(
        CustomerJoinedOrganisation(organisation_id=ACME),
        CustomerLeftOrganisation(organisation_id=ACME),
        CustomerJoinedOrganisation(organisation_id=ACME),
    )

    assert back.organisations == (ACME,)


def test_a_member_makes_no_difference_to_the_organisations_own_record() -> None:
    assert given(
        CUSTOMER,
        CustomerRegistered(kind="organisation", name="Acme"),
        CustomerMemberJoined(person_id=ADA),
        CustomerMemberLeft(person_id=ADA),
        stream_id=ACME,
        customer_id=ACME,
    ) == an_organisation()  # fmt: skip
