"""What is well said but may not be: each refusal names its rule and the field, and records nothing."""

from typing import Any
from uuid import uuid4

import pytest

from .asking import Caller, amount, in_year
from .test_orders_and_interactions import touch


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/v1/customers", "CustomerExists"),
        ("/v1/leads", "LeadExists"),
        ("/v1/deals", "DealExists"),
        ("/v1/orders", "OrderExists"),
        ("/v1/interactions", "InteractionExists"),
    ],
)
def test_what_exists_is_not_made_again(crm: Caller, path: str, rule: str) -> None:
    person = {"customer_id": crm.person()}
    bodies: dict[str, dict[str, Any]] = {
        "/v1/customers": {"kind": "person"},
        "/v1/leads": {**person, "channel": "web"},
        "/v1/deals": {**person, "name": "Seats"},
        "/v1/orders": {**person, "total": amount("1")},
        "/v1/interactions": touch(person["customer_id"]),
    }
    body = {**bodies[path], "id": str(uuid4())}
    crm.told(path, body)

    crm.refused("POST", path, 409, rule, "id", json=body)


@pytest.mark.parametrize("about", ["customers", "leads", "deals", "orders"])
def test_what_does_not_exist_is_not_found(crm: Caller, about: str) -> None:
    kind = about.removesuffix("s")

    crm.refused("GET", f"/v1/{about}/{uuid4()}", 404, f"{kind.capitalize()}NotFound", f"{kind}_id")


@pytest.mark.parametrize(
    ("path", "body", "rule", "field"),
    [
        ("/v1/deals", {"name": "Seats"}, "CustomerNotFound", "customer_id"),
        ("/v1/orders", {"total": amount("1")}, "CustomerNotFound", "customer_id"),
        ("/v1/leads", {"channel": "web"}, "CustomerNotFound", "customer_id"),
        ("/v1/interactions", {"channel": "web", "direction": "inbound"}, "CustomerNotFound", "customer_id"),
    ],
)
def test_nothing_happens_to_a_customer_nobody_knows(
    crm: Caller, path: str, body: dict[str, object], rule: str, field: str
) -> None:
    crm.refused("POST", path, 404, rule, field, json={**body, "customer_id": str(uuid4())})


@pytest.mark.parametrize("question", ["360", "timeline"])
def test_nobody_has_no_story(crm: Caller, question: str) -> None:
    crm.refused("GET", f"/v1/customers/{uuid4()}/{question}", 404, "CustomerNotFound", "customer_id")


def test_an_interaction_names_only_what_exists(crm: Caller) -> None:
    person, nothing = crm.person(), str(uuid4())
    path = "/v1/interactions"

    crm.refused("POST", path, 404, "LeadNotFound", "lead_id", json=touch(person, lead_id=nothing))
    crm.refused("POST", path, 404, "DealNotFound", "deal_id", json=touch(person, deal_id=nothing))


def test_a_closed_deal_does_not_change(crm: Caller) -> None:
    deal = crm.deal()
    crm.told(f"/v1/deals/{deal}/win")
    changes: tuple[tuple[str, dict[str, Any]], ...] = (
        ("stage", {"stage": "proposal"}),
        ("amount", {"amount": amount("1")}),
        ("close-date", {"expected_close_date": "2027-01-01"}),
        ("win", {}),
        ("lose", {"loss_reason": "price"}),
    )

    for what, body in changes:
        crm.refused("POST", f"/v1/deals/{deal}/{what}", 409, "DealIsClosed", json=body)


def test_a_deal_moves_to_open_stages_only(crm: Caller) -> None:
    person, deal = crm.person(), crm.deal()
    path = f"/v1/deals/{deal}/stage"
    opened = {"customer_id": person, "name": "Seats"}

    crm.refused("POST", path, 422, "StageIsClosing", "stage", json={"stage": "won"})
    crm.refused("POST", path, 422, "UnknownStage", "stage", json={"stage": "nirvana"})
    crm.refused("POST", path, 409, "DealAlreadyThere", "stage", json={"stage": "prospecting"})
    crm.refused("POST", "/v1/deals", 422, "UnknownStage", "stage", json={**opened, "stage": "nirvana"})
    crm.refused("POST", "/v1/deals", 422, "UnknownPipeline", "pipeline", json={**opened, "pipeline": "moon"})
    crm.refused("POST", f"/v1/deals/{deal}/reopen", 409, "DealIsOpen", json={})


