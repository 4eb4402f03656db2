"""Answers that are bytes already: FastAPI would check each once more, in another thread."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from fastapi import Response
from pydantic import BaseModel


def ready(answer: BaseModel | dict[str, Any], response: Response | None) -> Response:
    """The answer in JSON, with the headers that were set."""
    said = Response(in_json(answer), media_type="application/json")
    if response is not None:
        said.raw_headers.extend(response.raw_headers)
    return said


def made_ready(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """A question's endpoint, a plain function, whose answer is made into bytes in the same thread."""

    @wraps(endpoint)
    def answered(**given: Any) -> Any:
        answer = endpoint(**given)
        if not isinstance(answer, BaseModel):
            return answer
        headers = next((each for each in given.values() if type(each) is Response), None)
        return ready(answer, headers)

    return answered


def in_json(answer: BaseModel | dict[str, Any]) -> bytes:
    return _json(answer) if isinstance(answer, BaseModel) else _encoder.encode(answer)


def _json(answer: BaseModel) -> bytes:
    return answer.__pydantic_serializer__.to_json(answer, by_alias=True)


def _part(answer: Any) -> msgspec.Raw:
    if isinstance(answer, BaseModel):
        return msgspec.Raw(_json(answer))
    raise TypeError(f"{type(answer)} is no part of an answer")


_encoder = msgspec.json.Encoder(enc_hook=_part)
