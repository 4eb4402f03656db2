"""Paths, parameters, headers and methods that the API does not know."""

import socket
from uuid import UUID

import pytest

from .asking import Caller, assert_problem


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/customers/ada", "customer_id"),
        ("/v1/customers/%00", "customer_id"),
        ("/v1/leads/7", "lead_id"),
        ("/v1/deals/" + "9" * 5000, "deal_id"),
        ("/v1/customers?limit=0", "limit"),
        ("/v1/customers?limit=501", "limit"),
        ("/v1/customers?limit=" + "9" * 5000, "limit"),
        ("/v1/customers?limit=many", "limit"),
        ("/v1/customers?after=ada", "after"),
        ("/v1/customers?kind=robot", "kind"),
        ("/v1/customers?email=%00", "email"),
        ("/v1/customers?email=" + "x" * 501, "email"),
        (f"/v1/customers/{UUID(int=1)}/timeline?before=-1", "before"),
        (f"/v1/customers/{UUID(int=1)}/timeline?before=" + "9" * 30, "before"),
        ("/v1/pipeline?as_of=2026-01-01T00:00:00", "as_of"),
        ("/v1/pipeline?as_of=2026", "as_of"),
        ("/v1/pipeline?as_of=", "as_of"),
        ("/v1/pipeline?as_of=%00", "as_of"),
        ("/v1/pipeline?as_of=9999-12-31T23:59:59-05:00", "as_of"),
        ("/v1/forecasts?first=0", "first"),
        ("/v1/forecasts?last=2026-02-30", "last"),
        ("/v1/segments/repeat_buyers?after=ada", "after"),
    ],
)
def test_a_wrong_parameter_is_named(crm: Caller, path: str, field: str) -> None:
    problem = crm.refused("GET", path, 422, "InvalidRequest", field)

    assert problem["errors"][0]["pointer"] == field


def test_a_plus_that_became_a_blank_is_explained(crm: Caller) -> None:
    path = "/v1/pipeline?as_of=2026-01-01T00:00:00+00:00"
    problem = crm.refused("GET", path, 422, "InvalidRequest", "as_of")

    assert "write %2B" in problem["detail"]
    assert crm.http.get(path.replace("+", "%2B")).status_code == 200


@pytest.mark.parametrize("path", ["/v1/pipeline", "/v1/forecasts", "/v1/segments/repeat_buyers"])
def test_nothing_is_known_of_the_future(crm: Caller, path: str) -> None:
    crm.refused("GET", path, 422, "MomentInTheFuture", "as_of", params={"as_of": "2999-01-01T00:00:00Z"})


def test_no_what_if_of_the_future(crm: Caller) -> None:
    body = {"win_rates": {"proposal": 5}, "as_of": "2999-01-01T00:00:00Z"}

    crm.refused("POST", "/v1/forecasts:what-if", 422, "MomentInTheFuture", "as_of", json=body)


def test_a_misspelt_parameter_is_not_passed_over(crm: Caller) -> None:
    asked = {"asof": "2020-01-01T00:00:00Z"}
    problem = crm.refused("GET", "/v1/pipeline", 422, "UnknownParameter", "asof", params=asked)

    assert problem["detail"] == "there is no parameter 'asof' (there is as_of, known_at)"


def test_a_half_surrogate_in_a_url_finds_nothing(crm: Caller) -> None:
    assert crm.asked("/v1/customers?email=%ED%A0%80")["items"] == []
    crm.refused("GET", "/v1/segments/%ED%A0%80", 404, "SegmentNotFound", "segment")


