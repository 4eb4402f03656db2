"""Each operation is found at its place, as the router finds it by trying all."""

import asyncio
import re
from typing import Any

import pytest
from starlette.routing import Match

from api.http.app import create_app
from api.http.route import Route
from api.http.view_360 import Customer360Answer

from .asking import Caller

APP = create_app(None, None)  # type: ignore[arg-type]
ROUTES = [route for route in APP.router.routes if isinstance(route, Route)]


def scope(method: str, path: str) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "headers": [], "root_path": ""}


def test_a_path_leads_to_the_first_route_that_it_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    handled: list[Route] = []

    async def handle(route: Route, *_: object) -> None:
        handled.append(route)

    monkeypatch.setattr(Route, "handle", handle)
    for method, route in ((method, each) for each in ROUTES for method in each.methods or ()):
        path = re.sub(r"{[^}]*}", "0190a000-0000-7000-8000-00000000000a", route.path)
        first = next(each for each in ROUTES if each.matches(scope(method, path))[0] is Match.FULL)
        asyncio.run(APP.router.middleware_stack(scope(method, path), None, None))  # type: ignore[arg-type]
        assert handled.pop() is first, (method, path)


@pytest.mark.parametrize(
    "path", ["/v1/nothing", "/", "/v1", "/v1/customers/a/b/c/d", "//v1/customers", "/v1/{x}/{y}"]
)
def test_a_path_that_leads_nowhere_is_told_so(crm: Caller, path: str) -> None:
    assert crm.http.get(path, follow_redirects=True).status_code in (200, 404)


def test_another_method_is_told_which_there_are(crm: Caller) -> None:
    answer = crm.http.delete(f"/v1/customers/{crm.person()}/360")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_a_question_in_its_short_way_is_answered_as_in_its_long_one(crm: Caller) -> None:
    person = crm.person(email="ada.nilsson@fjord.example")
    crm.deal(person)
    crm.order(person)
    path = f"/v1/customers/{person}/360"
    crm.ask(path)
    short, long = (crm.http.get(path, headers=headers) for headers in ({}, {"Min-Position": "0"}))

    assert short.json() | {"as_of": None} == long.json() | {"as_of": None}
    assert short.headers.keys() == long.headers.keys()
    assert Customer360Answer.model_validate_json(short.content).model_dump(mode="json") == short.json()
    for no_id in ("nobody", person[:-2] + "_1", "\u0661" + person[1:]):
        assert crm.http.get(f"/v1/customers/{no_id}/360").status_code == 422
    assert crm.http.get(path + "?limit=3").status_code == 422
