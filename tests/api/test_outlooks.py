"""From where a question may look: at a moment with a zone, not ahead of now, not before time began."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from api.http.app import create_app
from gateways.embedded.postgres import EmbeddedPostgres
from tests.support.postgres import TEMPLATE

from .asking import Caller, in_year
from .server import running_api

LISTS = ("/v1/customers", "/v1/leads", "/v1/deals", "/v1/tasks", "/v1/pool", "/v1/duplicates", "/v1/pipelines")
QUESTIONS = (*LISTS, "/v1/pipeline", "/v1/forecasts", "/v1/segments/repeat_buyers", "/v1/workloads")
each_moment = pytest.mark.parametrize("name", ["as_of", "known_at"])


@pytest.fixture(scope="module")
def young(postgres: EmbeddedPostgres) -> Iterator[Caller]:
    """Of a log of its own, whose first event happened in 2020."""
    with psycopg.connect(postgres.owner_dsn("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE young TEMPLATE {TEMPLATE}")
    with running_api(postgres.dsn("young")) as api, api.client() as client:
        crm = Caller(api, client)
        crm.person(occurred_at=in_year(2020))
        yield crm


@each_moment
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_moment_has_a_time_zone(crm: Caller, question: str, name: str) -> None:
    problem = crm.refused("GET", question, 422, "InvalidRequest", name, params={name: "2026-01-01T00:00:00"})

    assert "timezone" in problem["detail"]


@each_moment
@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_is_known_of_the_future(crm: Caller, question: str, name: str) -> None:
    crm.refused("GET", question, 422, "MomentInTheFuture", name, params={name: "2999-01-01T00:00:00Z"})


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_had_happened_before_time_began(young: Caller, question: str) -> None:
    for moment in (in_year(2019), "0001-01-01T00:00:00Z"):
        problem = young.refused("GET", question, 422, "MomentBeforeTimeBegan", "as_of", params={"as_of": moment})

        assert "the log's first event happened at 2020-01-01T12:00:00+00:00" in problem["detail"]
    assert young.http.get(question, params={"as_of": in_year(2020)}).status_code == 200


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_was_known_before_the_first_event_was_recorded(young: Caller, question: str) -> None:
    first = min(datetime.fromisoformat(each["recorded_at"]) for each in young.asked("/v1/audit")["items"])
    asked = {"known_at": (first - timedelta(seconds=1)).isoformat()}
    problem = young.refused("GET", question, 422, "MomentBeforeTimeBegan", "known_at", params=asked)

    assert f"the log's first event was recorded at {first.isoformat()}" in problem["detail"]
    assert young.http.get(question, params={"known_at": first.isoformat()}).status_code == 200


def test_time_began_earlier_once_something_earlier_is_told(young: Caller) -> None:
    young.refused("GET", "/v1/leads", 422, "MomentBeforeTimeBegan", "as_of", params={"as_of": in_year(2010)})
    young.person(occurred_at=in_year(2005))

    assert young.asked("/v1/leads", as_of=in_year(2010))["items"] == []


def test_the_description_says_which_moments_are_refused() -> None:
    described = create_app(None, None).openapi()["paths"]  # type: ignore[arg-type]
    for question in QUESTIONS:
        operation = described[question.replace("repeat_buyers", "{segment}")]["get"]
        named = {each["name"]: each.get("description", "") for each in operation["parameters"]}
        for name in ("as_of", "known_at"):
            for part in ("with a time zone", "not in the future", "not before the first event of the log"):
                assert part in named[name], (question, name)


def test_an_answer_names_from_where_it_looks(crm: Caller) -> None:
    lead, then = crm.lead(occurred_at=in_year(2021)), in_year(2022)
    known_at = datetime.now(UTC).isoformat()
    named = {"as_of": "2022-01-01T12:00:00Z", "known_at": known_at.replace("+00:00", "Z")}
    page = crm.ask("/v1/leads", as_of=then, known_at=known_at)
    record = crm.ask(f"/v1/leads/{lead}", as_of=then, known_at=known_at)

    assert {name: page.json()[name] for name in named} == named
    for answer in (page, record):
        assert (answer.headers["As-Of"], answer.headers["Known-At"]) == (then, known_at)
        assert int(answer.headers["Position"]) >= 1


def test_an_answer_about_the_present_says_when_that_was(crm: Caller) -> None:
    before = datetime.now(UTC)
    answer = crm.ask("/v1/leads")
    page = answer.json()

    assert before <= datetime.fromisoformat(page["as_of"]) <= datetime.now(UTC)
    assert page["known_at"] is None
    assert "As-Of" not in answer.headers


def test_a_question_with_known_at_alone_is_answered_as_it_would_have_been_then(crm: Caller) -> None:
    """How long a deal lies in its stage is counted up to the moment that the question is about."""
    deal = crm.deal(occurred_at=in_year(2020))
    known_at = datetime.now(UTC).isoformat()

    assert crm.asked(f"/v1/deals/{deal}", known_at=known_at)["days_in_stage"] > 365 * 5
    assert crm.asked(f"/v1/deals/{deal}", known_at=known_at, as_of=in_year(2020, 2))["days_in_stage"] == 31


def test_of_the_past_no_version_is_told_that_a_change_could_name(crm: Caller) -> None:
    lead = crm.lead(occurred_at=in_year(2021))

    assert "ETag" in crm.ask(f"/v1/leads/{lead}").headers
    assert "ETag" not in crm.ask(f"/v1/leads/{lead}", as_of=in_year(2022)).headers
