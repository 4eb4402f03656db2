"""By what a customer is known, who says so, since when, and how sure that is."""

import pytest

from domain.customers import (
    CUSTOMER,
    Customer,
    CustomerIdentifierAdded,
    CustomerIdentifierRemoved,
    CustomerIdentifierSeen,
    CustomerIdentifierVerified,
    CustomerProfileChanged,
    CustomerRegistered,
    Held,
    held,
    remove_identifier,
    tell_identifier,
    verify_identifier,
)
from domain.customers.identity_refusals import ConfidenceOutOfRange, IdentifierInProfile, IdentifierNotHeld
from domain.customers.refusals import NothingChanges
from domain.events import Event
from domain.external_ids import ExternalId
from domain.identifiers import (
    Identifier,
    SystemOfExternalIdOnly,
    UnknownIdentifierKind,
    identifier,
)
from domain.phones import PhoneNeedsCountry
from domain.texts import BlankText, NotAnEmailAddress, NotAPhoneNumber
from tests.support.facts import ADA, MINUTE, NOON, given

MAIL = Identifier("email", "ada@b.se")
COOKIE = Identifier("cookie", "c-1")
ADDED = CustomerIdentifierAdded(kind="cookie", value="c-1", told_by="tracker", confidence=60)


def customer(*events: Event, email: str | None = None, phone: str | None = None) -> Customer:
    registered = CustomerRegistered(kind="person", email=email, phone=phone)
    return given(CUSTOMER, registered, *events, stream_id=ADA, customer_id=ADA)


def known(person: Customer) -> dict[str, tuple[str, ...]]:
    return {str(each.identifier): each.sources for each in person.identifiers}


@pytest.mark.rule("An identifier has one form, however it was written", area="customers")
def test_an_identifier_has_one_form() -> None:
    assert identifier("email", " ADA@b.se ") == MAIL
    assert identifier("phone", "+46 8 123 456") == Identifier("phone", "+468123456")
    assert identifier("phone", "08 123 456", country="SE") == Identifier("phone", "+468123456")
    assert identifier("external", " 7 ", " erp ") == Identifier("external", "7", "erp")
    assert identifier("cookie", " c-1 ") == COOKIE


@pytest.mark.parametrize(
    ("kind", "value", "system", "rule", "field"),
    [
        ("email", "ada", None, NotAnEmailAddress, "value"),
        ("phone", "+46 8 1", None, NotAPhoneNumber, "value"),
        ("phone", "08 123 456", None, PhoneNeedsCountry, "value"),
        ("cookie", " ", None, BlankText, "value"),
        ("external", "7", None, SystemOfExternalIdOnly, "system"),
        ("external", "7", " ", BlankText, "system"),
        ("email", "a@b.se", "erp", SystemOfExternalIdOnly, "system"),
        ("passport", "7", None, UnknownIdentifierKind, "kind"),
    ],
)
def test_what_cannot_identify_is_refused(
    kind: str, value: str, system: str | None, rule: type[Exception], field: str
) -> None:
    with pytest.raises(rule) as refused:
        identifier(kind, value, system)  # type: ignore[arg-type]

    assert refused.value.field == field  # type: ignore[attr-defined]


def test_what_the_profile_says_identifies() -> None:
    registered = CustomerRegistered(
        kind="person", email="ada@b.se", phone="+46 8 123 456", external_id=ExternalId("erp", "7")
    )
    person = given(CUSTOMER, registered, stream_id=ADA, customer_id=ADA)

    assert known(person) == {
        "email 'ada@b.se'": ("profile",),
        "phone '+468123456'": ("profile",),
        "external '7' of erp": ("profile",),
    }
    assert {(each.first_seen, each.last_seen) for each in person.identifiers} == {(NOON, NOON)}


def test_a_number_that_does_not_say_its_country_identifies_nobody() -> None:
    assert customer(phone="08 123 456").identifiers == ()


