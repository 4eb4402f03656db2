"""Whose value of each field a group shows."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.customers import (
    CUSTOMER,
    Customer,
    CustomerCameFromLead,
    CustomerFieldsChanged,
    CustomerJoinedOrganisation,
    CustomerLifecycleChanged,
    CustomerLinked,
    CustomerProfileChanged,
    CustomerRegistered,
    CustomerSurvivorChosen,
    CustomerSurvivorReleased,
    Survivor,
    choose_survivor,
    release_survivor,
    survived,
)
from domain.customers.identity_refusals import NobodyToChooseFrom, NotChosen, NothingToShow
from domain.events import Event
from domain.identity import IdentityRules, Policy
from tests.support.facts import ACME, ADA, BEN, DAY, LEAD_ID, NOON, fact


def member(id_: UUID, *events: Event, at: datetime = NOON, source: str = "api", **profile: Any) -> Customer:
    """Registered at a time, and whatever was told a day later each."""
    told = (CustomerRegistered(kind="person", **profile), *events)
    customer: Customer | None = None
    for day, event in enumerate(told):
        happened = fact(event, stream_id=id_, version=day + 1, customer_id=id_, at=at + day * DAY)
        customer = CUSTOMER.evolve(customer, replace(happened, source=source))
    assert customer is not None
    return customer


ADA_FIRST = member(ADA, name="Ada", email="ada@b.se", attributes={"tier": "gold", "size": 7})
BEN_LATER = member(
    BEN, name="Ada Nilsson", phone="+468123456", attributes={"size": 3}, at=NOON + DAY, source="erp"
)


def by(policy: Policy, **more: Any) -> IdentityRules:
    fields = ("name", "email", "phone", "owner", "attributes")
    return IdentityRules(survivorship=dict.fromkeys(fields, policy), trusted_sources=("api", "erp"), **more)


@pytest.mark.parametrize(
    ("policy", "name", "size"),
    [
        ("most_recent", "Ada Nilsson", 3),
        ("oldest", "Ada", 7),
        ("longest", "Ada Nilsson", 3),
        ("most_trusted_source", "Ada", 7),
        ("manual", "Ada", 7),
    ],
)
@pytest.mark.rule("Of linked customers, a field shows the value that its policy prefers", area="customers")
def test_a_field_shows_the_value_that_its_policy_prefers(policy: Policy, name: str, size: int) -> None:
    profile, winners = survived([ADA_FIRST, BEN_LATER], by(policy))

    assert (profile.id, profile.name, profile.attributes["size"]) == (ADA, name, size)
    assert winners["name"].policy == policy


def test_what_only_one_member_has_is_shown_whatever_the_policy() -> None:
    profile, winners = survived([ADA_FIRST, BEN_LATER], by("most_recent"))

    assert (profile.email, profile.phone, profile.attributes["tier"]) == ("ada@b.se", "+468123456", "gold")
    assert winners["phone"] == Survivor(BEN, "most_recent")
    assert "owner" not in winners


@pytest.mark.rule("The order in which customers were linked does not matter", area="customers")
def test_the_order_of_the_members_does_not_matter() -> None:
    assert survived([ADA_FIRST, BEN_LATER], by("longest")) == survived([BEN_LATER, ADA_FIRST], by("longest"))


def test_a_field_is_as_recent_as_its_own_last_change() -> None:
    renamed = member(
        ADA, CustomerProfileChanged(name="Ada L."), CustomerProfileChanged(phone="+468000001"), name="A"
    )
    other = member(BEN, name="Ada", at=NOON + 1.5 * DAY)

    assert survived([renamed, other], by("most_recent"))[0].name == "Ada"


def test_a_field_that_was_emptied_takes_no_part() -> None:
    emptied = member(BEN, CustomerProfileChanged(name=None), name="Ada Nilsson")

    assert survived([ADA_FIRST, emptied], by("most_recent"))[0].name == "Ada"


def test_where_the_canonical_member_has_nothing_to_say_the_latest_of_the_others_is_shown() -> None:
    profile, winners = survived([ADA_FIRST, BEN_LATER], by("manual"))

    assert (profile.phone, winners["phone"].policy) == ("+468123456", "most_recent")


@pytest.mark.parametrize("policy", ["most_recent", "manual"])
@pytest.mark.rule("What somebody chose is shown under every policy until it is released", area="customers")
def test_what_somebody_chose_is_shown_under_every_policy_until_it_is_released(policy: Policy) -> None:
    chosen = CustomerSurvivorChosen(field="name")
    ada = member(ADA, CustomerLinked(other=BEN), chosen, name="Ada")
    released = member(ADA, CustomerLinked(other=BEN), chosen, CustomerSurvivorReleased(field="name"), name="Ada")

    profile, winners = survived([ada, BEN_LATER], by(policy))

    assert (profile.name, winners["name"]) == ("Ada", Survivor(ADA, "manual", chosen=True))
    assert survived([released, BEN_LATER], by("most_recent"))[0].name == "Ada Nilsson"


def test_the_last_choice_holds() -> None:
    chosen = CustomerSurvivorChosen(field="name")
    ada = member(ADA, chosen, name="Ada")
    ben = member(BEN, chosen, name="Ben", at=NOON + DAY)

    assert survived([ada, ben], by("oldest"))[0].name == "Ben"


def test_a_choice_is_made_among_linked_customers_and_of_a_value_that_is_there() -> None:
    alone, linked = member(ADA, name="Ada"), member(ADA, CustomerLinked(other=BEN), name="Ada")

    assert choose_survivor(linked, field="name") == CustomerSurvivorChosen(field="name")
    with pytest.raises(NobodyToChooseFrom):
        choose_survivor(alone, field="name")
    for field in ("phone", "attributes.tier", "shoe", "links"):
        with pytest.raises(NothingToShow):
            choose_survivor(linked, field=field)


def test_only_a_choice_that_was_made_is_released() -> None:
    chosen = member(ADA, CustomerLinked(other=BEN), CustomerSurvivorChosen(field="name"), name="Ada")

    assert release_survivor(chosen, field="name") == CustomerSurvivorReleased(field="name")
    with pytest.raises(NotChosen):
        release_survivor(chosen, field="phone")


def test_a_customer_alone_is_unchanged() -> None:
    assert survived([ADA_FIRST], by("longest")) == (ADA_FIRST, {})


def test_a_group_is_known_by_all_its_identifiers_and_belongs_wherever_a_member_does() -> None:
    joined = member(BEN, CustomerJoinedOrganisation(organisation_id=ACME), phone="+468123456")
    profile, _ = survived([ADA_FIRST, joined], by("oldest"))

    assert {each.identifier.value for each in profile.identifiers} == {"ada@b.se", "+468123456"}
    assert profile.organisations == (ACME,)


def test_a_group_is_as_far_as_its_furthest_member() -> None:
    lead = member(ADA, CustomerLifecycleChanged(to_stage="lead"), name="Ada")
    buyer = member(BEN, CustomerLifecycleChanged(to_stage="customer"), CustomerCameFromLead(lead_id=LEAD_ID))
    profile, _ = survived([lead, buyer, member(ACME)], by("oldest"))

    assert (profile.lifecycle_stage, profile.came_from_leads) == ("customer", (LEAD_ID,))


def test_a_custom_field_follows_its_own_policy() -> None:
    told = CustomerFieldsChanged(values={"size": "L"}, fields_version=1)
    later = CustomerFieldsChanged(values={"size": "XXL"}, fields_version=1)
    ada, ben = member(ADA, told), member(BEN, later, at=NOON + DAY)
    oldest = IdentityRules(survivorship={"custom_fields.size": "oldest"})

    assert survived([ada, ben], oldest)[0].custom_fields == {"size": "L"}
    assert survived([ada, ben], IdentityRules())[0].custom_fields == {"size": "XXL"}
