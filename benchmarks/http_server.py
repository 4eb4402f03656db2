"""API servers as processes of their own: the application, and the bare endpoints that it is measured against."""

import os
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import uvicorn
from fastapi import FastAPI, Response

from api.http import app
from api.http.route import make_router, permits
from api.http.routes.leads import CapturedAnswer, CaptureLead
from bootstrap import Wiring, new_id
from gateways.embedded.child import Child
from settings import Settings

HOST = "127.0.0.1"
PATIENCE_SECONDS = 30.0


def bare() -> FastAPI:
    """Takes a lead's body and answers alike; no database, no thread."""
    bare_app = FastAPI()

    @bare_app.post("/v1/leads", status_code=201)
    async def capture_lead(body: CaptureLead) -> CapturedAnswer:
        return _answer(body)

    return bare_app


def bare_threaded() -> FastAPI:
    """The same as a plain function, which FastAPI runs in a thread."""
    bare_app = FastAPI()

    @bare_app.post("/v1/leads", status_code=201)
    def capture_lead(body: CaptureLead) -> CapturedAnswer:
        return _answer(body)

    return bare_app


def bare_static() -> FastAPI:
    """Answers with the bytes that the file holds which CRM_BENCH_BYTES names; no permission, no database."""
    bare_app = FastAPI()
    bare_app.get("/v1/customers/{customer_id}/360")(_static())
    return bare_app


def _serve_static(port: int) -> None:
    """The application itself, with one more route, under the same permission, that answers with such bytes."""
    router = make_router("/v1/static", "static")
    router.get("/{customer_id}/360", summary="The same bytes to all")(permits("customer:read")(_static()))
    app.PARTS = (*app.PARTS, router)
    _serve_application(port)


def _static() -> Callable[[UUID], Awaitable[Response]]:
    held = Path(os.environ["CRM_BENCH_BYTES"]).read_bytes()

    async def get_static(customer_id: UUID) -> Response:  # noqa: ARG001 - as the endpoint that it is compared with
        return Response(held, media_type="application/json")

    return get_static


def _answer(body: CaptureLead) -> CapturedAnswer:
    return CapturedAnswer(id=body.id or new_id(), version=1, position=2, customer_id=new_id())


def _serve_application(port: int) -> None:
    Wiring(Settings()).serve(HOST, port)


def _serve_bare(port: int, app: FastAPI) -> None:
    # As the composition root does it. uvicorn binds the port: on a socket made by others asyncio leaves Nagle on.
    uvicorn.run(app, host=HOST, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=10)


SERVERS: dict[str, Callable[[int], None]] = {
    "application": _serve_application,
    "bare": lambda port: _serve_bare(port, bare()),
    "bare_threaded": lambda port: _serve_bare(port, bare_threaded()),
    "static": _serve_static,
    "bare_static": lambda port: _serve_bare(port, bare_static()),
}


@contextmanager
def served(name: str, folder: Path, dsn: str, **environment: str) -> Iterator[int]:
    """One of the servers, over that database, while the context lasts; gives its port."""
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.http_server", name, str(port)]
    process = Child.start(name, command, folder=folder, env=os.environ | {"CRM_POSTGRES_DSN": dsn} | environment)
    try:
        _wait_until_it_listens(process, port)
        yield port
    finally:
        process.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_until_it_listens(process: Child, port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        process.check()
        try:
            socket.create_connection((HOST, port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise process.problem(f"{process.name} does not listen on port {port}.") from None
            time.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    SERVERS[sys.argv[1]](int(sys.argv[2]))
