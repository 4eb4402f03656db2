"""API servers as processes of their own: the application, and the bare endpoints that it is measured against."""

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from api.http.routes.leads import CapturedAnswer, CaptureLead
from bootstrap import Wiring, new_id
from gateways.embedded.child import Child
from settings import Settings

HOST = "127.0.0.1"
PATIENCE_SECONDS = 30.0


def bare() -> FastAPI:
    """Takes a lead's body and answers alike; no database, no thread."""
    app = FastAPI()

    @app.post("/v1/leads", status_code=201)
    async def capture_lead(body: CaptureLead) -> CapturedAnswer:
        return _answer(body)

    return app


def bare_threaded() -> FastAPI:
    """The same as a plain function, which FastAPI runs in a thread."""
    app = FastAPI()

    @app.post("/v1/leads", status_code=201)
    def capture_lead(body: CaptureLead) -> CapturedAnswer:
        return _answer(body)

    return app


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
}


@contextmanager
def served(name: str, folder: Path, dsn: str) -> Iterator[int]:
    """One of the servers, over that database, while the context lasts; gives its port."""
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.http_server", name, str(port)]
    process = Child.start(name, command, folder=folder, env=os.environ | {"CRM_POSTGRES_DSN": dsn})
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
