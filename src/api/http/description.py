"""The API's description (OpenAPI), where FastAPI's own says something that is not so, or nothing."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI

from api.http.route import KNOWN, PUBLIC, Route
from api.http.sparse import in_part

_SECURITY = "bearer"
_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "an API key (`crm_…`), or a token of the identity provider",
}


def _header(name: str, what: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": what,
        "schema": {"type": "string", **schema},
    }


_CONDITIONS = (
    _header(
        "Idempotency-Key",
        "your own name for the request: sent again, it is answered as it was the first time",
        minLength=1,
        maxLength=255,
        pattern="^[ -~]+$",
    ),
    _header(
        "If-Match",
        "change the record only if it is at this version, as ETag tells it; else 412",
        pattern=r'^("[0-9]{1,18}"(, ?"[0-9]{1,18}")*|\*)$',
        examples=['"1"'],
    ),
    _header(
        "X-On-Behalf-Of",
        "for whom the caller acts; needs the permission actor:represent",
        minLength=1,
        maxLength=100,
        pattern="^[!-~]+( [!-~]+)*$",
    ),
    _header("X-Correlation-Id", "ties together all that one request of yours sets off", format="uuid"),
    _header("X-Caused-By", "the position of the event that the command reacts to", pattern="^[1-9][0-9]{0,17}$"),
)

_FOLLOWS = {
    "customer_id": ("register_customer",),
    "lead_id": ("capture_lead", "qualify_lead"),
    "deal_id": ("open_deal", "win", "lose"),
    "order_id": ("place_order",),
    "task_id": ("plan_task", "start_task", "reschedule_task"),
}
"""What may be done with a record, after which commands: these answer with its id."""


def install(app: FastAPI, routes: Sequence[Route]) -> None:
    """Describe who may ask, the headers of commands, and optional parameters as what they are when sent."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(routes, described())
        return described()

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(routes: Sequence[Route], description: dict[str, Any]) -> None:
    description.setdefault("components", {})["securitySchemes"] = {_SECURITY: _SCHEME}
    named = {route.name: route for route in routes}
    schemas = description["components"].get("schemas", {})
    for path in description["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                _without_null(parameter["schema"])
            in_part(operation, schemas)
            route = named[operation["operationId"]]
            if route.permission != PUBLIC:
                operation["security"] = [{_SECURITY: []}]
                asks = "for any known caller" if route.permission == KNOWN else f"`{route.permission}`"
                operation["description"] = "\n\n".join(
                    each for each in (operation.get("description"), f"Permission: {asks}") if each
                )
            if route.commands:
                many = route.path.endswith(":batch")  # a batch is about many records, and names no version
                conditions = [each for each in _CONDITIONS if not (many and each["name"] == "If-Match")]
                operation.setdefault("parameters", []).extend(conditions)
    _link(description["paths"])


def _link(paths: dict[str, Any]) -> None:
    operations = {each["operationId"]: each for path in paths.values() for each in path.values()}
    for name, operation in operations.items():
        for parameter in operation.get("parameters", []):
            for before in _FOLLOWS.get(parameter["name"], ()) if parameter["in"] == "path" else ():
                link = {"operationId": name, "parameters": {parameter["name"]: "$response.body#/id"}}
                success = next(iter(operations[before]["responses"].values()))
                success.setdefault("links", {})[name] = link


def _without_null(schema: dict[str, Any]) -> None:
    # `null` cannot be written in a URL.
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema.update(kinds[0])
