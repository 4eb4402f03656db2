"""Refusals and errors as problem documents (RFC 9457)."""

import logging
from collections.abc import Sequence
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from api.http.freshness import lag_header
from api.http.likeness_answers import LikenessAnswer, in_sight
from api.http.repeats import RequestInFlight
from api.http.stated import refusal_of
from domain.access import IdentityProviderUnavailable, NotAuthenticated
from domain.catalogue import UnreadableEvent
from domain.duplicates import PossibleDuplicate
from domain.ledger import LogBusy, LogUnavailable, VersionMismatch
from domain.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal
from projections.engine.folding import CannotFold
from projections.engine.freshness import NotFreshEnough
from projections.engine.past.models import PastModelBeingBuilt, PastModelNotBuilt
from projections.engine.unavailable import OTHER_ROWS, ReadModelNotReady, ReadModelsUnavailable

MOST_ERRORS = 100
STATUS: dict[type[Refusal], int] = {Forbidden: 403, NotFound: 404, Conflict: 409, Invalid: 422}
_HTTP = {
    400: ("MalformedJson", "A request's body is JSON."),
    404: ("NoSuchResource", "A path leads to a resource."),
    405: ("MethodNotAllowed", "A resource answers the methods that it has."),
    413: ("BodyTooLarge", "A request's body has a limit."),
}
_logger = logging.getLogger("touchledger.api")


class InvalidField(BaseModel):
    """What is wrong with a request, and where: a JSON pointer into the body, or a parameter's name."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """A problem document. `type` ends in the name of the rule that refused."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None = Field(default=None, description="the input that is to blame, where there is one")
    version: int | None = Field(default=None, description="the version that the record has, where it has another")
    errors: list[InvalidField] | None = Field(
        default=None, description="all that is wrong with the request (the first 100)"
    )
    duplicates: list[LikenessAnswer] | None = Field(
        default=None, description="the customers that are likely the same, and that you may see"
    )
    duplicates_out_of_sight: int | None = Field(default=None, description="how many more there are")


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
    problem = Problem(
        type=f"/problems/{refusal.rule}", title=title, status=status, detail=refusal.message, field=refusal.field
    )
    if not isinstance(refusal, PossibleDuplicate):
        return problem
    seen, hidden = in_sight(refusal.candidates)
    return problem.model_copy(update={"duplicates": seen, "duplicates_out_of_sight": hidden})


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem document."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(VersionMismatch, _mismatched)
    app.add_exception_handler(NotAuthenticated, _unknown)
    app.add_exception_handler(LogBusy, _busy)
    app.add_exception_handler(IdentityProviderUnavailable, _unasked)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(NotFreshEnough, _stale)
    app.add_exception_handler(LogUnavailable, _unavailable)
    app.add_exception_handler(ReadModelsUnavailable, _unavailable)
    app.add_exception_handler(ReadModelNotReady, _not_ready)
    app.add_exception_handler(msgspec.DecodeError, _of_other_rows)
    app.add_exception_handler(PastModelBeingBuilt, _being_built)
    app.add_exception_handler(PastModelNotBuilt, _not_built)
    app.add_exception_handler(CannotFold, _unreadable)
    app.add_exception_handler(UnreadableEvent, _unreadable)
    app.add_exception_handler(Exception, _unforeseen)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    return answer(problem_of(error), {"Retry-After": "1"} if isinstance(error, RequestInFlight) else None)


async def _mismatched(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, VersionMismatch)
    problem = problem_of(error).model_copy(update={"status": 412, "version": error.version})
    return answer(problem, {"ETag": f'"{error.version}"'})


async def _unknown(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, NotAuthenticated)
    problem = _problem(type(error).__name__, "A request says who asks.", 401, error.message)
    return answer(problem.model_copy(update={"field": "Authorization"}), {"WWW-Authenticate": "Bearer"})


async def _unasked(_: Request, error: Exception) -> JSONResponse:
    _logger.warning("%s", error)
    problem = _problem(
        "IdentityProviderUnavailable", "A token is checked with its issuer's keys.", 503, str(error)
    )
    return answer(problem, {"Retry-After": "5"})


async def _busy(_: Request, error: Exception) -> JSONResponse:
    _logger.warning("busy: %s", error)
    detail = "More commands are waiting than can be written in time. The command was not carried out; ask again."
    return answer(_problem("Busy", "The service takes what it can do in time.", 503, detail), {"Retry-After": "1"})