def test_a_deal_is_lost_for_a_reason(crm: Caller) -> None:
    path = f"/v1/deals/{crm.deal()}/lose"

    crm.refused("POST", path, 422, "InvalidRequest", "loss_reason", json={})
    crm.refused("POST", path, 422, "LossNeedsReason", "loss_reason", json={"loss_reason": "  "})


def test_a_deal_without_an_amount_is_not_won(crm: Caller) -> None:
    deal = crm.deal(amount=None)

    crm.refused("POST", f"/v1/deals/{deal}/win", 409, "DealNeedsAmount", "amount", json={})


def test_a_lead_ends_once(crm: Caller) -> None:
    lead, gone, fresh = crm.qualified_lead(), crm.lead(), crm.lead()
    crm.told(f"/v1/leads/{lead}/convert")
    crm.told(f"/v1/leads/{gone}/disqualify", {"disqualified_because": "spam"})
    of = "/v1/leads/{}/{}".format

    crm.refused("POST", of(lead, "convert"), 409, "LeadAlreadyConverted", json={})
    crm.refused("POST", of(lead, "qualify"), 409, "LeadAlreadyConverted", json={})
    crm.refused("POST", of(gone, "convert"), 409, "LeadIsDisqualified", json={})
    crm.refused("POST", of(fresh, "convert"), 409, "LeadNotQualified", json={})
    crm.refused("POST", of(fresh, "convert"), 409, "LeadNotQualified", json={"deal": {"name": "Seats"}})


def test_a_lead_is_somebody(crm: Caller) -> None:
    crm.refused("POST", "/v1/leads", 422, "LeadNeedsContact", "name", json={"channel": "web"})


def test_a_conversion_into_nothing_known_is_refused(crm: Caller) -> None:
    path = f"/v1/leads/{crm.qualified_lead()}/convert"

    unknown = {"organisation": {"id": str(uuid4())}}
    crm.refused("POST", path, 404, "CustomerNotFound", "customer_id", json=unknown)
    crm.refused("POST", path, 422, "OrganisationNeedsName", "organisation.name", json={"organisation": {}})


def test_no_more_comes_back_than_was_ordered(crm: Caller) -> None:
    path = f"/v1/orders/{crm.order(total='100.00')}/returns"
    crm.told(path, {"value": amount("60.00")})
    too_much, nothing, foreign = ({"value": each} for each in (amount("40.01"), amount("0"), amount("1", "USD")))

    crm.refused("POST", path, 409, "ReturnExceedsOrder", "value.amount", json=too_much)
    crm.refused("POST", path, 422, "NothingReturned", "value.amount", json=nothing)
    crm.refused("POST", path, 409, "CurrencyMismatch", "value.currency", json=foreign)


def test_only_a_person_joins_only_an_organisation(crm: Caller) -> None:
    person, organisation = crm.person(), crm.organisation()
    of = "/v1/customers/{}/organisations".format
    joined = {"organisation_id": organisation}

    crm.refused("POST", of(organisation), 409, "OnlyPeopleBelong", "organisation_id", json=joined)
    crm.refused("POST", of(person), 409, "OnlyPeopleBelong", "organisation_id", json={"organisation_id": person})
    crm.refused("POST", f"{of(person)}/{organisation}/leave", 409, "DoesNotBelong", "organisation_id", json={})
    crm.told(of(person), joined)
    crm.refused("POST", of(person), 409, "AlreadyBelongs", "organisation_id", json=joined)


def test_a_change_says_something_new(crm: Caller) -> None:
    person, organisation = crm.person(), crm.organisation()
    of = "/v1/customers/{}".format

    crm.refused("PATCH", of(person), 409, "NothingChanges", json={"name": "Ada Nilsson"})
    crm.refused("PATCH", of(person), 409, "NothingChanges", json={})
    crm.refused("PATCH", of(organisation), 422, "OrganisationNeedsName", "name", json={"name": None})


def test_nothing_happened_in_the_future_or_out_of_order(crm: Caller) -> None:
    path = f"/v1/deals/{crm.deal(occurred_at=in_year(2020))}/stage"
    ahead, late = ({"stage": "proposal", "occurred_at": in_year(year)} for year in (2999, 2019))

    crm.refused("POST", path, 422, "HappenedInTheFuture", "occurred_at", json=ahead)
    crm.refused("POST", path, 409, "HappenedBeforeLastFact", "occurred_at", json=late)
