"""The timeline: one feed over all that happened to a customer, from the log."""

from typing import Any

from .asking import Caller, in_year
from .identity import link


def story(crm: Caller, customer: str, **asked: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = crm.asked(f"/v1/customers/{customer}/timeline", **asked)["items"]
    return items


def types(items: list[dict[str, Any]]) -> list[str]:
    return [each["type"] for each in items]


def lively(crm: Caller, year: int = 2020) -> str:
    person = crm.person(occurred_at=in_year(year))
    crm.deal(person, occurred_at=in_year(year, 2))
    crm.order(person, occurred_at=in_year(year, 6))
    crm.task(person)
    crm.told(
        "/v1/interactions",
        {
            "customer_id": person,
            "channel": "web",
            "direction": "inbound",
            "occurred_at": in_year(year, 4),
        },
    )
    consent = {"purpose": "newsletter", "channel": "email", "wording": "1", "captured_by": "web form"}
    crm.told(f"/v1/customers/{person}/consents", consent | {"occurred_at": in_year(year, 3)})
    return person


def test_it_tells_of_everything_with_both_times_actor_and_source(crm: Caller) -> None:
    items = story(crm, lively(crm))

    assert {each.partition(".")[0] for each in types(items)} == {
        "customer", "deal", "order", "task", "interaction",
    }  # fmt: skip
    assert items[0]["type"] == "customer.consent_given"
    assert items[0]["occurred_at"].startswith("2020-03-01")
    assert items[0]["recorded_at"] > items[0]["occurred_at"]
    assert (items[0]["actor"], items[0]["source"]) != ("", "")


def test_it_is_filtered_by_type_and_by_kind_of_record(crm: Caller) -> None:
    person = lively(crm)

    assert types(story(crm, person, type="order.placed,customer.consent_given")) == [
        "customer.consent_given",
        "order.placed",
    ]
    assert set(types(story(crm, person, kind="interaction,task"))) == {"interaction.recorded", "task.planned"}
    assert types(story(crm, person, kind="order", type="order.placed,deal.opened")) == ["order.placed"]
    path = f"/v1/customers/{person}/timeline"
    crm.refused("GET", path, 422, "UnknownEventType", "type", params={"type": "order.placed,order.lost"})
    crm.refused("GET", path, 422, "UnknownKind", "kind", params={"kind": "invoice"})


def test_it_is_told_in_the_order_in_which_things_happened_if_asked(crm: Caller) -> None:
    person = lively(crm)

    told = [each["occurred_at"] for each in story(crm, person, order="occurred_at")]

    assert told == sorted(told, reverse=True)
    assert told != [each["occurred_at"] for each in story(crm, person)]


def test_pages_in_either_order_make_the_whole_of_linked_customers(crm: Caller) -> None:
    one, other = lively(crm), lively(crm)
    link(crm, one, other)
    for asked in ({}, {"order": "occurred_at"}, {"order": "occurred_at", "kind": "customer"}):
        whole = story(crm, one, **asked)
        pages = crm.pages(f"/v1/customers/{other}/timeline", by="before", limit=3, **asked)
        assert [each for page in pages for each in page] == whole
        assert {each["customer_id"] for each in whole} == {one, other}


def test_it_is_bounded_by_a_horizon(crm: Caller) -> None:
    person = lively(crm)
    first = story(crm, person)[-1]

    assert types(story(crm, person, as_of=in_year(2020, 3, 2), order="occurred_at"))[0] == "customer.consent_given"
    assert types(story(crm, person, as_of=in_year(2020, 3, 2), kind="order")) == []
    assert story(crm, person, known_at=first["recorded_at"]) == [first]


def test_a_cursor_that_is_made_up_of_another_story_is_refused_where_things_are_told_as_they_happened(
    crm: Caller,
) -> None:
    one, other = lively(crm, 2020), lively(crm, 2001)
    path = f"/v1/customers/{one}/timeline"
    _, _, sign = crm.asked(path, order="occurred_at", limit=1)["next"].partition("~")

    for foreign in (story(crm, other)[0]["position"], 0, 10**17):
        asked = {"order": "occurred_at", "before": f"{foreign}~{sign}"}
        crm.refused("GET", path, 422, "NotACursor", "before", params=asked)
