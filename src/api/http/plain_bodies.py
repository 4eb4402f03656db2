"""Commands that take a JSON body and nothing else from their request: read here, in fewer steps than by FastAPI,
which looks after parameters, forms and dependencies too.

Whatever is not plain (no JSON, a body that does not fit) goes FastAPI's way from the beginning, and is refused
there alone.
"""

import inspect
import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.http.asking import Asking

Plainly = Callable[[Asking], Coroutine[Any, Any, Response | None]]


def plainly(endpoint: Callable[..., Any]) -> Plainly | None:
    """Answers with the endpoint, or leaves it to FastAPI (None). There is no such way to an endpoint that takes
    more than a body and the `Asking`, or does not make its answer itself."""
    found = inspect.signature(endpoint, eval_str=True)
    takes = {parameter.annotation: parameter.name for parameter in found.parameters.values()}
    bodies = [each for each in takes if isinstance(each, type) and issubclass(each, BaseModel)]
    its_own_answer = inspect.iscoroutinefunction(endpoint) and found.return_annotation is Response
    if len(bodies) != 1 or takes.keys() != {*bodies, Asking} or not its_own_answer:
        return None
    [body], asking_name = bodies, takes[Asking]
    body_name = takes[body]

    async def answered(asking: Asking) -> Response | None:
        if asking.headers.get("content-type") != "application/json":
            return None
        try:
            given = body.model_validate(json.loads(await asking.body()))
        except HTTPException:  # too large
            raise
        except Exception:  # noqa: BLE001 - FastAPI tells what is wrong, as for every other route
            return None
        response: Response = await endpoint(**{body_name: given, asking_name: asking})
        return response

    return answered
