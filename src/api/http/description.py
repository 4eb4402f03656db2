"""The API's description (OpenAPI), where FastAPI's own says something that is not so."""

from typing import Any

from fastapi import FastAPI

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "refused", "content": _PROBLEM},
    "503": {"description": "not just now", "content": _PROBLEM},
}
"""What every operation may answer too."""


def install(app: FastAPI) -> None:
    """Describe optional parameters as what they are when they are sent: `null` cannot be written in a URL."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            for path in described()["paths"].values():
                for operation in path.values():
                    for parameter in operation.get("parameters", []):
                        _without_null(parameter["schema"])
        return described()

    app.openapi = openapi  # type: ignore[method-assign]


def _without_null(schema: dict[str, Any]) -> None:
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema.update(kinds[0])
