import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from projections.customer_360.query import customer_list
from projections.engine.database import connect, transaction
from projections.engine.reading import ReadModels
from projections.engine.schema import create_schema
from projections.engine.unavailable import ReadModelNotReady

from .asking import Caller, assert_problem
from .server import RunningApi

QUESTIONS = ("/v1/customers", "/v1/pipeline", "/v1/forecasts", "/v1/segments/repeat_buyers")


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_says_up_to_where_it_holds(crm: Caller, question: str) -> None:
    position = crm.told("/v1/customers", {"kind": "person"})["position"]

    assert int(crm.ask(question).headers["Position"]) >= position


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_with_nothing_missing_is_not_old(crm: Caller, question: str) -> None:
    position = crm.told("/v1/customers", {"kind": "person"})["position"]
    answer = crm.http.get(question, headers={"Min-Position": str(position)})

    assert answer.headers["Lag-Seconds"] == "0"
    assert crm.ask(f"/v1/customers/{crm.person()}/timeline").headers["Lag-Seconds"] == "0"
    assert "Lag-Seconds" in crm.http.post("/v1/duplicates:check", json={"name": "Ada"}).headers


def test_an_answer_says_how_old_it_is(crm: Caller) -> None:
    with crm.api.folding.held():
        crm.told("/v1/customers", {"kind": "person"})
        time.sleep(0.1)
        first = float(crm.http.get("/v1/customers").headers["Lag-Seconds"])
        crm.told("/v1/customers", {"kind": "person"})
        time.sleep(0.1)
        then = float(crm.http.get("/v1/customers").headers["Lag-Seconds"])

    assert 0.1 <= first <= then - 0.1


def test_a_question_waits_for_the_position_that_it_names(crm: Caller) -> None:
    with ThreadPoolExecutor(1) as client:
        with crm.api.folding.held():
            deal = crm.told("/v1/deals", {"customer_id": crm.person(), "name": "Seats"})
            waiting = client.submit(crm.ask, "/v1/pipeline")
            time.sleep(0.2)
            waits = not waiting.done()
        answer = waiting.result()

    assert waits
    assert int(answer.headers["Position"]) >= deal["position"]


def test_a_question_that_cannot_wait_longer_is_told_how_far(crm: Caller) -> None:
    with crm.api.folding.held():
        reached = int(crm.ask("/v1/customers").headers["Position"])
        position = crm.told("/v1/customers", {"kind": "person"})["position"]
        answer = crm.http.get("/v1/customers", headers={"Min-Position": str(position)})
    problem = assert_problem(answer, 503, "NotFreshEnough")

    behind = f"{position - reached} events and 2."
    assert problem["detail"].startswith(
        f"customer_360 is at position {reached}, not yet at {position}; it is {behind}"
    )
    assert float(answer.headers["Lag-Seconds"]) >= 2
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["Position"] == str(reached)


@pytest.mark.parametrize("question", ["360", "360?as_of=2026-01-01T00:00:00Z"])
def test_a_position_that_nobody_gave_out_is_not_waited_for(crm: Caller, question: str) -> None:
    path, asked = f"/v1/customers/{crm.person()}/{question}", {"Min-Position": str(crm.api.log_end() + 1)}

    crm.refused("GET", path, 409, "PositionNotGivenOut", "Min-Position", headers=asked)


def test_the_timeline_is_of_the_last_event(crm: Caller) -> None:
    person = crm.person()

    assert int(crm.ask(f"/v1/customers/{person}/timeline").headers["Position"]) == crm.api.log_end()


def test_the_status_tells_how_far_each_part_is(crm: Caller) -> None:
    position = crm.told("/v1/customers", {"kind": "person"})["position"]
    for question in QUESTIONS:
        crm.ask(question)
    status = crm.asked("/v1/status")

    assert status["log_position"] == position
    assert {fold["fold"]: fold["lag_events"] for fold in status["folds"]} == {
        "customer_360": 0,
        "deals": 0,
        "duplicates": 0,
        "follow_ups": 0,
        "forecasts": 0,
        "identities": 0,
        "leads": 0,
        "search": 0,
        "segment_repeat_buyers": 0,
        "tasks": 0,
    }
    assert status["relay_lag_events"] == position
    assert status["parked"] == []


def test_the_process_is_alive_and_ready(crm: Caller) -> None:
    assert crm.asked("/livez") == {"status": "alive"}
    assert crm.asked("/readyz") == {"status": "ready"}


def test_before_any_projector_ran_a_list_is_not_there_yet(dsn: str) -> None:
    connection = connect(dsn)
    create_schema(connection)
    connection.close()

    reads = ReadModels(dsn)
    with pytest.raises(ReadModelNotReady, match="no projector has run"), reads.cursor() as cursor:
        customer_list(cursor)
    reads.close()


def test_rows_of_a_form_that_the_program_does_not_know_are_told_of_and_no_error_of_ours(
    api: RunningApi, crm: Caller
) -> None:
    ada = crm.person()
    crm.asked(f"/v1/customers/{ada}/360")
    with api.folding.held(), closing(connect(api.services.dsn)) as connection, transaction(connection) as cursor:
        cursor.execute("UPDATE customer_360 SET state = '{}' WHERE key = %s", (ada,))

    for headers in ({}, {"Min-Position": "1"}):
        answer = crm.http.get(f"/v1/customers/{ada}/360", headers=headers)
        problem = assert_problem(answer, 503, "ReadModelNotReady")
        assert "of another version of the program" in problem["detail"]
