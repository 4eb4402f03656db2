"""Records of one person are linked, never rewritten; and they fall apart again."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.aggregates import Change
from domain.customers import (
    CUSTOMER,
    Customer,
    CustomerLinked,
    CustomerRegistered,
    CustomerUnlinked,
    canonical_id,
    group_of,
    link,
    unlink,
)
from domain.customers.identity_refusals import (
    AlreadyLinked,
    CannotLinkToItself,
    GroupTooLarge,
    IdentifierNotHeld,
    LinkNeedsGround,
    NotLinked,
    OnlyLikeIsLinked,
    SharedIdentifier,
)
from domain.events import Event
from domain.identifiers import Identifier
from domain.identity import IdentityRules
from tests.support.facts import ACME, ADA, BEN, MINUTE, NOON, fact, given

RULES = IdentityRules(version=4)
CARL = UUID("0190a000-0000-7000-8000-00000000000c")
MAIL = Identifier("email", "ada@b.se")


def person(id_: UUID, *events: Event, email: str = "ada@b.se", phone: str | None = None) -> Customer:
    registered = CustomerRegistered(kind="person", email=email, phone=phone)
    return given(CUSTOMER, registered, *events, stream_id=id_, customer_id=id_)


def linked(id_: UUID, *others: UUID) -> Customer:
    return person(id_, *(CustomerLinked(other=other) for other in others))


def told(changes: list[Change]) -> dict[UUID, list[Event]]:
    return {change.stream_id: list(change.events) for change in changes}


@pytest.mark.rule("A link is told in both stories, with its ground", area="customers")
def test_a_link_is_told_in_both_stories_with_its_ground() -> None:
    decided = link(person(ADA), person(BEN), [], RULES, because=MAIL, holders=[ADA, BEN, CARL])
    ground = CustomerLinked(
        other=BEN, identifier_kind="email", identifier_value="ada@b.se", holders=3, rules_version=4
    )

    assert told(decided) == {ADA: [ground], BEN: [replace(ground, other=ADA)]}
    assert person(ADA, ground).links[BEN].because == MAIL


def test_a_link_by_hand_says_its_reason() -> None:
    decided = link(person(ADA), person(BEN), [], RULES, reason="met both at the fair")

    assert told(decided)[ADA] == [CustomerLinked(other=BEN, rules_version=4)]
    for silent in (None, " "):
        with pytest.raises(LinkNeedsGround):
            link(person(ADA), person(BEN), [], RULES, reason=silent)


def test_nobody_is_linked_to_itself() -> None:
    with pytest.raises(CannotLinkToItself):
        link(person(ADA), person(ADA), [], RULES, because=MAIL)


def test_a_person_is_no_organisation() -> None:
    acme = given(CUSTOMER, CustomerRegistered(kind="organisation", name="Acme"), stream_id=ACME, customer_id=ACME)

    with pytest.raises(OnlyLikeIsLinked):
        link(person(ADA), acme, [], RULES, reason="one person's firm")


def test_those_of_one_group_are_one_already() -> None:
    with pytest.raises(AlreadyLinked):
        link(linked(ADA, BEN), linked(BEN, ADA), [], RULES, because=MAIL)
    with pytest.raises(AlreadyLinked):
        link(linked(ADA, BEN), linked(CARL, BEN), [linked(BEN, ADA, CARL)], RULES, because=MAIL)


def test_a_ground_is_held_by_both() -> None:
    with pytest.raises(IdentifierNotHeld):
        link(person(ADA), person(BEN, email="ben@b.se"), [], RULES, because=MAIL)


@pytest.mark.parametrize("mailbox", ["info@b.se", "sales@b.se", "noreply@b.se"])
def test_the_mailbox_of_a_role_is_no_ground(mailbox: str) -> None:
    with pytest.raises(SharedIdentifier):
        link(
            person(ADA, email=mailbox),
            person(BEN, email=mailbox),
            [],
            RULES,
            because=Identifier("email", mailbox),
        )


def test_a_family_s_phone_is_no_ground() -> None:
    phone = Identifier("phone", "+468123456")
    family = replace(RULES, never_link=frozenset({phone}))

    with pytest.raises(SharedIdentifier):
        link(person(ADA, phone="+468123456"), person(BEN, phone="+468123456"), [], family, because=phone)


def test_what_more_hold_than_the_rules_allow_is_no_ground() -> None:
    strangers = [UUID(int=n) for n in range(3)]

    assert link(person(ADA), person(BEN), [], RULES, because=MAIL, holders=[ADA, BEN, *strangers[:1]])
    with pytest.raises(SharedIdentifier):
        link(person(ADA), person(BEN), [], RULES, because=MAIL, holders=[ADA, BEN, *strangers[:2]])


def test_holders_who_are_one_already_count_once() -> None:
    friends = [UUID(int=n) for n in range(3)]
    ada = linked(ADA, *friends)

    assert link(ada, person(BEN), [linked(f, ADA) for f in friends], RULES, because=MAIL, holders=[ADA, *friends])


def test_a_shared_identifier_does_not_keep_anybody_from_linking_by_hand() -> None:
    assert link(person(ADA, email="info@b.se"), person(BEN), [], RULES, reason="seen both passports")


def test_a_group_stays_within_its_limit() -> None:
    small = replace(RULES, largest_group=3)
    pair = linked(ADA, CARL), linked(CARL, ADA)

    assert link(pair[0], person(BEN), [pair[1]], small, because=MAIL)
    with pytest.raises(GroupTooLarge):
        link(pair[0], linked(BEN, ACME), [pair[1], linked(ACME, BEN)], small, because=MAIL)


def test_what_is_unlinked_is_told_in_both_stories() -> None:
    decided = unlink(linked(ADA, BEN), linked(BEN, ADA))

    assert told(decided) == {ADA: [CustomerUnlinked(other=BEN)], BEN: [CustomerUnlinked(other=ADA)]}
    assert person(ADA, CustomerLinked(other=BEN), CustomerUnlinked(other=BEN)).links == {}


def test_only_what_is_linked_to_each_other_is_unlinked() -> None:
    with pytest.raises(NotLinked):
        unlink(person(ADA), person(BEN))
    with pytest.raises(NotLinked):
        unlink(linked(ADA, BEN), linked(CARL, BEN))


def test_a_group_is_all_that_links_lead_to() -> None:
    known = {each.id: each for each in (linked(ADA, BEN), linked(BEN, ADA, CARL), linked(CARL, BEN), linked(ACME))}

    assert set(group_of(CARL, known)) == {ADA, BEN, CARL}
    assert set(group_of(ACME, known)) == {ACME}


def test_the_first_registered_stands_for_the_group_and_of_two_the_smaller_id() -> None:
    early, late = CustomerRegistered(kind="person"), CustomerRegistered(kind="person")
    ben = CUSTOMER.evolve(None, fact(early, stream_id=BEN, customer_id=BEN, at=NOON))
    ada = CUSTOMER.evolve(None, fact(late, stream_id=ADA, customer_id=ADA, at=NOON + MINUTE))

    assert canonical_id([ada, ben]) == BEN
    assert canonical_id([person(BEN), person(ADA)]) == ADA
