"""A request that bears an Idempotency-Key is carried out once, and answered the same each time that it comes."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import msgspec
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from api.http.asking import Asking, answered, repeated
from domain.once import Once
from domain.refusals import Conflict

PATIENCE_SECONDS = 1.0
InFlight = dict[tuple[str, str], asyncio.Event]
"""The requests of this process that bear a key and are not answered yet."""


class RequestInFlight(Conflict):
    """The same request, or another one under its key, is still being carried out: ask again in a moment."""


async def answered_once(asking: Asking, handle: Callable[[Asking], Awaitable[Response]]) -> Response:
    """Answer a request; where it bears a key and was carried out before, as it was answered then.

    Only successes are kept: what was refused changed nothing, and may be tried again under the same key.

    Raises:
        RequestInFlight: the first one was still not answered after a second.
        KeyUsedForAnother: the key belongs to a request with another body.
    """
    key = asking.conditions.key
    if key is None:
        return await handle(asking)
    principal = asking.caller.principal
    async with _alone(asking.app.state.in_flight, (principal, key)):
        asking.once = Once(principal, key, _fingerprint(asking, await asking.body()))
        first = await run_in_threadpool(asking.services.ledger.answered, principal, key)
        for each in first:
            each.check(asking.once)
        if first and not asking.url.path.endswith(":batch"):
            return answered(repeated(first[0]), first[0].answer)
        asking.kept = {each.item: each for each in first}
        return await handle(asking)


@asynccontextmanager
async def _alone(in_flight: InFlight, name: tuple[str, str]) -> AsyncIterator[None]:
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while name in in_flight:
                await in_flight[name].wait()
    if name in in_flight:
        raise RequestInFlight(f"a request with the key {name[1]!r} is in flight", field="Idempotency-Key")
    done = in_flight[name] = asyncio.Event()
    try:
        yield
    finally:
        del in_flight[name]
        done.set()


def _fingerprint(request: Request, body: bytes) -> bytes:
    """The same for the same method, path, content (however the JSON is laid out) and whoever is represented."""
    with suppress(msgspec.MsgspecError, RecursionError, UnicodeError):
        body = msgspec.json.encode(msgspec.json.decode(body), order="deterministic")
    told = (request.method, request.url.path, request.headers.get("x-on-behalf-of", ""))
    return hashlib.sha256(b"\n".join((*(text.encode() for text in told), body))).digest()
