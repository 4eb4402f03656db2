"""Sparse answers: a question may name the fields that it wants of each record (`fields=id,stage,amount`)."""

from collections.abc import Mapping
from typing import Annotated, Any, get_type_hints

import msgspec
from fastapi import Depends, Query, Request, Response

PARAMETER = "fields"
_ALWAYS = "id"


def fields_of(record: type) -> Any:
    """For a route's `dependencies`: it takes the parameter `fields`; which names there are, the description says.

    The route itself then leaves the other fields out, of the record or of each of a page's `items`.
    """
    names = list(get_type_hints(record))
    one = "|".join(sorted(names))
    described = Query(
        max_length=1000,
        pattern=rf"^({one})(,({one}))*$",
        description=f"only these fields of each record, set apart by commas; `{_ALWAYS}` is always there",
        examples=[",".join(names[:3])],
    )

    async def declared(fields: Annotated[str | None, described] = None) -> str | None:
        return fields

    return Depends(declared)


def is_wanted(request: Request, name: str) -> bool:
    """Whether the answer is to have that field."""
    wanted = request.query_params.get(PARAMETER)
    return wanted is None or name in wanted.split(",")


def sparse(request: Request, response: Response) -> Response:
    """The answer with those fields alone that the request names; as it is, where it names none."""
    wanted = request.query_params.get(PARAMETER)
    if wanted is None or response.status_code != 200:
        return response
    names = {_ALWAYS, *wanted.split(",")}
    answer = msgspec.json.decode(response.body)
    if "items" in answer:
        answer["items"] = [_only(names, record) for record in answer["items"]]
    else:
        answer = _only(names, answer)
    kept = {name: value for name, value in response.headers.items() if name != "content-length"}
    return Response(msgspec.json.encode(answer), response.status_code, kept)


def in_part(operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    """Describe the answer to a question that takes `fields` as what it may be: whole, or with some fields left
    out."""
    if all((each["in"], each["name"]) != ("query", PARAMETER) for each in operation.get("parameters", [])):
        return
    answer = operation["responses"]["200"]["content"]["application/json"]
    answer["schema"] = {"anyOf": [answer["schema"], _part_of(answer["schema"], schemas)]}


def _part_of(reference: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    whole = schemas[reference["$ref"].rpartition("/")[2]]
    properties = whole["properties"]
    if "items" not in properties:
        always = [name for name in properties if name == _ALWAYS]  # a rate has no id
        return {**whole, "title": f"{whole['title']}InPart", "required": always}
    items = {**properties["items"], "items": _part_of(properties["items"]["items"], schemas)}
    return {**whole, "title": f"{whole['title']}InPart", "properties": {**properties, "items": items}}


def _only(names: set[str], record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name in names}
