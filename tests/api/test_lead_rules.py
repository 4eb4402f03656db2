"""The rules that leads follow, as an organisation defines them: each test on a log of its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from .asking import Caller
from .server import running_api

STATUSES, QUALIFICATION = "/v1/lead-statuses", "/v1/lead-qualification"


@pytest.fixture
def own(dsn: str) -> Iterator[Caller]:
    """Rules are everybody's: no other test is to follow those that are defined here."""
    with running_api(dsn, fold=False) as api, api.client() as http:
        yield Caller(api, http)


def definition(answer: dict[str, Any]) -> dict[str, Any]:
    return {"statuses": answer["statuses"], "transitions": answer["transitions"]}


def with_called(own: Caller) -> dict[str, Any]:
    """The statuses that hold, and one more behind `new`."""
    held = definition(own.asked(STATUSES))
    ways = held["transitions"]
    return {
        "statuses": [*held["statuses"], {"id": "called", "name": "Called", "type": "working"}],
        "transitions": {**ways, "new": [*ways["new"], "called"], "called": ["qualified"]},
        "reason": "the desk calls first",
    }


def test_statuses_are_defined_anew_and_leads_follow_them(own: Caller) -> None:
    before = own.ask(STATUSES)
    own.told(STATUSES, with_called(own), method="PUT", If_Match=before.headers["ETag"])
    lead = own.lead()
    own.told(f"/v1/leads/{lead}/status", {"status": "called"})

    assert own.asked(STATUSES)["version"] == before.json()["version"] + 1
    moved = own.timeline(own.asked(f"/v1/leads/{lead}")["customer_id"])[0]["data"]
    assert (moved["to_status"], moved["statuses_version"]) == ("called", own.asked(STATUSES)["version"])
    own.refused(
        "PUT", STATUSES, 412, "VersionMismatch", "If-Match", json=with_called(own) | {"reason": "late"},
        headers={"If-Match": before.headers["ETag"]},
    )  # fmt: skip


def test_a_status_is_not_dropped(own: Caller) -> None:
    held = definition(own.asked(STATUSES))
    held["statuses"] = [each for each in held["statuses"] if each["id"] != "nurturing"]

    own.refused("PUT", STATUSES, 409, "LeadStatusDropped", "statuses", json=held)


def test_a_dead_end_is_refused_when_it_is_defined(own: Caller) -> None:
    held = definition(own.asked(STATUSES))
    held["transitions"]["working"] = []

    own.refused("PUT", STATUSES, 422, "LeadStatusDeadEnd", "transitions", json=held)


def test_a_lead_below_the_minimum_is_not_qualified(own: Caller) -> None:
    lead = f"/v1/leads/{own.lead()}"
    own.told(QUALIFICATION, {"framework": "bant", "minimum": 3, "required": ["need"]}, method="PUT")

    refused = own.refused("POST", f"{lead}/qualify", 409, "QualificationIncomplete", "qualification", json={})
    assert "need, 3 points of 3" in refused["detail"]
    own.told(f"{lead}/qualification/bant/need", {"value": "stocktaking", "confidence": 3}, method="PUT")
    own.told(f"{lead}/qualify")
    assert own.asked(lead)["status"] == "qualified"
