"""What the API does beside answering: answers that nobody will ask for again are forgotten."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api.ports import Services
from domain.ledger import LogUnavailable

_EVERY_SECONDS = 3_600.0
_logger = logging.getLogger("touchledger.api")


def housekeeping(services: Services) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What runs as long as the application does."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.openapi()  # takes a quarter of a second: before the first request, not during it
        task = asyncio.create_task(_forget_now_and_then(services))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return lifespan


async def _forget_now_and_then(services: Services) -> None:
    while True:
        try:
            await run_in_threadpool(services.ledger.forget_answers)
        except LogUnavailable as error:
            _logger.warning("old answers are not forgotten: %s", error)
        await asyncio.sleep(_EVERY_SECONDS)
