from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from domain.customers import Customer, Kind
from domain.deals import (
    DEAL,
    Deal,
    DealContact,
    DealContactAdded,
    DealContactRemoved,
    DealContactRoleChanged,
    DealLost,
    DealOpened,
    add_contact,
    change_contact_role,
    remove_contact,
)
from domain.deals.committee import MOST_CONTACTS
from domain.deals.committee_refusals import (
    ContactHasRole,
    ContactNotAPerson,
    ContactNotOnCommittee,
    TooManyContacts,
)
from domain.deals.refusals import DealIsClosed
from domain.events import Event
from tests.support.facts import ACME, ADA, BEN, given

OPENED = DealOpened(name="Seats", pipeline="standard", stage="proposal", probability=50, category="best_case")
CHAMPION = DealContactAdded(customer_id=BEN, role="champion", note="met at the fair")


def a_deal(*more: Event) -> Deal:
    return given(DEAL, OPENED, *more)


def customer(customer_id: UUID = BEN, kind: Kind = "person") -> Customer:
    return Customer(id=customer_id, kind=kind)


def test_a_person_joins_the_committee_in_a_role() -> None:
    assert add_contact(a_deal(), customer(), role="champion", note="met at the fair") == CHAMPION
    assert a_deal(CHAMPION).contacts == (DealContact(customer_id=BEN, role="champion", note="met at the fair"),)


def test_a_person_may_have_several_roles_but_each_of_them_once() -> None:
    deal = a_deal(CHAMPION)

    assert add_contact(deal, customer(), role="user").role == "user"
    with pytest.raises(ContactHasRole) as refused:
        add_contact(deal, customer(), role="champion")
    assert refused.value.field == "role"
    with pytest.raises(ContactHasRole):
        change_contact_role(
            a_deal(CHAMPION, DealContactAdded(customer_id=BEN, role="user")), BEN, role="user", to="champion"
        )


def test_only_people_decide() -> None:
    with pytest.raises(ContactNotAPerson) as refused:
        add_contact(a_deal(), customer(ACME, "organisation"), role="blocker")

    assert refused.value.field == "customer_id"


def test_a_role_changes_and_its_note_stays() -> None:
    others = DealContactAdded(customer_id=ADA, role="champion")
    told = change_contact_role(a_deal(CHAMPION, others), BEN, role="champion", to="economic_buyer")
    deal = a_deal(CHAMPION, others, told)

    assert told == DealContactRoleChanged(customer_id=BEN, from_role="champion", to_role="economic_buyer")
    assert [(each.customer_id, each.role, each.note) for each in deal.contacts] == [
        (BEN, "economic_buyer", "met at the fair"),
        (ADA, "champion", None),
    ]


def test_one_role_is_taken_away_and_others_stay() -> None:
    user = DealContactAdded(customer_id=BEN, role="user")
    told = remove_contact(a_deal(CHAMPION, user), BEN, role="champion")

    assert told == DealContactRemoved(customer_id=BEN, role="champion")
    assert [each.role for each in a_deal(CHAMPION, user, told).contacts] == ["user"]


def test_who_has_no_such_role_does_not_lose_or_change_it() -> None:
    with pytest.raises(ContactNotOnCommittee):
        remove_contact(a_deal(CHAMPION), BEN, role="user")
    with pytest.raises(ContactNotOnCommittee):
        change_contact_role(a_deal(CHAMPION), ADA, role="champion", to="user")


def test_a_committee_has_an_end() -> None:
    crowd = (DealContactAdded(customer_id=UUID(int=each, version=4), role="user") for each in range(MOST_CONTACTS))

    with pytest.raises(TooManyContacts):
        add_contact(a_deal(*crowd), customer(), role="user")


CHANGES: dict[str, Callable[[Deal], Any]] = {
    "add": lambda deal: add_contact(deal, customer(), role="user"),
    "change": lambda deal: change_contact_role(deal, BEN, role="champion", to="user"),
    "remove": lambda deal: remove_contact(deal, BEN, role="champion"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_committee_of_a_closed_deal_stays(change: Callable[[Deal], Any]) -> None:
    with pytest.raises(DealIsClosed):
        change(a_deal(CHAMPION, DealLost(stage="lost", loss_reason="price")))
