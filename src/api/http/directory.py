"""Leads a request to its route without asking each route whether it is meant."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fastapi.routing import APIRoute, APIRouter
from starlette.convertors import StringConvertor
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

Place = tuple[str, int, str, str]
"""A method, how many steps the path has, its second step, and its last one; empty where that is a parameter."""


class Entry(NamedTuple):
    """A route, and which steps of its path are `fixed` and which have a name."""

    route: APIRoute
    fixed: Sequence[tuple[int, str]]
    named: Sequence[tuple[int, str]]

    def found(self, steps: Sequence[str]) -> dict[str, str] | None:
        """The path's parameters, by name; None where the path does not lead here."""
        for at, step in self.fixed:
            if steps[at] != step:
                return None
        parameters = {name: steps[at] for at, name in self.named}
        return parameters if all(parameters.values()) else None


class Directory:
    """ASGI, in front of a router: of its routes, those at the place of the path are tried in their order. What is
    not found there is left to the router, which knows of wrong methods and of paths that lead nowhere."""

    def __init__(self, router: APIRouter, routes: Iterable[APIRoute]) -> None:
        self._router = router
        self._at: dict[Place, list[APIRoute | Entry]] = {}
        for route in routes:
            for method in route.methods or ():
                self._at.setdefault(_place_of(method, route.path), []).append(_entry(route))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            method, steps = scope["method"], scope["path"].split("/")
            for last in (steps[-1], ""):
                for entry in self._at.get((method, len(steps), _second(steps), last), ()):
                    found = _found(entry, scope, steps)
                    if found is not None:
                        scope["router"] = self._router
                        scope.update(found)
                        await found["route"].handle(scope, receive, send)
                        return
        await self._router.app(scope, receive, send)


def _entry(route: APIRoute) -> APIRoute | Entry:
    """The route itself, where its parameters are more than whole steps of the path."""
    if any(type(each) is not StringConvertor for each in route.param_convertors.values()):
        return route
    steps = list(enumerate(route.path.split("/")))
    named = [(at, step[1:-1]) for at, step in steps if step[:1] + step[-1:] == "{}"]
    if {name for _, name in named} != set(route.param_convertors):
        return route
    return Entry(route, [(at, step) for at, step in steps if "{" not in step], named)


def _found(entry: APIRoute | Entry, scope: Scope, steps: Sequence[str]) -> Scope | None:
    """What the scope is told of the route, if it is the one."""
    if isinstance(entry, Entry):
        parameters = entry.found(steps)
        if parameters is None:
            return None
        return {"endpoint": entry.route.endpoint, "path_params": parameters, "route": entry.route}
    match, found = entry.matches(scope)
    return found if match is Match.FULL else None


def _place_of(method: str, path: str) -> Place:
    steps = path.split("/")
    return method, len(steps), _second(steps), "" if "{" in steps[-1] else steps[-1]


def _second(steps: list[str]) -> str:
    return steps[2] if len(steps) > 2 and "{" not in steps[2] else ""
