"""Replays over HTTP: asked for, run by a worker, looked at, compared, promoted, dropped."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from api.schedule.replays import Replays
from gateways.embedded.postgres import EmbeddedPostgres
from tests.support.access import key_of
from tests.support.postgres import TEMPLATE

from .asking import Caller, assert_problem, in_year
from .server import running_api

DOCUMENT: dict[str, Any] = {
    "kind": "engagement",
    "engagement": [{"name": "orders", "event": "order.placed", "points": 10, "half_life_days": 365}],
    "bands": [{"label": "buyer", "at_least": 1}, {"label": "nobody", "at_least": 0}],
}
ORDERED: dict[str, Any] = {
    "model": "buyers",
    "document": DOCUMENT,
    "as_of": in_year(2020, 6),
    "within_days": 300,
    "outcomes": ["order.placed"],
}


@pytest.fixture(scope="module")
def crm(postgres: EmbeddedPostgres) -> Iterator[Caller]:
    """A server whose log holds nobody else: of three who were there in 2020, one had bought before, and bought
    again."""
    with psycopg.connect(postgres.owner_dsn("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE replays TEMPLATE {TEMPLATE}")
    with running_api(postgres.dsn("replays")) as running, running.client() as client:
        crm = Caller(running, client)
        buyer, *others = (crm.person(occurred_at=in_year(2019)) for _ in range(3))
        for year, month in ((2019, 6), (2020, 9)):
            crm.order(buyer, occurred_at=in_year(year, month))
        crm.order(others[0], occurred_at=in_year(2022))
        yield crm


def ask(crm: Caller, body: dict[str, Any] = ORDERED, **headers: str) -> Any:
    return crm.http.post("/v1/replays", json=body, headers={k.replace("_", "-"): v for k, v in headers.items()})


def run(crm: Caller) -> None:
    Replays(crm.api.services)()


def done(crm: Caller, body: dict[str, Any] = ORDERED) -> dict[str, Any]:
    answer = ask(crm, body)
    assert answer.status_code == 202, answer.text
    run(crm)
    return crm.asked(answer.headers["Location"])


def test_it_is_a_job_that_waits_and_reports(crm: Caller) -> None:
    answer = ask(crm)
    waiting = crm.asked(answer.headers["Location"])
    assert (answer.status_code, waiting["state"], waiting["report"]) == (202, "queued", None)
    assert waiting["progress"] == {"done": 0, "total": 0}

    run(crm)

    found = crm.asked(answer.headers["Location"])
    report = found["report"]
    assert (found["state"], found["version"], found["error"]) == ("done", None, None)
    assert (report["customers"], report["judged"], report["outcomes"]) == (3, 3, 1)
    assert report["tried"]["auc"] == 1.0
    assert {each["band"]: each["outcomes"] for each in report["tried"]["bands"]} == {"buyer": 1, "nobody": 0}
    assert report["tried"]["deciles"][0]["lift"] == 3.0
    assert crm.asked("/v1/replays", limit=1)["items"][0]["id"] == found["id"]


def test_its_model_goes_live_and_the_next_is_compared_with_it(crm: Caller) -> None:
    document = {**DOCUMENT, "bands": []}
    first = done(crm, {**ORDERED, "document": document})
    crm.told(f"/v1/replays/{first['id']}/promote", {"reason": "better"})

    model = crm.asked("/v1/scoring-models/buyers")
    assert model["items"][model["live"] - 1]["document"]["engagement"] == DOCUMENT["engagement"]
    assert_problem(
        crm.http.post(f"/v1/replays/{first['id']}/promote", json={}), 409, "VersionAlreadyLive", "version"
    )
    halved = [{**DOCUMENT["engagement"][0], "points": 5}]
    second = done(crm, {**ORDERED, "document": {**DOCUMENT, "engagement": halved}})
    assert second["live"] == {"model": "buyers", "version": model["live"]}
    with_live = crm.asked(f"/v1/replays/{second['id']}/diff", **{"with": "live"})
    with_first = crm.asked(f"/v1/replays/{second['id']}/diff", **{"with": first["id"]})
    assert with_live["movers"][0]["after"] == pytest.approx(with_live["movers"][0]["before"] / 2)
    assert (with_live["lower"], with_live["movers"]) == (with_first["lower"], with_first["movers"])
    assert with_live == second["report"]["changes"]
    crm.told("/v1/scoring-models/buyers/retire")


def test_a_version_that_is_recorded_is_replayed_by_its_number(crm: Caller) -> None:
    crm.told("/v1/scoring-models/other", DOCUMENT, method="PUT")

    answer = ask(crm, {"model": "other", "version": 1})
    assert answer.json()["version"] == 1
    assert_problem(ask(crm, {"model": "other", "version": 2}), 404, "ScoringModelNotFound", "version")
    assert_problem(ask(crm, {"model": "other"}), 404, "ScoringModelNotLive", "model")
    assert_problem(ask(crm, {**ORDERED, "version": 1}), 422, "VersionOrDocument", "version")


def test_what_it_is_compared_with_is_live_or_an_id(crm: Caller) -> None:
    place = ask(crm).headers["Location"]

    for wrong in ("Live", "live ", place):
        crm.refused("GET", f"{place}/diff", 422, "InvalidRequest", "with", params={"with": wrong})


def test_one_is_cancelled_then_forgotten(crm: Caller) -> None:
    place = ask(crm).headers["Location"]

    assert crm.http.delete(place).status_code == 204
    assert crm.asked(place)["state"] == "cancelled"
    run(crm)
    assert_problem(crm.http.get(f"{place}/diff", params={"with": "live"}), 409, "ReplayNotDone")
    assert_problem(crm.http.post(f"{place}/promote", json={}), 409, "ReplayNotDone")
    assert crm.http.delete(place).status_code == 204
    for method, path in (("GET", place), ("DELETE", place), ("POST", f"{place}/promote")):
        assert_problem(
            crm.http.request(method, path, json={} if method == "POST" else None), 404, "ReplayNotFound"
        )


def test_under_one_key_it_is_one_job(crm: Caller) -> None:
    key = str(uuid4())

    of_now = {**ORDERED, "as_of": None}

    first, again = (ask(crm, of_now, idempotency_key=key) for _ in range(2))

    assert first.headers["Location"] == again.headers["Location"]
    other = {**ORDERED, "within_days": 5}
    assert_problem(ask(crm, other, idempotency_key=key), 422, "KeyUsedForAnother", "Idempotency-Key")


@pytest.mark.parametrize(
    ("changed", "rule", "field"),
    [
        ({"as_of": in_year(1999)}, "MomentBeforeTimeBegan", "as_of"),
        ({"as_of": in_year(2200)}, "MomentInTheFuture", "as_of"),
        ({"as_of": "2020-06-01T12:00:00"}, "InvalidRequest", "as_of"),
        ({"known_at": in_year(1999)}, "MomentBeforeTimeBegan", "known_at"),
        ({"within_days": 0}, "InvalidRequest", "within_days"),
        ({"within_days": 4000}, "InvalidRequest", "within_days"),
        ({"document": {"kind": "fit", "fit": []}}, "PartOutOfKind", "fit"),
        (
            {"document": {**DOCUMENT, "predictive": {"method": "guess"}}},
            "MalformedScoringModel",
            "predictive.method",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(crm: Caller, changed: dict[str, Any], rule: str, field: str) -> None:
    answer = ask(crm, {**ORDERED, **changed})

    assert_problem(answer, 422, rule, field)


def test_an_event_that_customers_do_not_have_is_named(crm: Caller) -> None:
    assert ask(crm, {**ORDERED, "outcomes": ["sold"]}).status_code == 422
    assert ask(crm, {**ORDERED, "among": "sold"}).status_code == 422


def test_nothing_live_is_nothing_to_compare_with(crm: Caller) -> None:
    found = done(crm, {**ORDERED, "model": "alone", "document": {**DOCUMENT, "kind": "health", "health": {}}})
    assert found["live"] is None
    answer = crm.http.get(f"/v1/replays/{found['id']}/diff", params={"with": "live"})
    assert_problem(answer, 409, "NothingWasLive")


def test_who_may_not_ask_is_told(crm: Caller) -> None:
    key = key_of(crm.api.services.ledger, "sam", roles=("sales",))
    crm.api.identity.refresh()
    with crm.api.client_with(key) as sam:
        assert_problem(sam.post("/v1/replays", json=ORDERED), 403, "NotPermitted")
        assert_problem(sam.get("/v1/replays"), 403, "NotPermitted")
