"""Speaks to the API as a client does; each question waits until it sees what was told before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx

from .server import RunningApi

JSON = {"Content-Type": "application/json"}
EUR = "EUR"


def in_year(year: int, month: int = 1, day: int = 1) -> str:
    """A moment on a day long ago, as it is written in JSON."""
    return datetime(year, month, day, 12, tzinfo=UTC).isoformat()


def amount(value: str, currency: str = EUR) -> dict[str, str]:
    return {"amount": value, "currency": currency}


def assert_problem(response: httpx.Response, status: int, rule: str, field: str | None = None) -> dict[str, Any]:
    problem: dict[str, Any] = response.json()
    assert (response.status_code, problem["type"]) == (status, f"/problems/{rule}"), response.text[:500]
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem.get("field") == field, problem
    return problem


class Caller:
    def __init__(self, api: RunningApi, http: httpx.Client) -> None:
        self.api = api
        self.http = http
        self._seen = 0

    def tell(self, path: str, body: Any = None, *, method: str = "POST", **headers: str) -> httpx.Response:
        """Tell a command; it has to succeed."""
        response = self.http.request(method, path, json=body or {}, headers=_headers(headers))
        assert response.status_code in (200, 201), response.text
        self._seen = response.json()["position"]
        return response

    def told(self, path: str, body: Any = None, *, method: str = "POST", **headers: str) -> dict[str, Any]:
        receipt: dict[str, Any] = self.tell(path, body, method=method, **headers).json()
        return receipt

    def ask(self, path: str, **params: Any) -> httpx.Response:
        response = self.http.get(path, params=params or None, headers={"Min-Position": str(self._seen)})
        assert response.status_code == 200, response.text
        if path.endswith("/360") and not params:  # who waits for nothing is answered in a shorter way
            short = self.http.get(path)
            assert (_lasting(short), short.headers.keys()) == (_lasting(response), response.headers.keys())
        return response

    def asked(self, path: str, **params: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.ask(path, **params).json()
        return answer

    def pages(self, path: str, *, by: str = "after", **params: Any) -> Iterator[list[dict[str, Any]]]:
        """The items of each page, to the last."""
        behind: dict[str, str] = {}
        while True:
            page = self.asked(path, **params, **behind)
            yield page["items"]
            if page["next"] is None:
                return
            behind = {by: page["next"]}

    def refused(
        self,
        method: str,
        path: str,
        status: int,
        rule: str,
        field: str | None = None,
        **request: Any,
    ) -> dict[str, Any]:
        """The problem that a request is answered with; nothing was recorded."""
        before = self.api.log_end()
        problem = assert_problem(self.http.request(method, path, **request), status, rule, field)
        assert self.api.log_end() == before
        return problem

    def person(self, **fields: Any) -> str:
        return self._id("/v1/customers", {"kind": "person", "name": "Ada Nilsson", **fields})

    def organisation(self, name: str = "Lind & Co") -> str:
        return self._id("/v1/customers", {"kind": "organisation", "name": name})

    def lead(self, **fields: Any) -> str:
        return self._id("/v1/leads", {"name": "Tomas Lind", "channel": "web", **fields})

    def qualified_lead(self) -> str:
        lead = self.lead()
        self.told(f"/v1/leads/{lead}/qualify")
        return lead

    def deal(self, customer: str | None = None, **fields: Any) -> str:
        opened = {"customer_id": customer or self.person(), "name": "Two hundred seats", "amount": amount("24000")}
        return self._id("/v1/deals", {**opened, **fields})

    def order(self, customer: str | None = None, total: str = "100.00", **fields: Any) -> str:
        return self._id("/v1/orders", {"customer_id": customer or self.person(), "total": amount(total), **fields})

    def task(self, customer: str | None = None, **fields: Any) -> str:
        planned = {"customer_id": customer or self.person(), "title": "Call about the offer"}
        return self._id("/v1/tasks", {**planned, **fields})

    def timeline(self, customer: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.asked(f"/v1/customers/{customer}/timeline")["items"]
        return items

    def _id(self, path: str, body: dict[str, Any]) -> str:
        return str(self.told(path, body)["id"])


def _lasting(view: httpx.Response) -> dict[str, Any]:
    """A 360 view without what the moment changes by itself."""
    told: dict[str, Any] = view.json() | {"as_of": None, "health": None}
    group: dict[str, Any] = told["group"] and told["group"] | {"scores": _whose(told["group"]["scores"])}
    return told | {"scores": _whose(told["scores"]), "group": group}


def _whose(scores: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["customer_id"], each["model"]) for each in scores]


def _headers(given: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in given.items()}
