"""Many records in one call, as JSON or as NDJSON; each succeeds or is refused by itself."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

import pydantic_core
from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import Request, Response
from pydantic import BaseModel, Field, ValidationError
from pydantic.config import JsonDict
from starlette.exceptions import HTTPException

from api.http.asking import Asking, Prepared
from api.http.fields import Body
from api.http.likeness_answers import RegisteredAnswer
from api.http.problems import Problem, malformed_item, problem_of
from domain.ledger import Receipt
from domain.refusals import Invalid, Refusal

MOST_ITEMS = 1_000
_THREADS = 16
_limiters: RunVar[CapacityLimiter] = RunVar("batches")
NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl")
B = TypeVar("B", bound=Body)


class NotABatch(Invalid):
    """A batch is a JSON object with one list of items, or NDJSON: an item a line."""


class BatchSize(Invalid):
    """A batch has 1 to 1,000 items."""


class NoVersionOfABatch(Invalid):
    """A batch is about many records: If-Match is for a change of one."""


class ItemReceiptAnswer(RegisteredAnswer):
    customer_id: UUID | None = Field(default=None, description="of a lead: whose it is")


class ItemAnswer(BaseModel):
    """What became of one item: 201 with the receipt, or the problem."""

    status: int
    receipt: ItemReceiptAnswer | None = None
    problem: Problem | None = None


class BatchAnswer(BaseModel):
    """One answer an item, in the order of the request."""

    items: list[ItemAnswer]
    recorded: int
    refused: int


class Batch(Generic[B]):
    """Batches of one kind of body. `name` is the list's in JSON; `prepare` makes the command of an item.

    Where there is a `look`, it is taken for all items at once, and `prepare` gets what was seen of its own.
    """

    def __init__(
        self,
        name: str,
        body: type[B],
        prepare: Callable[..., Prepared],
        *,
        example: JsonDict,
        look: Callable[[Sequence[B], Asking], Sequence[Any]] | None = None,
    ) -> None:
        self._name = name
        self._body = body
        self._prepare = prepare
        self._example = example
        self._look = look

    @property
    def openapi(self) -> dict[str, Any]:
        """The request's body, as OpenAPI describes it."""
        item = {"$ref": f"#/components/schemas/{self._body.__name__}"}
        listed = {
            "type": "object",
            "properties": {
                self._name: {"type": "array", "items": item, "minItems": 1, "maxItems": MOST_ITEMS},
            },
            "required": [self._name],
            "additionalProperties": False,
            "examples": [{self._name: [self._example]}],
        }
        content = {
            "application/json": {"schema": listed},
            NDJSON[0]: {"schema": {"type": "string", "description": "an item a line", "pattern": r"[^\t-\r ]"}},
        }
        return {"requestBody": {"required": True, "content": content}}

    async def answer(self, asking: Asking) -> Response:
        """Carry out all items that can be.

        Raises:
            NotABatch, BatchSize: none was looked at.
        """
        if asking.conditions.expected is not None:
            raise NoVersionOfABatch("the batch bears If-Match", field="If-Match")
        body, ndjson = await asking.body(), _is_ndjson(asking)
        # In threads of their own: batches that wait for the log keep no question waiting.
        answer = await to_thread.run_sync(self._carry_out, body, ndjson, asking, limiter=_limiter())
        return Response(answer.model_dump_json(exclude_none=True), 207, media_type="application/json")

    def _carry_out(self, body: bytes, ndjson: bool, asking: Asking) -> BatchAnswer:
        items = _lines(body) if ndjson else _listed(body, self._name)
        if not 1 <= len(items) <= MOST_ITEMS:
            raise BatchSize(f"the batch has {len(items):,} items", field=self._name)
        read = self._prepared([self._read(item) for item in items], asking)
        outcomes = iter(asking.done_together([each for each in read if not isinstance(each, Problem)]))
        answers = [_answer(each, each if isinstance(each, Problem) else next(outcomes)) for each in read]
        recorded = sum(answer.status == 201 for answer in answers)
        return BatchAnswer(items=answers, recorded=recorded, refused=len(answers) - recorded)

    def _prepared(self, read: Sequence[B | Problem], asking: Asking) -> list[Prepared | Refusal | Problem]:
        bodies = [each for each in read if not isinstance(each, Problem)]
        seen = [()] * len(bodies) if self._look is None else [(each,) for each in self._look(bodies, asking)]
        prepared = iter([self._one(body, asking, *more) for body, more in zip(bodies, seen, strict=True)])
        return [each if isinstance(each, Problem) else next(prepared) for each in read]

    def _one(self, body: B, asking: Asking, *seen: Any) -> Prepared | Refusal:
        try:
            return self._prepare(body, asking, *seen)
        except Refusal as refusal:
            return refusal

    def _read(self, item: Any) -> B | Problem:
        try:
            given = pydantic_core.from_json(item) if isinstance(item, bytes) else item
            return self._body.model_validate(given)
        except ValidationError as error:
            return malformed_item(error.errors())
        except ValueError as error:
            return malformed_item([{"type": "json_invalid", "loc": (), "msg": str(error)}])


def _limiter() -> CapacityLimiter:
    """One for each event loop."""
    try:
        return _limiters.get()
    except LookupError:
        _limiters.set(CapacityLimiter(_THREADS))
        return _limiters.get()


def _is_ndjson(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in NDJSON:
        return True
    if kind != "application/json":
        raise NotABatch(f"a batch comes as application/json or {NDJSON[0]}, not {kind!r}", field="Content-Type")
    return False


def _lines(body: bytes) -> Sequence[bytes]:
    return [line for line in body.split(b"\n") if line.strip()]


def _listed(body: bytes, name: str) -> Sequence[Any]:
    try:
        given = pydantic_core.from_json(body)
    except ValueError as error:
        raise HTTPException(400, str(error)) from None
    if not isinstance(given, dict) or set(given) != {name} or not isinstance(given[name], list):
        raise NotABatch(f'a batch has the form {{"{name}": [...]}}', field=name)
    return list(given[name])


def _answer(prepared: Prepared | Refusal | Problem, outcome: Receipt | Refusal | Problem) -> ItemAnswer:
    if isinstance(outcome, Refusal):
        outcome = problem_of(outcome)
    if isinstance(outcome, Problem):
        return ItemAnswer(status=outcome.status, problem=outcome)
    assert isinstance(prepared, Prepared)
    more = (prepared.more or {}) if outcome.first is None else outcome.first.answer["more"]
    return ItemAnswer(status=201, receipt=ItemReceiptAnswer.of(outcome, **more))
