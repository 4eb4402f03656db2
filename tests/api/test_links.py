"""Which customers are one, and that what was linked falls apart without a trace."""

from typing import Any
from uuid import uuid4

import pytest

from .asking import Caller
from .identity import RULES, an_address, link, ruled, unlink


def view(crm: Caller, customer: str, **asked: str) -> dict[str, Any]:
    """The 360 view, without the moment of the question."""
    whole = crm.asked(f"/v1/customers/{customer}/360", **asked)
    return {name: value for name, value in whole.items() if name != "as_of"}


def touched(crm: Caller, customer: str, channel: str) -> None:
    crm.told("/v1/interactions", {"customer_id": customer, "channel": channel, "direction": "inbound"})


def test_what_more_hold_than_the_rules_allow_links_nobody(crm: Caller) -> None:
    address = an_address()
    people = [crm.person(email=address) for _ in range(4)]
    found = crm.asked("/v1/identities", kind="email", value=address)
    ground = {"customer_id": people[1], "identifier": {"kind": "email", "value": address}}

    assert not found["links"]
    crm.refused("POST", f"/v1/customers/{people[0]}/links", 409, "SharedIdentifier", "identifier", json=ground)
    with ruled(crm, most_holders=4):
        crm.told(f"/v1/customers/{people[0]}/links", ground)


def test_a_link_tells_its_ground_on_both_sides(crm: Caller) -> None:
    address = an_address()
    one, other = crm.person(email=address), crm.person(email=address)
    ground = {"kind": "email", "value": address, "system": None}
    link(crm, one, other, identifier={"kind": "email", "value": address.upper()})

    for mine, theirs in ((one, other), (other, one)):
        (told,) = crm.asked(f"/v1/customers/{mine}/links")["items"]
        assert (told["customer_id"], told["identifier"]) == (theirs, ground)
        assert told["rules_version"] == crm.asked(RULES)["version"]


@pytest.mark.rule("Old ids answer for ever", area="customers")
def test_old_ids_answer_for_ever(crm: Caller) -> None:
    first, second, third = (crm.person(name=name) for name in ("Ada", "Ada N.", "A. Nilsson"))
    link(crm, second, third)
    link(crm, third, first)
    group = {"canonical_id": first, "members": [first, second, third]}

    for member, name in ((first, "Ada"), (second, "Ada N."), (third, "A. Nilsson")):
        record = crm.asked(f"/v1/customers/{member}")
        assert (record["id"], record["name"], record["group"]) == (member, name, group)
    assert crm.asked(f"/v1/customers/{crm.person()}")["group"] is None


def test_every_member_shows_the_view_of_the_whole_group(crm: Caller) -> None:
    one, other = crm.person(name="Ada"), crm.person(name="Ada Nilsson", phone="+46 8 123 456")
    crm.order(one, "100.00")
    crm.order(other, "29.90")
    crm.deal(other)
    touched(crm, one, "web")
    link(crm, one, other)
    seen = view(crm, one)

    assert seen == view(crm, other)
    assert (seen["customer_id"], seen["lifecycle"]) == (one, "customer")
    assert seen["orders"]["total"] == {"EUR": "129.90"}
    assert (seen["deals"]["open"], seen["interactions"]["count"]) == (1, 1)
    assert (seen["profile"]["name"], seen["profile"]["phone"]) == ("Ada Nilsson", "+468123456")
    assert seen["group"]["survivors"]["name"] == {"customer_id": other, "policy": "most_recent", "chosen": False}


@pytest.mark.rule(
    "A merge loses no history and can be undone; what was told since goes to the right side",
    unlike="Salesforce, HubSpot, Twenty, Mautic",
    area="customers",
)
def test_a_merge_loses_nothing_and_what_was_told_since_goes_to_the_right_side(crm: Caller) -> None:
    """The incumbents' merge keeps one record and throws the other's id and history away, for good."""
    one, other = crm.person(email=an_address()), crm.person(email=an_address())
    touched(crm, one, "web")
    touched(crm, other, "phone")
    apart = {one: crm.timeline(one), other: crm.timeline(other)}
    link(crm, one, other)
    together = crm.timeline(one)
    crm.order(one, "10.00")
    crm.order(other, "20.00")
    touched(crm, other, "email")
    unlink(crm, other, one)

    assert [each for each in together if each["type"] != "customer.linked"] == sorted(
        [*apart[one], *apart[other]], key=lambda each: -each["position"]
    )
    for side, total, channels in ((one, "10.00", {"web": 1}), (other, "20.00", {"phone": 1, "email": 1})):
        own, seen = crm.timeline(side), view(crm, side)
        assert {each["customer_id"] for each in own} == {side}
        assert [each for each in own if each in apart[side]] == apart[side]
        assert [each["type"] for each in own].count("customer.unlinked") == 1
        counted = {channel: each["count"] for channel, each in seen["interactions"]["by_channel"].items()}
        assert (seen["orders"]["total"], counted) == ({"EUR": total}, channels)
        assert seen["group"] is None


