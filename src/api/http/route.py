"""Every route says which permission it asks for; one that says none cannot be made."""

from collections.abc import Callable, Coroutine, Mapping
from inspect import iscoroutinefunction
from typing import Any, TypeVar

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.types import Receive, Scope, Send

from api.http.asking import Asking
from api.http.conditions import read_conditions
from api.http.plain_bodies import plainly
from api.http.ready import made_ready
from api.http.repeats import answered_once
from api.http.responses import RESPONSES
from api.http.sparse import sparse
from domain.access import PERMISSIONS, Caller, Level, NotPermitted
from domain.refusals import Invalid

PUBLIC = "public"
"""In place of a permission: everybody may ask, unknown."""

KNOWN = "known"
"""In place of a permission: everybody may ask of whom it is known who asks."""

_REPRESENT = "actor:represent"

_ASKING = "asking"
"""Where the scope holds the request of which it is known who asks."""

_ONCE = frozenset(
    (b"authorization", b"min-position", b"idempotency-key", b"x-on-behalf-of", b"x-correlation-id", b"x-caused-by")
)
"""Headers that hold one value."""

_OPEN_TO_ALL = ("/openapi.json",)
E = TypeVar("E", bound=Callable[..., Any])
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Quick = Callable[[Asking], Coroutine[Any, Any, Response | None]]


class UnknownParameter(Invalid):
    """A request has no query parameters but those that the API describes."""


class RepeatedParameter(Invalid):
    """A query parameter that is no list is given once: of two, one would be passed over."""


class RepeatedHeader(Invalid):
    """A header that holds one value is given once: of two, one would be passed over."""


class UndeclaredPermission(Exception):
    """A route says no permission, or one that there is not: the program does not start."""


def permits(permission: str) -> Callable[[E], E]:
    """Declare what an endpoint asks for: a permission, KNOWN, or PUBLIC."""

    def declare(endpoint: E) -> E:
        endpoint.permission = permission  # type: ignore[attr-defined]
        return endpoint

    return declare


def quickly(quick: Quick) -> Callable[[E], E]:
    """Declare who answers a question that names nothing beside its path, or leaves it to the endpoint (None).

    FastAPI's look for the parameters of a question takes as long as the answer to it.
    """

    def declare(endpoint: E) -> E:
        endpoint.quick = quick  # type: ignore[attr-defined]
        return endpoint

    return declare


def make_router(prefix: str, tag: str) -> APIRouter:
    """A router of such routes."""
    return APIRouter(
        prefix=prefix,
        tags=[tag],
        route_class=Route,
        responses=RESPONSES,
        generate_unique_id_function=lambda route: route.name,
    )


class Route(APIRoute):
    """Finds out who asks, whether that one may, and under which conditions, before the body is read."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **how: Any) -> None:
        self.permission = str(getattr(endpoint, "permission", "no permission"))
        if self.permission not in (*PERMISSIONS, KNOWN, PUBLIC):
            raise UndeclaredPermission(f"{path} declares {self.permission}")
        self._quick: Quick | None = getattr(endpoint, "quick", None)
        self._plainly: Quick | None = None
        self._known_parameters: Mapping[str, bool] | None = None
        super().__init__(
            path, endpoint if self.commands or iscoroutinefunction(endpoint) else made_ready(endpoint), **how
        )

    @property
    def commands(self) -> bool:
        """Whether it changes something."""
        return self.permission in PERMISSIONS and not self.permission.endswith(":read")

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        if self.permission == PUBLIC:
            return handle
        if self.commands and not self.dependencies:
            self._plainly = plainly(self.endpoint)

        async def whole(asking: Asking) -> Response:
            response = await self._plainly(asking) if self._plainly else None
            return response or await handle(asking)

        async def handler(request: Request) -> Response:
            asking: Asking = request.scope[_ASKING]
            if not self.commands:
                return sparse(asking, await handle(asking))
            return await answered_once(asking, whole if asking.conditions.key is not None else handle)

        return handler

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What can be answered in short is answered without the steps that FastAPI takes around an endpoint: they
        take as long as all that comes before."""
        asking = Asking(scope, receive)
        if self.permission == PUBLIC:
            self._check_parameters(asking)
        elif scope["method"] in (self.methods or ()):
            response = await self._in_short(asking)
            if response is not None:
                await response(scope, receive, send)
                return
            scope[_ASKING] = asking
        await super().handle(scope, receive, send)

    async def _in_short(self, asking: Asking) -> Response | None:
        """The answer, where it can be given in short; a refusal of what may not be asked so, in any case."""
        asking.services, asking.permission = asking.app.state.services, self.permission
        _check_headers(asking)
        asking.caller = await self._permitted(asking)
        self._check_parameters(asking)
        if not self.commands:
            return await self._quick(asking) if self._quick and _names_nothing(asking) else None
        asking.conditions = await read_conditions(asking.services, asking.headers)
        if asking.conditions.on_behalf_of is not None:
            check_granted(asking.caller, _REPRESENT, field="X-On-Behalf-Of")
        return await self._plainly(asking) if self._plainly and asking.conditions.key is None else None

    async def _permitted(self, asking: Asking) -> Caller:
        """Who asks, where that one may ask at all."""
        caller: Caller = await asking.app.state.identity.authenticate(asking.headers.get("authorization"))
        if self.permission != KNOWN:
            check_granted(caller, self.permission)
        return caller

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
            if len(request.query_params.getlist(name)) > 1 and not self._known_parameters[name]:
                raise RepeatedParameter(f"the parameter {name!r} is given more than once", field=name)


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


def _names_nothing(asking: Asking) -> bool:
    return not asking.scope["query_string"] and "min-position" not in asking.headers


def _check_headers(asking: Asking) -> None:
    given = [name for name, _ in asking.scope["headers"] if name in _ONCE]
    if len(given) > 1 and len({*given}) < len(given):
        name = next(each for each in given if given.count(each) > 1).decode().title()
        raise RepeatedHeader(f"the header {name} is given more than once", field=name)


def check_granted(caller: Caller, permission: str, *, field: str | None = None) -> None:
    """Raises:
    NotPermitted: the caller has not this permission.
    """
    if caller.grants.get(permission, Level.NONE) is Level.NONE:
        raise NotPermitted(f"{caller.principal} lacks the permission {permission}", field=field)


def _described(app: FastAPI, route: APIRoute) -> Mapping[str, bool]:
    """The query parameters, and whether each is a list."""
    operations = app.openapi()["paths"][route.path_format].values()
    return {
        parameter["name"]: parameter["schema"].get("type") == "array"
        for operation in operations
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and operation["operationId"] == route.name
    }
