from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain import access, customers, deals, orders, rates
from domain.catalogue import EVENT_TYPES
from domain.events import Event, Unreadable
from domain.trail import AGGREGATES, Changes, changes_of, kind_of
from tests.support.facts import ACME, ADA, euros, history

OPENED = deals.DealOpened(
    name="Seats", pipeline="standard", stage="proposal", probability=50, category="best_case"
)


def changed(*events: Event) -> dict[str, tuple[Any, Any]]:
    """What the last of these events changed: old and new by field."""
    facts = history(*events)
    changes = changes_of(facts, {len(facts)})[len(facts)]
    assert changes.problem is None
    return {change.field: (change.old, change.new) for change in changes.fields}


def test_each_field_that_changed_has_its_old_and_its_new_value() -> None:
    moved = deals.DealStageMoved(from_stage="proposal", to_stage="negotiation", probability=80, category="commit")

    assert changed(OPENED, moved) == {
        "stage": ("proposal", "negotiation"),
        "probability": (50, 80),
        "category": ("best_case", "commit"),
        "entered_stage_at": ("2026-03-02T12:00:00Z", "2026-03-02T12:01:00Z"),
        "seconds_in.standard/proposal": (None, 60),
    }


def test_money_is_written_as_in_the_event() -> None:
    amounts = [deals.DealAmountChanged(amount=euros(5)), deals.DealAmountChanged(amount=euros("7.10"))]

    assert changed(OPENED, *amounts) == {
        "amount": ({"amount": "5.00", "currency": "EUR"}, {"amount": "7.10", "currency": "EUR"})
    }


def test_a_day_is_written_as_in_the_event() -> None:
    told = deals.DealCloseDateChanged(expected_close_date=date(2026, 6, 30))

    assert changed(OPENED, told) == {"expected_close_date": (None, "2026-06-30")}


def test_what_a_birth_sets_was_nothing_before() -> None:
    born = changed(customers.CustomerRegistered(kind="person", name="Ada", attributes={"language": "sv"}))

    assert born == {"kind": (None, "person"), "name": (None, "Ada"), "attributes.language": (None, "sv")}


def test_an_attribute_is_a_field_by_itself() -> None:
    first = customers.CustomerRegistered(kind="person", attributes={"language": "sv", "size": 3, "vip": True})
    then = customers.CustomerProfileChanged(attributes={"language": "en", "size": None, "town": "Lund"})

    assert changed(first, then) == {
        "attributes.language": ("sv", "en"),
        "attributes.size": (3, None),
        "attributes.town": (None, "Lund"),
    }


def test_a_rate_is_a_field_by_itself() -> None:
    monday, tuesday = (
        rates.CurrencyRateSet(currency="USD", home="EUR", rate=Decimal(rate), on=date(2026, 3, day))
        for rate, day in (("0.9", 2), ("0.91", 3))
    )

    assert changed(rates.HomeCurrencySet(currency="EUR"), monday, tuesday) == {
        "version": (2, 3),
        "rates.spot.USD/EUR.2026.2026-03-03": (None, {"rate": "0.91"}),
    }


def test_one_and_true_are_not_the_same() -> None:
    first = customers.CustomerRegistered(kind="person", attributes={"vip": 1})

    assert changed(first, customers.CustomerProfileChanged(attributes={"vip": True})) == {
        "attributes.vip": (1, True)
    }


def test_a_field_emptied_is_null() -> None:
    person = customers.CustomerRegistered(kind="person", email="a@b.se")

    assert changed(person, customers.CustomerProfileChanged(email=None)) == {"email": ("a@b.se", None)}


def test_a_list_is_compared_as_a_whole() -> None:
    person = customers.CustomerRegistered(kind="person")
    joined = customers.CustomerJoinedOrganisation(organisation_id=ACME)

    assert changed(person, joined) == {"organisations": ([], [str(ACME)])}


def test_an_event_that_leaves_its_record_as_it_was_changed_nothing() -> None:
    acme = customers.CustomerRegistered(kind="organisation")

    assert changed(acme, customers.CustomerMemberJoined(person_id=ADA)) == {}


def test_who_may_do_what_is_a_record_too() -> None:
    first = access.MemberSet(principal="ann", roles=("sales",), team="north")
    then = access.MemberSet(principal="ben", roles=("sales",), team="north")

    assert changed(first, then) == {
        "members.ben": (None, {"roles": ["sales"], "team": "north"}),
        "teams.north": (["ann"], ["ann", "ben"]),
    }


def test_only_the_versions_asked_for_are_told() -> None:
    facts = history(OPENED, *(deals.DealAmountChanged(amount=euros(each)) for each in range(1, 9)))
    found = changes_of(facts, {3, 5})

    assert list(found) == [3, 5]
    assert [each.fields[0].new["amount"] for each in found.values()] == ["2.00", "4.00"]


def test_nobody_knows_what_an_unreadable_event_changed_nor_what_came_after_it() -> None:
    unreadable = Unreadable(stored_type="deal.teleported", stored_schema=7, problem="event type is unknown")
    won = deals.DealWon(stage="won", amount=euros(5))
    found = changes_of(history(OPENED, unreadable, won), {1, 2, 3})

    assert found[1].problem is None
    assert found[2] == found[3] == Changes((), "version 2 of the record cannot be read: event type is unknown")


def test_a_record_without_a_beginning_is_no_hindrance() -> None:
    found = changes_of(history(orders.OrderReturned(value=euros(1))), {1})

    assert found[1].fields == ()
    assert "makes no sense" in (found[1].problem or "")


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_each_event_is_of_a_kind_of_record(event_type: str) -> None:
    assert kind_of(event_type) in AGGREGATES