def test_what_is_unlinked_is_as_if_it_had_never_been_linked(crm: Caller) -> None:
    one, other = crm.person(phone="+46 8 123 456"), crm.person(name="Somebody else")
    crm.order(one)
    crm.deal(other)
    before = view(crm, one), view(crm, other)
    link(crm, one, other)
    linked = view(crm, one)
    unlink(crm, one, other)

    assert (view(crm, one), view(crm, other)) == before
    assert linked not in before


@pytest.mark.rule("The past knows who was one and the same then", area="customers")
def test_the_past_knows_who_was_one_then(crm: Caller) -> None:
    one, other = crm.person(), crm.person()
    link(crm, one, other)
    linked = crm.timeline(one)[0]["occurred_at"]
    unlink(crm, one, other)

    assert view(crm, other, as_of=linked)["group"]["members"] == [one, other]
    assert view(crm, other)["group"] is None
    registered = crm.timeline(other)[-1]["occurred_at"]
    assert view(crm, other, as_of=registered)["group"] is None


def test_the_timeline_of_a_group_is_one_story_in_pages_without_a_seam(crm: Caller) -> None:
    one, other = crm.person(), crm.person()
    for channel in ("web", "email", "phone"):
        touched(crm, one, channel)
        touched(crm, other, channel)
    link(crm, one, other)
    found = crm.pages(f"/v1/customers/{other}/timeline", by="before", limit=3)
    pages = [each["position"] for page in found for each in page]

    assert pages == sorted(pages, reverse=True) == [each["position"] for each in crm.timeline(one)]
    assert len(pages) == 10


def test_whose_value_is_shown_is_chosen_and_released(crm: Caller) -> None:
    one, other = crm.person(name="Ada"), crm.person(name="Ada Nilsson")
    link(crm, one, other)
    path = f"/v1/customers/{one}/survivors"
    crm.told(path, {"field": "name"})
    chosen = view(crm, other)
    crm.told(f"{path}/release", {"field": "name"})

    assert chosen["profile"]["name"] == "Ada"
    assert chosen["group"]["survivors"]["name"] == {"customer_id": one, "policy": "manual", "chosen": True}
    assert view(crm, one)["profile"]["name"] == "Ada Nilsson"
    crm.refused("POST", f"{path}/release", 409, "NotChosen", "field", json={"field": "name"})
    crm.refused("POST", path, 409, "NothingToShow", "field", json={"field": "attributes.tier"})


def test_the_rules_say_whose_value_is_shown(crm: Caller) -> None:
    one, other = crm.person(name="Ada Nilsson"), crm.person(name="Ada")
    link(crm, one, other)
    with ruled(crm, survivorship={"name": "longest"}):
        assert view(crm, one)["profile"]["name"] == "Ada Nilsson"
    assert view(crm, one)["profile"]["name"] == "Ada"


def test_links_that_cannot_be_are_refused(crm: Caller) -> None:
    one, other, firm = crm.person(email=an_address()), crm.person(), crm.organisation()
    path, why = f"/v1/customers/{one}/links", {"reason": "told us"}
    held = {"identifier": {"kind": "email", "value": an_address()}}
    link(crm, one, other)
    refused: list[tuple[dict[str, Any], int, str, str]] = [
        ({"customer_id": one, **why}, 422, "CannotLinkToItself", "customer_id"),
        ({"customer_id": firm, **why}, 409, "OnlyLikeIsLinked", "customer_id"),
        ({"customer_id": other, **why}, 409, "AlreadyLinked", "customer_id"),
        ({"customer_id": crm.person()}, 422, "LinkNeedsGround", "reason"),
        ({"customer_id": crm.person(), **held}, 409, "IdentifierNotHeld", "identifier"),
        ({"customer_id": str(uuid4()), **why}, 404, "CustomerNotFound", "customer_id"),
    ]
    for body, status, rule, field in refused:
        crm.refused("POST", path, status, rule, field, json=body)
    crm.refused("POST", f"{path}/{firm}/unlink", 409, "NotLinked", "customer_id", json={})


def test_a_group_stays_within_its_limit(crm: Caller) -> None:
    people = [crm.person() for _ in range(4)]
    link(crm, people[0], people[1])
    link(crm, people[2], people[3])
    with ruled(crm, largest_group=3):
        body = {"customer_id": people[2], "reason": "told us"}
        crm.refused("POST", f"/v1/customers/{people[1]}/links", 409, "GroupTooLarge", "customer_id", json=body)
    link(crm, people[1], people[2])

    assert len(crm.asked(f"/v1/customers/{people[3]}")["group"]["members"]) == 4
