"""Next steps of deals, planned and done as tasks."""

from typing import Any
from uuid import uuid4

import pytest

from .asking import Caller
from .company import Company, at
from .server import RunningApi

DUE = {"due": "2027-03-28T09:00", "time_zone": "Europe/Stockholm"}
LATER = {"due": "2027-03-30T09:00", "time_zone": "Europe/Stockholm"}
STAGES = [
    {"id": "delivery", "name": "Delivery", "probability": 50, "category": "commit", "needs_next_step": True},
    {"id": "won", "name": "Won", "kind": "won", "probability": 100, "category": "closed"},
    {"id": "lost", "name": "Lost", "kind": "lost", "probability": 0, "category": "omitted"},
]


@pytest.fixture
def pipeline(crm: Caller) -> str:
    """A pipeline on which a deal always has a next step."""
    name = f"demanding_{uuid4().hex[:8]}"
    crm.told(f"/v1/pipelines/{name}", {"name": name, "stages": STAGES}, method="PUT")
    return name


def next_steps(crm: Caller, deal: str) -> set[tuple[str, str]]:
    return {(step["task_id"], step["due_at"]) for step in crm.asked(f"/v1/deals/{deal}")["next_steps"]}


def a_step(crm: Caller, deal: str, **more: Any) -> str:
    customer = crm.asked(f"/v1/deals/{deal}")["customer_id"]
    return crm.task(customer, deal_id=deal, next_step=True, **DUE, **more)


def test_a_next_step_is_seen_at_its_deal_until_it_is_done(crm: Caller) -> None:
    deal = crm.deal()
    step = a_step(crm, deal)
    assert next_steps(crm, deal) == {(step, "2027-03-28T07:00:00Z")}

    crm.told(f"/v1/tasks/{step}/reschedule", LATER)
    assert next_steps(crm, deal) == {(step, "2027-03-30T07:00:00Z")}

    done = crm.told(f"/v1/tasks/{step}/complete")
    assert (done["id"], done["next_id"]) == (step, None)
    assert next_steps(crm, deal) == set()


def test_the_last_next_step_is_done_with_the_next_one(crm: Caller, pipeline: str) -> None:
    deal = crm.deal(pipeline=pipeline)
    step = a_step(crm, deal, owner="Ann")
    crm.refused("POST", f"/v1/tasks/{step}/complete", 409, "DealNeedsNextStep", json={})
    crm.refused("POST", f"/v1/tasks/{step}/cancel", 409, "DealNeedsNextStep", json={})
    done = crm.told(f"/v1/tasks/{step}/complete", {"outcome": "yes", "next": {"title": "Visit", **LATER}})
    planned = crm.asked(f"/v1/tasks/{done['next_id']}")

    assert next_steps(crm, deal) == {(planned["id"], "2027-03-30T07:00:00Z")}
    assert (planned["title"], planned["owner"], planned["next_step"]) == ("Visit", "Ann", True)
    assert crm.asked(f"/v1/tasks/{step}")["state"] == "completed"


def test_all_that_one_command_told_has_one_correlation(crm: Caller, pipeline: str) -> None:
    deal = crm.deal(pipeline=pipeline)
    step = a_step(crm, deal)
    done = crm.told(f"/v1/tasks/{step}/complete", {"next": {"title": "Visit", **LATER}})
    customer = crm.asked(f"/v1/deals/{deal}")["customer_id"]
    *told, _ = [entry for entry in crm.timeline(customer) if entry["position"] > done["position"] - 4][::-1]

    assert {"task.completed", "task.planned", "deal.next_step_planned"} <= {entry["type"] for entry in told}
    assert len({entry["correlation_id"] for entry in told}) == 1


def test_a_next_step_that_cannot_be_is_refused_by_its_rule(crm: Caller) -> None:
    person = crm.person()
    alone = crm.task(person, **DUE)
    closed = crm.deal(person)
    crm.told(f"/v1/deals/{closed}/win")
    body = {"customer_id": person, "title": "Call", "next_step": True}

    crm.refused("POST", "/v1/tasks", 422, "NextStepNeedsDeal", "deal_id", json={**body, **DUE})
    crm.refused("POST", "/v1/tasks", 422, "TaskNeedsDue", "due", json={**body, "deal_id": closed})
    crm.refused("POST", "/v1/tasks", 409, "DealIsClosed", json={**body, **DUE, "deal_id": closed})
    for following, rule, field in (
        ({"title": "Visit", **LATER}, "NextStepNeedsDeal", "deal_id"),
        ({"title": "Visit", **LATER, "time_zone": "Europe/Atlantis"}, "UnknownTimeZone", "next.time_zone"),
    ):
        crm.refused("POST", f"/v1/tasks/{alone}/complete", 422, rule, field, json={"next": following})


def test_a_next_step_is_planned_and_done_only_for_deals_in_sight(
    crm: Caller, api: RunningApi, pipeline: str
) -> None:
    company = Company(api)
    person = crm.person(owner=company.me)
    mine = crm.deal(person, owner=company.me, pipeline=pipeline)
    others = crm.deal(person, owner=company.other, pipeline=pipeline)
    seller = company.caller(at("own"))
    body = {"customer_id": person, "title": "Call", "next_step": True, **DUE}
    step = seller.told("/v1/tasks", {**body, "deal_id": mine})["id"]
    done = seller.told(f"/v1/tasks/{step}/complete", {"next": {"title": "Visit", **LATER}})
    foreign = crm.told("/v1/tasks", {**body, "deal_id": others, "owner": company.me})["id"]

    assert next_steps(crm, mine) == {(done["next_id"], "2027-03-30T07:00:00Z")}
    seller.refused("POST", "/v1/tasks", 404, "DealNotFound", "deal_id", json={**body, "deal_id": others})
    for way, more in (("complete", {"next": {"title": "Visit", **LATER}}), ("reschedule", LATER)):
        seller.refused("POST", f"/v1/tasks/{foreign}/{way}", 404, "DealNotFound", "deal_id", json=more)


def test_who_may_not_change_a_deal_plans_no_next_step_of_it_but_does_his_task(
    crm: Caller, api: RunningApi
) -> None:
    company = Company(api)
    person = crm.person()
    deal = crm.deal(person, owner=company.other)
    own = a_step(crm, deal, owner=company.me)
    caller = company.caller({**at("own", "task:change", "task:create"), **at("all", "customer:read", "deal:read")})
    body = {"customer_id": person, "title": "Call", "next_step": True, "deal_id": deal, **DUE}
    following = {"next": {"title": "Visit", **LATER}}

    caller.refused("POST", "/v1/tasks", 403, "NotPermitted", "deal_id", json=body)
    caller.refused("POST", f"/v1/tasks/{own}/complete", 403, "NotPermitted", "deal_id", json=following)
    caller.told(f"/v1/tasks/{own}/reschedule", LATER)
    caller.told(f"/v1/tasks/{own}/complete")
    assert next_steps(crm, deal) == set()