def test_an_address_that_the_profile_no_longer_says_identifies_no_more() -> None:
    person = customer(CustomerProfileChanged(email="ada@new.se"), email="ada@b.se")

    (only,) = person.identifiers
    assert (only.identifier.value, only.first_seen) == ("ada@new.se", NOON + MINUTE)
    assert customer(CustomerProfileChanged(email=None), email="ada@b.se").identifiers == ()


@pytest.mark.rule("A verified address stays when the profile says another", area="customers")
def test_a_verified_address_stays_when_the_profile_says_another() -> None:
    verified = CustomerIdentifierVerified(kind="email", value="ada@b.se", how="confirmed message")
    person = customer(verified, CustomerProfileChanged(email="ada@new.se"), email="ada@b.se")

    assert known(person) == {"email 'ada@b.se'": ("test",), "email 'ada@new.se'": ("profile",)}


def test_what_is_told_the_first_time_is_added_and_then_seen() -> None:
    added = tell_identifier(customer(), COOKIE, told_by=" tracker ", confidence=60)

    assert added == [ADDED]
    assert tell_identifier(customer(ADDED), COOKIE) == [CustomerIdentifierSeen(kind="cookie", value="c-1")]


@pytest.mark.rule("An identifier remembers who said it, and when it was first and last seen", area="customers")
def test_an_identifier_remembers_who_said_it_and_when_it_was_first_and_last_seen() -> None:
    seen = CustomerIdentifierSeen(kind="cookie", value="c-1", confidence=90)
    person = customer(ADDED, CustomerProfileChanged(name="Ada"), seen)

    assert person.identifiers == (
        Held(
            identifier=COOKIE,
            sources=("tracker", "test"),
            confidence=90,
            first_seen=NOON + MINUTE,
            last_seen=NOON + 3 * MINUTE,
        ),
    )


def test_what_was_made_sure_says_how_and_when() -> None:
    told = tell_identifier(customer(email="ada@b.se"), MAIL, verified=" signed in ")
    person = customer(*told, email="ada@b.se")
    mail = held(person, MAIL)

    assert [type(event) for event in told] == [CustomerIdentifierAdded, CustomerIdentifierVerified]
    assert mail is not None
    assert (mail.verified, mail.verified_at) == ("signed in", NOON + 2 * MINUTE)
    assert mail.sources == ("test", "profile")
    assert tell_identifier(person, MAIL, verified="signed in") == [
        CustomerIdentifierSeen(kind="email", value="ada@b.se")
    ]


def test_only_what_is_held_is_verified_and_only_once_in_the_same_way() -> None:
    person = customer(email="ada@b.se")
    verified = verify_identifier(person, MAIL, how="confirmed message")

    assert verified == CustomerIdentifierVerified(kind="email", value="ada@b.se", how="confirmed message")
    with pytest.raises(NothingChanges):
        verify_identifier(customer(verified, email="ada@b.se"), MAIL, how="confirmed message ")
    with pytest.raises(IdentifierNotHeld):
        verify_identifier(person, COOKIE, how="signed in")
    with pytest.raises(BlankText):
        verify_identifier(person, MAIL, how=" ")


def test_what_was_told_is_removed() -> None:
    person = customer(ADDED)
    removed = remove_identifier(person, COOKIE)

    assert removed == CustomerIdentifierRemoved(kind="cookie", value="c-1")
    assert customer(ADDED, removed).identifiers == ()
    with pytest.raises(IdentifierNotHeld):
        remove_identifier(customer(ADDED, removed), COOKIE)


def test_what_the_profile_says_is_changed_there() -> None:
    with pytest.raises(IdentifierInProfile):
        remove_identifier(customer(email="ada@b.se"), MAIL)


@pytest.mark.parametrize("percent", [-1, 101])
def test_nobody_is_surer_than_sure(percent: int) -> None:
    with pytest.raises(ConfidenceOutOfRange):
        tell_identifier(customer(), COOKIE, confidence=percent)
