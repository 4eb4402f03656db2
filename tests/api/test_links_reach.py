"""A link shows nobody more than he may see, and is made by who may change both sides."""

import json

import pytest

from .asking import Caller, assert_problem
from .company import Company, at
from .identity import link, unlink
from .server import RunningApi

READ_ALL = {"customer:read": "all"}


@pytest.fixture(scope="module")
def company(api: RunningApi) -> Company:
    return Company(api)


def test_members_out_of_sight_are_left_out_of_what_a_group_shows(crm: Caller, company: Company) -> None:
    mine, hidden, behind = (crm.person(owner=owner) for owner in (company.me, company.other, company.me))
    crm.order(hidden, "99.00")
    crm.order(behind, "1.00")
    link(crm, mine, hidden)
    link(crm, hidden, behind)
    whole = crm.asked(f"/v1/customers/{mine}/360")
    me = company.caller(at("own"))
    view = me.asked(f"/v1/customers/{mine}/360")

    assert whole["orders"]["total"] == {"EUR": "100.00"}
    assert me.asked(f"/v1/customers/{mine}")["group"] == {"canonical_id": mine, "members": [mine, behind]}
    assert (view["group"]["members"], view["orders"]["total"]) == ([mine, behind], {"EUR": "1.00"})
    assert {entry["customer_id"] for entry in me.timeline(mine)} == {mine, behind}
    assert len(crm.asked(f"/v1/customers/{mine}")["group"]["members"]) == 3


def test_whom_an_identifier_belongs_to_is_shown_within_reach_only(crm: Caller, company: Company) -> None:
    address = f"shared-{company.me}@example.com"
    mine, _ = crm.person(email=address, owner=company.me), crm.person(email=address, owner=company.other)
    everybody = crm.asked("/v1/identities", kind="email", value=address)["items"]
    found = company.caller(at("own")).asked("/v1/identities", kind="email", value=address)["items"]

    assert len(everybody) == 2
    assert [each["customer_id"] for each in found] == [mine]


def test_links_to_those_out_of_sight_are_left_out(crm: Caller, company: Company) -> None:
    mine, hidden, seen = (crm.person(owner=owner) for owner in (company.me, company.other, company.me))
    link(crm, mine, hidden)
    link(crm, mine, seen)
    (shown,) = company.caller(at("own")).asked(f"/v1/customers/{mine}/links")["items"]

    assert shown["customer_id"] == seen
    assert len(crm.asked(f"/v1/customers/{mine}/links")["items"]) == 2


@pytest.mark.rule("Of a customer out of reach a linked one tells that it is there, not which", area="access")
def test_who_is_linked_and_out_of_sight_is_named_nowhere(crm: Caller, company: Company) -> None:
    mine, hidden, seen = (crm.person(owner=owner) for owner in (company.me, company.other, company.me))
    crm.order(mine, "20.00")
    crm.order(hidden, "99.00")
    link(crm, mine, hidden)
    link(crm, mine, seen)
    unlink(crm, mine, hidden)
    link(crm, mine, hidden)
    me, path = company.caller(at("own")), f"/v1/explain/customer_360/{mine}"
    answers = {field: me.asked(path, field=field) for field in ("links", "profile.links", "orders.total.EUR")}
    others = [each["data"]["other"] for each in me.timeline(mine) if "other" in each["data"]]
    refused = [
        me.refused("GET", path, 422, "UnknownField", "field", params={"field": field, "alone": alone})
        for field in (f"profile.links.{hidden}.since", f"profile.links.{hidden.upper()}.since", "x")
        for alone in (True, False)
    ]

    assert sorted(answers["links"]["value"]) == sorted(["out of reach", seen])
    assert answers["profile.links"]["value"].keys() == {"out of reach", seen}
    total = answers["orders.total.EUR"]
    assert (total["value"], total["members"]) == ("20.00", [mine, seen])
    assert others.count("out of reach") == 3
    named = [me.asked(f"{path}/fields", alone=alone) for alone in (True, False)]
    told = (*answers.values(), me.timeline(mine), *refused[4:], *named)
    assert all(hidden not in json.dumps(each) for each in told)
    assert hidden in json.dumps(crm.asked(path, field="links"))


def test_a_caller_links_his_own_though_somebody_out_of_sight_is_one_with_them(
    crm: Caller, company: Company
) -> None:
    mine, too, hidden = (crm.person(owner=owner) for owner in (company.me, company.me, company.other))
    link(crm, mine, hidden)
    me = company.caller(at("own"))
    link(me, too, mine)

    assert me.asked(f"/v1/customers/{too}")["group"]["members"] == [mine, too]
    assert len(crm.asked(f"/v1/customers/{too}")["group"]["members"]) == 3


def test_a_link_to_a_customer_out_of_sight_is_refused_as_if_there_were_none(crm: Caller, company: Company) -> None:
    mine, hidden = crm.person(owner=company.me), crm.person(owner=company.other)
    body = {"customer_id": hidden, "reason": "same passport"}
    answer = company.caller(at("own")).http.post(f"/v1/customers/{mine}/links", json=body)

    assert_problem(answer, 404, "CustomerNotFound", "customer_id")


def test_who_may_only_see_the_other_side_links_nothing(crm: Caller, company: Company) -> None:
    mine, other = crm.person(owner=company.me), crm.person(owner=company.other)
    body = {"customer_id": other, "reason": "same passport"}
    answer = company.caller(at("own") | READ_ALL).http.post(f"/v1/customers/{mine}/links", json=body)

    assert_problem(answer, 403, "NotPermitted")
    assert crm.asked(f"/v1/customers/{mine}")["group"] is None


def test_who_may_change_one_side_frees_it(crm: Caller, company: Company) -> None:
    mine, other = crm.person(owner=company.me), crm.person(owner=company.other)
    link(crm, mine, other)
    company.caller(at("own") | READ_ALL).told(f"/v1/customers/{mine}/links/{other}/unlink")

    assert crm.asked(f"/v1/customers/{other}")["group"] is None


def test_a_caller_links_his_own_and_what_they_are_linked_to(crm: Caller, company: Company) -> None:
    one, other, further = (crm.person(owner=company.me) for _ in range(3))
    link(crm, other, further)
    me = company.caller(at("own"))
    link(me, one, other)

    assert me.asked(f"/v1/customers/{further}")["group"]["members"] == [one, other, further]
    body = {"customer_id": further, "reason": "same passport"}
    assert_problem(me.http.post(f"/v1/customers/{one}/links", json=body), 409, "AlreadyLinked", "customer_id")