async def _malformed(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return answer(_problem("MalformedJson", "A request's body is JSON.", 400, _json_detail(found)))
    if any(isinstance(each["input"], bytes) for each in found):
        detail = "the body is to be JSON, and the header Content-Type to say so: application/json"
        return answer(_problem("UnsupportedMediaType", "A request's body is JSON.", 415, detail))
    return answer(_invalid_request(found))


def _invalid_request(found: Sequence[Any]) -> Problem:
    refusal = refusal_of(found[0])
    if refusal is not None and len(found) == 1:
        return problem_of(refusal).model_copy(update={"field": _field(found[0]["loc"])})
    errors = [_invalid(each) for each in found[:MOST_ERRORS]]
    detail = "; ".join(f"{each.pointer}: {each.detail}" if each.pointer else each.detail for each in errors)
    problem = _problem("InvalidRequest", "A request has the fields and types that the API describes.", 422, detail)
    return problem.model_copy(update={"errors": errors, "field": _field(found[0]["loc"])})


def _json_detail(found: Sequence[Any]) -> str:
    first = found[0]
    return f"at character {first['loc'][-1]}: {first.get('ctx', {}).get('error', first['msg'])}"


def malformed_item(found: Sequence[Any]) -> Problem:
    """What is wrong with one item of a batch."""
    return _invalid_request([{**each, "loc": ("body", *each["loc"])} for each in found])


def _invalid(error: Any) -> InvalidField:
    path = _path(error["loc"])
    if error["loc"][0] == "body":
        pointer = "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in path)
    else:
        pointer = "/".join(path)
    detail = error["msg"].removeprefix("Value error, ")
    if error["loc"] == ("body",) and error["type"] == "missing":
        detail = "a body is required: JSON"
    return InvalidField(pointer=pointer, detail=detail)


def _field(location: Sequence[Any]) -> str | None:
    """As refusals name it: `total.amount`; None for the body as a whole."""
    return ".".join(_path(location)) or None


def _path(location: Sequence[Any]) -> list[str]:
    # `[key]` is pydantic's way to say that the name itself is wrong. A name may hold half of a surrogate pair,
    # which no answer can.
    return [str(step).encode(errors="replace").decode() for step in location[1:] if step != "[key]"]


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    rule, title = _HTTP.get(error.status_code, (f"Http{error.status_code}", "HTTP"))
    headers = dict(error.headers or {})
    if error.status_code == 405 and (methods := _methods(request)):
        headers["Allow"] = ", ".join(methods)
    return answer(_problem(rule, title, error.status_code, str(error.detail)), headers)


def _methods(request: Request) -> list[str]:
    """The methods that the API describes for the path."""
    paths = request.app.openapi()["paths"]
    described = [
        method.upper()
        for template, methods in paths.items()
        if compile_path(template)[0].match(request.url.path)
        for method in methods
    ]
    return sorted({*described, *(["HEAD"] if "GET" in described else [])})


async def _stale(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, NotFreshEnough)
    problem = _problem("NotFreshEnough", "An answer is as fresh as was asked for.", 503, str(error))
    how_old = {"Position": str(error.reached), "Lag-Seconds": lag_header(error.lag_seconds)}
    return answer(problem, {"Retry-After": "1", **how_old})


async def _being_built(_: Request, error: Exception) -> JSONResponse:
    title = "An answer about the past may have to be worked out."
    return answer(_problem("PastModelBeingBuilt", title, 503, str(error)), {"Retry-After": "2"})


async def _not_built(_: Request, error: Exception) -> JSONResponse:
    title = "An answer about the past needs room, and events that can be folded."
    return answer(_problem("PastModelNotBuilt", title, 503, str(error)), {"Retry-After": "60"})


async def _unreadable(_: Request, error: Exception) -> JSONResponse:
    _logger.error("unreadable: %s", error)
    title = "An answer rests on events that this version of the program can read."
    return answer(_problem("UnreadableEvent", title, 503, str(error)), {"Retry-After": "60"})


async def _unavailable(_: Request, error: Exception) -> JSONResponse:
    _logger.warning("unavailable: %s", error)
    detail = "The database does not answer just now. Whether the command was carried out is not known; ask again."
    return answer(_problem("Unavailable", "The service needs its database.", 503, detail), {"Retry-After": "1"})


async def _not_ready(_: Request, error: Exception) -> JSONResponse:
    _logger.warning("not ready: %s", error)
    title = "An answer needs the rows of its read model."
    return answer(_problem("ReadModelNotReady", title, 503, str(error)), {"Retry-After": "2"})


async def _of_other_rows(request: Request, error: Exception) -> JSONResponse:
    """States in rows that this program does not know the form of: those of a version that is being replaced."""
    _logger.error("%s %s: %s", request.method, request.url.path, error)
    return await _not_ready(request, ReadModelNotReady(OTHER_ROWS))


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    _logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    # The server closes the connection after an error that nobody foresaw; told so, no client uses it again.
    problem = _problem("Unforeseen", "This should not happen.", 500, "The error was logged.")
    return answer(problem, {"Connection": "close"})


def _problem(rule: str, title: str, status: int, detail: str) -> Problem:
    return Problem(type=f"/problems/{rule}", title=title, status=status, detail=detail)
