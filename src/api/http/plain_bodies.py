"""Commands that take a JSON body and nothing else from their request: read here, in fewer steps than by FastAPI,
which looks after parameters, forms and dependencies too.

Whatever is not plain (no JSON, a body that does not fit) goes FastAPI's way from the beginning, and is refused
there alone.
"""

import inspect
import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.http.asking import Asking

Handle = Callable[[Request], Coroutine[Any, Any, Response]]


def plainly(endpoint: Callable[..., Any], handle: Handle) -> Handle:
    """As `handle`, FastAPI's handler of the endpoint; faster where the endpoint takes no more than a body and the
    `Asking`, and answers with a response that it made itself."""
    found = inspect.signature(endpoint, eval_str=True)
    takes = {parameter.annotation: parameter.name for parameter in found.parameters.values()}
    bodies = [each for each in takes if isinstance(each, type) and issubclass(each, BaseModel)]
    its_own_answer = inspect.iscoroutinefunction(endpoint) and found.return_annotation is Response
    if len(bodies) != 1 or takes.keys() != {*bodies, Asking} or not its_own_answer:
        return handle
    [body], asking_name = bodies, takes[Asking]
    body_name = takes[body]

    async def handler(request: Request) -> Response:
        if request.headers.get("content-type") != "application/json":
            return await handle(request)
        try:
            given = body.model_validate(json.loads(await request.body()))
        except HTTPException:  # too large
            raise
        except Exception:  # noqa: BLE001 - FastAPI tells what is wrong, as for every other route
            return await handle(request)
        response: Response = await endpoint(**{body_name: given, asking_name: request})
        return response

    return handler
