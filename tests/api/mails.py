"""A scoring model that counts mails, over HTTP."""

import time
from collections.abc import Iterator
from typing import Any

from .asking import Caller, in_year

ENGAGEMENT: dict[str, Any] = {
    "kind": "engagement",
    "engagement": [
        {"name": "mails", "event": "interaction.recorded", "points": 8, "max_per_day": 1, "half_life_days": 3650}
    ],
    "bands": [{"label": "warm", "at_least": 12}, {"label": "cold", "at_least": 0}],
}
MODEL = "/v1/scoring-models/mails"
SCORES = "/v1/scores/mails"


def define(crm: Caller, document: dict[str, Any] = ENGAGEMENT, path: str = MODEL) -> int:
    crm.told(path, document, method="PUT")
    version: int = crm.asked(path)["versions"]
    return version


def mails_live(crm: Caller) -> Iterator[int]:
    """The version of the model that is live, and whose scores are listed, for as long as a test takes."""
    version = define(crm)
    crm.told(f"{MODEL}/promote", {"version": version})
    wait_for_lists(crm, version)
    yield version
    if crm.asked(MODEL)["live"] is not None:
        crm.told(f"{MODEL}/retire")


def wait_for_lists(crm: Caller, version: int) -> None:
    """Until the rows of a version are there, those of the one before are shown, and say so."""
    deadline = time.monotonic() + 60
    while crm.http.get(SCORES).json().get("version") != version:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def mail(crm: Caller, person: str, year: int, day: int = 1) -> int:
    told = {
        "customer_id": person,
        "channel": "email",
        "direction": "inbound",
        "occurred_at": in_year(year, 1, day),
    }
    position: int = crm.told("/v1/interactions", told)["position"]
    return position
