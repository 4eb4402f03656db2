"""Scores over HTTP: models that are defined, promoted and retired; who has which score, now and in the past."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from .asking import Caller, in_year
from .company import Company
from .mails import ENGAGEMENT, MODEL, SCORES, define, mail, mails_live, wait_for_lists
from .server import RunningApi


@pytest.fixture
def live(crm: Caller) -> Iterator[int]:
    yield from mails_live(crm)


def of(crm: Caller, person: str, **asked: Any) -> dict[str, Any]:
    scores: list[dict[str, Any]] = crm.asked(f"/v1/customers/{person}/scores", **asked)["scores"]
    return next(each for each in scores if each["model"] == "mails")


def listed(crm: Caller, people: list[str], **asked: Any) -> list[str]:
    page = crm.asked(SCORES, limit=500, **asked)
    return [each["customer_id"] for each in page["items"] if each["customer_id"] in people]


def test_a_score_names_the_rules_the_events_and_the_version_behind_it(crm: Caller, live: int) -> None:
    person = crm.person(occurred_at=in_year(2015))
    first, second = mail(crm, person, 2020), mail(crm, person, 2020, 3)
    score = of(crm, person, as_of=in_year(2020, 1, 3), model=f"mails:{live}")

    assert (score["version"], score["band"]) == (live, "warm")
    assert score["value"] == pytest.approx(8 + 8 * 2 ** (-2 / 3650))
    assert score["contributions"] == [
        {
            "rule": "mails",
            "points": score["value"],
            "attribute": None,
            "value": None,
            "times": 2,
            "positions": [second, first],
        }
    ]


def test_a_score_of_a_past_day_is_explained_by_the_version_that_was_live_then(crm: Caller, live: int) -> None:
    person = crm.person(occurred_at=in_year(2020))
    mail(crm, person, 2020)
    before = datetime.now(UTC).isoformat()
    doubled = define(crm, {**ENGAGEMENT, "engagement": [{**ENGAGEMENT["engagement"][0], "points": 16}]})
    crm.told(f"{MODEL}/promote", {"version": doubled})
    path = f"/v1/explain/score_mails/{person}"

    for version, asked in ((live, {"as_of": before}), (doubled, {"as_of": datetime.now(UTC).isoformat()})):
        score = of(crm, person, **asked)
        explained = crm.asked(path, field="score.value", **asked)
        assert (score["version"], explained["value"]) == (version, score["value"])
        assert explained["fold"]["document"] == f"scoring model mails, version {version}"
    crm.refused(
        "GET", path, 404, "ReadModelNotFound", "read_model", params={"field": "score", "as_of": in_year(2021)}
    )


def test_the_next_page_is_of_the_version_of_the_page_before_or_refused(crm: Caller, live: int) -> None:
    for person in (crm.person(), crm.person()):
        mail(crm, person, 2020)
    asked = {"after": crm.asked(SCORES, limit=1)["next"]}
    other = define(crm, {**ENGAGEMENT, "bands": []})

    assert crm.asked(SCORES, version=live, **asked)["items"]
    crm.refused("GET", SCORES, 409, "PageOfAnotherVersion", "after", params={"version": other, **asked})


def test_who_names_the_version_that_was_just_promoted_gets_no_other(crm: Caller, live: int) -> None:
    person = crm.person()
    mail(crm, person, 2024)
    crm.asked(SCORES)
    for _ in range(3):
        version = define(crm, {**ENGAGEMENT, "bands": [{"label": "any", "at_least": 0}]})
        crm.told(f"{MODEL}/promote", {"version": version})
        page = crm.http.get(SCORES, params={"version": version})  # at once, while its rows are being built
        assert (page.json()["version"], {each["band"] for each in page.json()["items"]}) == (version, {"any"})
    wait_for_lists(crm, version)
    crm.told(f"{MODEL}/promote", {"version": live})
    wait_for_lists(crm, live)


@pytest.mark.usefixtures("live")
def test_customers_come_by_their_scores_page_by_page(crm: Caller) -> None:
    ann, ben, cia = (crm.person() for _ in range(3))
    for person, days in ((ann, 1), (ben, 3), (cia, 2)):
        for day in range(days):
            mail(crm, person, 2024, day + 1)

    assert listed(crm, [ann, ben, cia]) == [ben, cia, ann]
    pages: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = crm.asked(SCORES, limit=1, **after)
        pages += [each["customer_id"] for each in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert [each for each in pages if each in (ann, ben, cia)] == [ben, cia, ann]
    assert listed(crm, [ann, ben, cia], at_least=10) == [ben, cia]
    assert listed(crm, [ann, ben, cia], band="cold") == [ann]


def test_in_the_past_the_model_is_the_one_that_was_live_unless_another_is_named(crm: Caller, live: int) -> None:
    person = crm.person(occurred_at=in_year(2015))
    mail(crm, person, 2020)
    path = f"/v1/customers/{person}/scores"

    assert crm.asked(path, as_of=in_year(2020, 2))["scores"] == []
    assert [each["value"] for each in crm.asked(path, as_of=in_year(2020, 1, 1), model="mails")["scores"]] == [8]
    crm.refused("GET", SCORES, 404, "ScoringModelNotFound", "model", params={"as_of": in_year(2020, 2)})
    unborn = f"as_of={in_year(2014)}".replace("+", "%2B")
    for asked in (f"{path}?{unborn}", f"{path}?model=mails&{unborn}", f"/v1/customers/{person}/360?{unborn}"):
        crm.refused("GET", asked, 404, "CustomerNotFound", "customer_id")
    assert listed(crm, [person], as_of=in_year(2020, 2), version=live) == [person]
    assert listed(crm, [person], as_of=in_year(2019), version=live) == []


def test_any_version_can_be_tried_before_it_is_live(crm: Caller, live: int) -> None:
    person = crm.person()
    mail(crm, person, 2024)
    doubled = {**ENGAGEMENT, "engagement": [{**ENGAGEMENT["engagement"][0], "points": 16}]}
    tried = define(crm, doubled)

    values = {
        version: next(
            each["value"]
            for each in crm.asked(SCORES, version=version, limit=500)["items"]
            if each["customer_id"] == person
        )
        for version in (live, tried)
    }
    assert values[tried] == pytest.approx(2 * values[live], rel=1e-6)
    assert of(crm, person)["version"] == live
    crm.told(f"{MODEL}/promote", {"version": tried})
    assert of(crm, person)["version"] == tried
    wait_for_lists(crm, tried)


@pytest.mark.rule("A version of a scoring model goes live at its moment by the clock", area="scores")
def test_a_version_goes_live_at_its_moment_by_the_clock_with_its_scores_ready(crm: Caller, live: int) -> None:
    person = crm.person()
    mail(crm, person, 2024)
    since = datetime.now(UTC) + timedelta(seconds=6)  # ample to ask a few times, and to fold a few events
    doubled = {**ENGAGEMENT, "engagement": [{**ENGAGEMENT["engagement"][0], "points": 16}]}
    second = define(crm, {**doubled, "effective_from": since.isoformat()})

    def versions(**asked: Any) -> tuple[int, ...]:
        view = crm.asked(f"/v1/customers/{person}/360", **asked)["scores"]
        explained = crm.asked(f"/v1/explain/score_mails/{person}", field="score.value", **asked)["fold"]
        shown = (of(crm, person, **asked)["version"], view[0]["version"], crm.asked(SCORES, **asked)["version"])
        return (*shown, int(explained["document"].rpartition(" ")[2]))

    before, coming = versions(), crm.asked(MODEL)
    assert datetime.now(UTC) < since, "asked in time"
    time.sleep((since - datetime.now(UTC)).total_seconds())
    after = versions()

    assert (before, after) == ((live,) * 4, (second,) * 4)
    assert (coming["live"], [each["version"] for each in coming["coming"]]) == (live, [second])
    assert (crm.asked(MODEL)["live"], crm.asked(MODEL)["coming"]) == (second, [])
    assert versions(as_of=(since - timedelta(microseconds=1)).isoformat()) == (live,) * 4
    assert versions(as_of=since.isoformat()) == (second,) * 4
    passed = {"version": live, "effective_from": since.isoformat()}
    crm.refused("POST", f"{MODEL}/promote", 422, "EffectiveInThePast", "effective_from", json=passed)


def test_the_360_view_shows_the_scores_and_the_health(crm: Caller, live: int) -> None:
    person, path = crm.person(), "/v1/scoring-models/wellbeing"
    mail(crm, person, 2024)
    signs = {"kind": "health", "engagement": ENGAGEMENT["engagement"], "health": {"start": 50}}
    crm.told(f"{path}/promote", {"version": define(crm, signs, path)})
    view = crm.asked(f"/v1/customers/{person}/360")
    crm.told(f"{path}/retire")
    mails, wellbeing = view["scores"]

    assert (mails["customer_id"], mails["model"], mails["version"]) == (person, "mails", live)
    assert mails["value"] == pytest.approx(of(crm, person)["value"], rel=1e-6)
    assert view["health"] == wellbeing
    assert wellbeing["value"] == pytest.approx(50 + mails["value"], rel=1e-6)


@pytest.mark.usefixtures("live")
def test_a_score_is_explained_like_any_number_by_the_events_that_moved_it(crm: Caller) -> None:
    person = crm.person()
    told = [mail(crm, person, 2024), mail(crm, person, 2025)]
    found = crm.asked(f"/v1/explain/score_mails/{person}", field="points.mails")

    assert [each["position"] for each in found["effects"]] == told
    assert found["value"] == pytest.approx(of(crm, person)["value"], rel=1e-6)
    assert "mails" in found["fold"]["rule"]


def test_a_lead_shows_the_scores_of_its_customer(crm: Caller, live: int) -> None:
    person = crm.person()
    lead = crm.lead(customer_id=person, name=None)
    mail(crm, person, 2024)
    shown = crm.asked(f"/v1/leads/{lead}")["customer_scores"]
    scored = [(person, "mails", live, "cold")]

    def told(scores: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        return [(each["customer_id"], each["model"], each["version"], each["band"]) for each in scores]

    assert told(shown) == scored
    (line,) = crm.asked("/v1/leads", customer_id=person)["items"]
    (then,) = crm.asked("/v1/leads", customer_id=person, as_of=datetime.now(UTC).isoformat())["items"]
    assert (line["id"], told(line["customer_scores"]), told(then["customer_scores"])) == (lead, scored, scored)
    assert crm.asked("/v1/leads", customer_id=person, fields="status")["items"] == [{"id": lead, "status": "new"}]


def test_a_model_has_all_its_versions_and_a_retired_one_gives_no_scores(crm: Caller, live: int) -> None:
    person = crm.person()
    crm.told(f"{MODEL}/retire", {"reason": "nobody looks at it"})
    model = crm.asked(MODEL)

    assert (model["live"], model["kind"], len(model["items"])) == (None, "engagement", model["versions"])
    assert model["items"][live - 1]["document"]["engagement"][0]["points"] == 8
    assert model["items"][live - 1]["defined_by"]
    assert crm.asked(f"/v1/customers/{person}/scores")["scores"] == []
    assert "mails" in [each["id"] for each in crm.asked("/v1/scoring-models")["items"]]
    crm.refused("GET", SCORES, 404, "ScoringModelNotLive", "model")
    crm.refused("POST", f"{MODEL}/retire", 404, "ScoringModelNotLive", "model", json={})


def test_a_model_that_means_nothing_is_refused_by_the_part(crm: Caller) -> None:
    rule = ENGAGEMENT["engagement"][0]
    other_field = {**rule, "where": [{"attribute": "total", "operator": "is_set"}]}
    for changed, name, field in (
        ({"engagement": [rule, rule]}, "DuplicateScoringRule", "engagement.1.name"),
        ({"engagement": []}, "PartOutOfKind", "engagement"),
        ({"engagement": [other_field]}, "UnknownEventField", "engagement.0.where.0.attribute"),
        (
            {"kind": "predictive", "engagement": [], "predictive": {"of": 1}},
            "MalformedScoringModel",
            "predictive.of",
        ),
    ):
        crm.refused("PUT", MODEL, 422, name, field, json={**ENGAGEMENT, **changed})
    crm.refused("POST", f"{MODEL}/promote", 404, "ScoringModelNotFound", "version", json={"version": 999})


@pytest.mark.usefixtures("live")
def test_a_page_is_of_the_moment_of_the_first_and_not_for_long(crm: Caller) -> None:
    for person in (crm.person(), crm.person()):
        mail(crm, person, 2020)
    version, _, *place = crm.asked(SCORES, limit=1)["next"].split("~")
    old = "~".join((version, "0", *place))
    crm.refused("GET", SCORES, 409, "PageTooOld", "after", params={"after": old})


def test_a_lead_tells_nothing_of_a_customer_who_is_out_of_sight(api: RunningApi, crm: Caller, live: int) -> None:
    company = Company(api)
    person = crm.person(owner=company.other)
    lead = crm.lead(customer_id=person, name=None, owner=company.me)
    mail(crm, person, 2024)
    crm.asked("/v1/leads", customer_id=person)  # waits for what was told
    for grants, told in (("none", 0), ("own", 0), ("all", 1)):
        me = company.caller({"lead:read": "own", "customer:read": grants})
        (line,) = me.asked("/v1/leads", customer_id=person)["items"]
        shown = me.asked(f"/v1/leads/{lead}")["customer_scores"]
        assert (len(shown), len(line["customer_scores"])) == (told, told), grants
