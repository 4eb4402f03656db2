"""Refusals and errors as problem documents (RFC 9457)."""

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from domain.ledger import LogUnavailable
from domain.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal
from projections.engine.freshness import NotFreshEnough
from projections.engine.reading import ReadModelsUnavailable

STATUS: dict[type[Refusal], int] = {Forbidden: 403, NotFound: 404, Conflict: 409, Invalid: 422}
_logger = logging.getLogger("touchledger.api")


class InvalidField(BaseModel):
    """One thing that is wrong with a request: where (a JSON pointer, or the parameter's name), and what."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """A problem document. `type` ends in the name of the rule that refused."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None = Field(default=None, description="the input that is to blame, where there is one")
    errors: list[InvalidField] | None = Field(default=None, description="all that is wrong with the request")


def answer(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(
        jsonable_encoder(problem, exclude_none=True),
        status_code=problem.status,
        media_type="application/problem+json",
        headers=headers,
    )


def problem_of(refusal: Refusal) -> Problem:
    status = next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)
    title = (type(refusal).__doc__ or "").strip().splitlines()[0]
    return Problem(
        type=f"/problems/{refusal.rule}", title=title, status=status, detail=refusal.message, field=refusal.field
    )


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem document."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(NotFreshEnough, _stale)
    app.add_exception_handler(LogUnavailable, _unavailable)
    app.add_exception_handler(ReadModelsUnavailable, _unavailable)
    app.add_exception_handler(Exception, _unforeseen)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    return answer(problem_of(error))


async def _malformed(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return answer(_problem("MalformedJson", "A request's body is JSON.", 400, _json_detail(found)))
    errors = [InvalidField(pointer=_pointer(each["loc"]), detail=each["msg"]) for each in found]
    detail = "; ".join(f"{each.pointer}: {each.detail}" for each in errors)
    problem = _problem("InvalidRequest", "A request has the fields and types that the API describes.", 422, detail)
    return answer(problem.model_copy(update={"errors": errors, "field": errors[0].pointer.strip("/")}))


def _json_detail(found: Sequence[Any]) -> str:
    first = found[0]
    return f"at character {first['loc'][-1]}: {first.get('ctx', {}).get('error', first['msg'])}"


def _pointer(location: Sequence[Any]) -> str:
    where, *path = location
    joined = "/".join(str(step) for step in path)
    return f"/{joined}" if where == "body" else joined


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    names = {404: "NoSuchResource", 405: "MethodNotAllowed", 400: "MalformedJson"}
    titles = {
        404: "A path leads to a resource.",
        405: "A resource answers the methods that it has.",
        400: "A request's body is JSON.",
    }
    status = error.status_code
    problem = _problem(names.get(status, f"Http{status}"), titles.get(status, "HTTP"), status, str(error.detail))
    return answer(problem, dict(error.headers or {}))


async def _stale(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, NotFreshEnough)
    problem = _problem("NotFreshEnough", "An answer is as fresh as was asked for.", 503, str(error))
    return answer(problem, {"Retry-After": "1", "Position": str(error.reached)})


async def _unavailable(_: Request, error: Exception) -> JSONResponse:
    _logger.warning("unavailable: %s", error)
    detail = "The database does not answer just now. Whether the command was carried out is not known; ask again."
    return answer(_problem("Unavailable", "The service needs its database.", 503, detail), {"Retry-After": "1"})


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    _logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return answer(_problem("Unforeseen", "This should not happen.", 500, "The error was logged."))


def _problem(rule: str, title: str, status: int, detail: str) -> Problem:
    return Problem(type=f"/problems/{rule}", title=title, status=status, detail=detail)
