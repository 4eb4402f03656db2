"""Every route says which permission it asks for; one that says none cannot be made."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute, iter_route_contexts

from api.http.asking import Asking
from api.http.conditions import read_conditions
from api.http.repeats import answered_once
from domain.access import PERMISSIONS, Level, NotPermitted
from domain.refusals import Invalid

PUBLIC = "public"
"""In place of a permission: everybody may ask, unknown."""

_OPEN_TO_ALL = ("/openapi.json",)
E = TypeVar("E", bound=Callable[..., Any])
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class UnknownParameter(Invalid):
    """A request has no query parameters but those that the API describes."""


class UndeclaredPermission(Exception):
    """A route says no permission, or one that there is not: the program does not start."""


def permits(permission: str) -> Callable[[E], E]:
    """Declare what an endpoint asks for: a permission, or PUBLIC."""

    def declare(endpoint: E) -> E:
        endpoint.permission = permission  # type: ignore[attr-defined]
        return endpoint

    return declare


class Route(APIRoute):
    """Finds out who asks, whether that one may, and under which conditions, before the body is read."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **how: Any) -> None:
        self.permission = str(getattr(endpoint, "permission", "no permission"))
        if self.permission not in (*PERMISSIONS, PUBLIC):
            raise UndeclaredPermission(f"{path} declares {self.permission}")
        self._known_parameters: frozenset[str] | None = None
        super().__init__(path, endpoint, **how)

    @property
    def commands(self) -> bool:
        """Whether it changes something."""
        return self.permission != PUBLIC and not self.permission.endswith(":read")

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        if self.permission == PUBLIC:
            return self._public(handle)

        async def handler(request: Request) -> Response:
            services = request.app.state.services
            headers = request.headers
            caller = await request.app.state.identity.authenticate(headers.get("authorization"))
            if caller.grants.get(self.permission, Level.NONE) is Level.NONE:
                raise NotPermitted(f"{caller.principal} lacks the permission {self.permission}")
            self._check_parameters(request)
            client = request.client.host if request.client else None
            if not self.commands:
                request.scope["asking"] = Asking(services, caller, self.permission, client)
                return await handle(request)
            asking = Asking(services, caller, self.permission, client, await read_conditions(services, headers))
            request.scope["asking"] = asking
            return await answered_once(request, asking, handle)

        return handler

    def _public(self, handle: Handler) -> Handler:
        async def handler(request: Request) -> Response:
            self._check_parameters(request)
            return await handle(request)

        return handler

    def _check_parameters(self, request: Request) -> None:
        """A misspelt `as_of` would otherwise be answered with the present, and nobody would notice."""
        if not request.scope["query_string"]:
            return
        if self._known_parameters is None:
            self._known_parameters = _described(request.app, self)
        for name in request.query_params:
            if name not in self._known_parameters:
                there_is = ", ".join(sorted(self._known_parameters)) or "none"
                raise UnknownParameter(f"there is no parameter {name!r} (there is {there_is})", field=name)


def routes_of(app: FastAPI) -> list[Route]:
    """The routes of the API itself.

    Raises:
        UndeclaredPermission: deny by default: a route asks for a permission, or says that it is open to all.
    """
    found = [context.original_route for context in iter_route_contexts(app.routes)]
    for route in found:
        if not isinstance(route, Route) and getattr(route, "path", None) not in _OPEN_TO_ALL:
            raise UndeclaredPermission(f"{route!r} declares no permission")
    return [route for route in found if isinstance(route, Route)]


def _described(app: FastAPI, route: APIRoute) -> frozenset[str]:
    operations = app.openapi()["paths"][route.path_format].values()
    return frozenset(
        parameter["name"]
        for operation in operations
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and operation["operationId"] == route.name
    )