def test_an_unknown_segment_is_not_found(crm: Caller) -> None:
    crm.refused("GET", "/v1/segments/nobody", 404, "SegmentNotFound", "segment")


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/customer", "/v2/customers", "/v1/customers/", "/" + "x" * 50_000, "/%00", "/v1/%2e%2e/x"]
)
def test_an_unknown_path_leads_nowhere(crm: Caller, path: str) -> None:
    crm.refused("GET", path, 404, "NoSuchResource")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/customers", "GET, HEAD, POST"),
        ("PUT", "/v1/customers/0197a000-0000-7000-8000-000000000001", "GET, HEAD, PATCH"),
        ("OPTIONS", "/v1/deals", "GET, HEAD, POST"),
        ("TRACE", "/v1/pipeline", "GET, HEAD"),
        ("GET", "/v1/interactions:batch", "POST"),
        ("BREW", "/livez", "GET, HEAD"),
        ("PUT", "/v1/access/members/webshop/remove", "POST"),
        ("GET", "/v1/access/roles/sales/remove", "POST"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(crm: Caller, method: str, path: str, allowed: str) -> None:
    answer = crm.http.request(method, path)

    assert_problem(answer, 405, "MethodNotAllowed")
    assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize("path", ["/livez", "/v1/pipeline"])
def test_head_is_get_without_the_body(crm: Caller, path: str) -> None:
    answer = crm.http.head(path)

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Type"] == "application/json"
    assert int(answer.headers["Content-Length"]) > 2


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("X-On-Behalf-Of", "", "NoName"),
        ("X-On-Behalf-Of", "x" * 101, "NoName"),
        ("X-Correlation-Id", "7", "NoCorrelation"),
        ("X-Correlation-Id", "", "NoCorrelation"),
        ("X-Caused-By", "-1", "NoCause"),
        ("X-Caused-By", "0", "NoCause"),
        ("X-Caused-By", "1.5", "NoCause"),
        ("X-Caused-By", "9" * 30, "NoCause"),
        ("If-Match", "3", "NoVersion"),
        ("If-Match", 'W/"3"', "NoVersion"),
        ("If-Match", '"3", x', "NoVersion"),
        ("If-Match", "", "NoVersion"),
        ("Idempotency-Key", "", "NoKey"),
        ("Idempotency-Key", "k" * 256, "NoKey"),
        ("Idempotency-Key", "k\tk", "NoKey"),
    ],
)
def test_a_wrong_header_of_a_command_is_named(crm: Caller, name: str, value: str, rule: str) -> None:
    body = {"kind": "person"}

    crm.refused("POST", "/v1/customers", 422, rule, name, json=body, headers={name: value})


def test_nothing_reacts_to_what_never_happened(crm: Caller) -> None:
    headers = {"X-Caused-By": "99999999999"}

    crm.refused(
        "POST", "/v1/customers", 404, "CauseNotFound", "X-Caused-By", json={"kind": "person"}, headers=headers
    )


@pytest.mark.parametrize("value", ["", "-1", "1.5", "last", "9" * 5000])
def test_a_wrong_min_position_is_named(crm: Caller, value: str) -> None:
    crm.refused("GET", "/v1/pipeline", 422, "InvalidRequest", "Min-Position", headers={"min-position": value})


@pytest.mark.parametrize("sent", ["Zoë".encode(), "Zoë".encode("latin-1")], ids=["UTF-8", "Latin-1"])
def test_a_name_in_a_header_is_read_as_it_was_meant(crm: Caller, sent: bytes) -> None:
    person = crm.person()
    body = {"customer_id": person, "channel": "web", "direction": "inbound"}
    headers = {b"x-on-behalf-of": sent}
    crm.http.post("/v1/interactions", json=body, headers=headers)
    newest, *_ = crm.timeline(person)

    assert newest["on_behalf_of"] == "Zoë"


def test_a_nul_in_a_header_ends_the_conversation(crm: Caller) -> None:
    host, port = crm.api.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(b"GET /v1/pipeline HTTP/1.1\r\nHost: x\r\nX-On-Behalf-Of: a\0b\r\n\r\n")
        answer = connection.recv(1000)

    assert answer.startswith(b"HTTP/1.1 400 ")
