"""Predictive models over HTTP: what was trained is defined, goes live, and scores name what made them."""

from collections.abc import Iterator
from math import exp
from typing import Any

import msgspec
import pytest

from tests.support.scoring_models import PREDICTIVE

from .asking import Caller, in_year

MODEL = "/v1/scoring-models/chance"


def document(**changed: Any) -> dict[str, Any]:
    """As `crm score train` writes it, as JSON."""
    written: dict[str, Any] = msgspec.to_builtins(PREDICTIVE, str_keys=True)
    return {"kind": "predictive", "predictive": {**written["predictive"], **changed}}


@pytest.fixture
def live(crm: Caller) -> Iterator[int]:
    crm.told(MODEL, document(), method="PUT")
    version: int = crm.asked(MODEL)["versions"]
    crm.told(f"{MODEL}/promote", {"version": version})
    yield version
    crm.told(f"{MODEL}/retire")


def test_a_predicted_score_is_a_chance_that_names_what_made_it(crm: Caller, live: int) -> None:
    lead = crm.told("/v1/leads", {"name": "Ada", "channel": "referral", "occurred_at": in_year(2020)})
    person = crm.asked(f"/v1/leads/{lead['id']}")["customer_id"]
    for day in (2, 3, 4):
        told = {"customer_id": person, "channel": "phone", "direction": "outbound"}
        crm.told("/v1/interactions", {**told, "occurred_at": in_year(2020, 1, day)})

    def score(**asked: Any) -> dict[str, Any]:
        found: list[dict[str, Any]] = crm.asked(f"/v1/customers/{person}/scores", **asked)["scores"]
        return next(each for each in found if each["model"] == "chance")

    then = score(as_of=in_year(2020, 1, 4), model=f"chance:{live}")
    # -2 to begin with, 0.5 for two calls (a standard deviation) above the mean of one, 1.0 for a referral.
    assert then["value"] == round(100 / (1 + exp(2 - 0.5 - 1)), 2)
    assert [(each["rule"], each["points"], each["value"]) for each in then["contributions"]] == [
        ("base", -2.0, None), ("calls", 0.5, 3), ("channel", 1.0, "referral")
    ]  # fmt: skip
    # None of the calls lies within the last thirty days.
    assert score()["value"] == round(100 / (1 + exp(2 + 0.25 - 1)), 2)


def test_what_was_not_trained_is_not_defined(crm: Caller) -> None:
    for mistake in ({"learnt": None}, {"features": [{"name": "age", "attribute": "attributes.age"}]}):
        crm.refused("PUT", MODEL, 422, "ModelNotTrained", "predictive.learnt", json=document(**mistake))
