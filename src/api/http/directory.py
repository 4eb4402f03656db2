"""Leads a request to its route without asking each route whether it is meant."""

from collections.abc import Iterable

from fastapi.routing import APIRoute, APIRouter
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

Place = tuple[str, int, str, str]
"""A method, how many steps the path has, its second step, and its last one; empty where that is a parameter."""


class Directory:
    """ASGI, in front of a router: of its routes, those at the place of the path are tried in their order. What is
    not found there is left to the router, which knows of wrong methods and of paths that lead nowhere."""

    def __init__(self, router: APIRouter, routes: Iterable[APIRoute]) -> None:
        self._router = router
        self._at: dict[Place, list[APIRoute]] = {}
        for route in routes:
            for method in route.methods or ():
                self._at.setdefault(_place_of(method, route.path), []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            method, steps = scope["method"], scope["path"].split("/")
            for last in (steps[-1], ""):
                for route in self._at.get((method, len(steps), _second(steps), last), ()):
                    match, found = route.matches(scope)
                    if match is Match.FULL:
                        scope["router"] = self._router
                        scope.update(found)
                        await route.handle(scope, receive, send)
                        return
        await self._router.app(scope, receive, send)


def _place_of(method: str, path: str) -> Place:
    steps = path.split("/")
    return method, len(steps), _second(steps), "" if "{" in steps[-1] else steps[-1]


def _second(steps: list[str]) -> str:
    return steps[2] if len(steps) > 2 and "{" not in steps[2] else ""
