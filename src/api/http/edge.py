"""What stands before the application: HEAD is answered like GET, and no body is taken in beyond a limit."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 1_000_000
LARGEST_BATCH = 10_000_000


class Edge:
    """ASGI middleware. A body over the limit is refused before it is read, or where its length is not told,
    as soon as it passes the limit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            # The server leaves the body out: it goes by its own scope.
            scope = {**scope, "method": "GET"}
        await self._app(scope, _limited(scope, receive), send)


def _limited(scope: Scope, receive: Receive) -> Receive:
    most = LARGEST_BATCH if scope["path"].endswith(":batch") else LARGEST_BODY
    told = int(dict(scope["headers"]).get(b"content-length", b"0"))
    taken = 0

    async def within_limit() -> Message:
        nonlocal taken
        if told > most:
            raise _too_large(most)
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise _too_large(most)
        return message

    return within_limit


def _too_large(most: int) -> HTTPException:
    return HTTPException(413, f"the body has more than {most:,} bytes")
