"""Pipelines over HTTP: defined, read in any version, refused when they make no sense, retired."""

from uuid import uuid4

import pytest

from .asking import Caller, amount
from .company import Company, at
from .pipelines import LOST, TALKS, TERMS, WON, defined, definition


def test_a_pipeline_is_read_as_it_was_defined(crm: Caller) -> None:
    pipeline = defined(crm, loss_reasons=["price"])
    read = crm.ask(f"/v1/pipelines/{pipeline}")
    answer = read.json()

    assert read.headers["ETag"] == f'"{answer["version"]}"'
    assert (answer["name"], answer["loss_reasons"], answer["retired"]) == ("Partners", ["price"], False)
    assert [(stage["order"], stage["id"], stage["kind"]) for stage in answer["stages"][:3]] == [
        (1, "talks", "open"),
        (2, "terms", "open"),
        (3, "won", "won"),
    ]
    assert answer["stages"][1] == {**TERMS, "order": 2, "kind": "open", "needs_next_step": False, "retired": False}


def test_the_standard_pipeline_is_there_from_the_start(crm: Caller) -> None:
    everything = crm.asked("/v1/pipelines")
    standard = crm.asked("/v1/pipelines/standard", version=0)

    assert standard in everything["items"]
    assert (standard["version"], standard["stages"][0]["id"]) == (0, "prospecting")


def test_each_earlier_version_can_be_asked_for(crm: Caller) -> None:
    pipeline = defined(crm)
    first = crm.asked(f"/v1/pipelines/{pipeline}")["version"]
    crm.told(f"/v1/pipelines/{pipeline}", definition(name="Resellers", reason="a better name"), method="PUT")

    assert crm.asked(f"/v1/pipelines/{pipeline}", version=first)["name"] == "Partners"
    assert crm.asked(f"/v1/pipelines/{pipeline}")["name"] == "Resellers"
    crm.refused("GET", f"/v1/pipelines/{pipeline}?version={first - 1}", 404, "PipelineNotFound")
    crm.refused("GET", f"/v1/pipelines/p-{uuid4().hex[:8]}", 404, "PipelineNotFound")


@pytest.mark.parametrize(
    ("stages", "status", "rule", "field"),
    [
        ([TALKS, TERMS, WON], 422, "NoLostStage", "stages"),
        ([TALKS, WON, {**LOST, "id": "talks"}], 422, "NamedTwice", "stages.2.id"),
        ([TALKS, {**WON, "probability": 90}, LOST], 422, "ProbabilityOfClosing", "stages.1.probability"),
        ([{**TALKS, "required_fields": ["mood"]}, WON, LOST], 422, "UnknownRequiredField", None),
        ([{**TALKS, "probability": 101}, WON, LOST], 422, "InvalidRequest", "stages.0.probability"),
        ([{**TALKS, "id": "Talks!"}, WON, LOST], 422, "MalformedId", "stages.0.id"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused_when_it_is_made(
    crm: Caller, stages: list[dict[str, object]], status: int, rule: str, field: str | None
) -> None:
    field = field or "stages.0.required_fields.0"

    crm.refused("PUT", f"/v1/pipelines/p-{uuid4().hex[:8]}", status, rule, field, json=definition(*stages))


def test_a_stage_where_deals_may_lie_is_not_dropped(crm: Caller) -> None:
    pipeline = defined(crm)
    without_terms = definition(TALKS, WON, LOST)

    crm.refused("PUT", f"/v1/pipelines/{pipeline}", 409, "StageDropped", "stages", json=without_terms)


def test_two_who_define_at_once_do_not_overwrite_each_other(crm: Caller) -> None:
    pipeline = defined(crm)
    seen = crm.ask(f"/v1/pipelines/{pipeline}").headers["ETag"]
    crm.told(f"/v1/pipelines/{pipeline}", definition(name="Mine"), method="PUT", If_Match=seen)

    late = crm.http.put(f"/v1/pipelines/{pipeline}", json=definition(name="Theirs"), headers={"If-Match": seen})

    assert late.status_code == 412


def test_no_deal_comes_onto_a_retired_pipeline_and_those_that_lie_there_go_on(crm: Caller) -> None:
    pipeline = defined(crm)
    deal = crm.deal(pipeline=pipeline)
    crm.told(f"/v1/pipelines/{pipeline}/retire", {"reason": "no partners any more"})
    opening = {"customer_id": crm.person(), "name": "Late", "pipeline": pipeline}

    crm.refused("POST", "/v1/deals", 409, "PipelineIsRetired", "pipeline", json=opening)
    crm.told(f"/v1/deals/{deal}/stage", {"stage": "terms"})
    assert crm.asked(f"/v1/pipelines/{pipeline}")["retired"]


def test_deals_go_by_the_definition_that_holds_when_they_move(crm: Caller) -> None:
    pipeline = defined(crm, TALKS, TERMS, WON, LOST)
    deal = crm.deal(pipeline=pipeline)
    opened_under = crm.asked(f"/v1/deals/{deal}")["pipeline_version"]
    dearer = {**TALKS, "required_fields": ["owner"]}
    crm.told(f"/v1/pipelines/{pipeline}", definition(dearer, TERMS, WON, LOST), method="PUT")
    to_terms = {"json": {"stage": "terms"}}

    crm.refused("POST", f"/v1/deals/{deal}/stage", 409, "StageLeftUndone", "stage", **to_terms)
    crm.told(f"/v1/deals/{deal}", {"owner": "Ann"}, method="PATCH")
    crm.told(f"/v1/deals/{deal}/stage", {"stage": "terms"})
    assert crm.asked(f"/v1/deals/{deal}")["pipeline_version"] > opened_under


def test_who_may_move_deals_need_not_be_allowed_to_see_the_settings(crm: Caller) -> None:
    seller = Company(crm.api).caller(at("all"))
    deal = seller.deal(amount=amount("5"))
    seller.told(f"/v1/deals/{deal}/stage", {"stage": "proposal"})

    seller.refused("GET", "/v1/pipelines", 403, "NotPermitted")
    seller.refused("PUT", "/v1/pipelines/standard", 403, "NotPermitted", json=definition(TALKS, WON, LOST))


def test_what_if_asks_of_any_stage_that_is_defined(crm: Caller) -> None:
    stage = f"s-{uuid4().hex[:8]}"
    rates = {"win_rates": {stage: 40}}

    crm.refused("POST", "/v1/forecasts:what-if", 422, "UnknownStage", "win_rates", json=rates)
    defined(crm, {**TALKS, "id": stage}, WON, LOST)
    assert crm.http.post("/v1/forecasts:what-if", json=rates).status_code == 200
