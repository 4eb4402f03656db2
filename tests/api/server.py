"""A real server in this process: uvicorn on a free port, over a real log, its read models folded from that log."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import uvicorn

from api.http.app import create_app
from api.services import Services
from bootstrap import new_id, now
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader, wake_ups
from projections.catalogue import FOLDS
from projections.engine.database import connect, create_schema
from projections.engine.live import LiveFold
from projections.engine.reading import ReadModels


class Folding:
    """Keeps the read models up to date without Kafka, in one partition; `held` stops it for a while."""

    def __init__(self, dsn: str, log: LogReader) -> None:
        self._connection = connect(dsn)
        create_schema(self._connection)
        self._log = log
        self._folds = [LiveFold(fold, log, lambda _: 0) for fold in FOLDS]
        for live in self._folds:
            live.create(self._connection, partitions=1)
        self._may_fold = threading.Event()
        self._may_fold.set()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, args=(dsn,), name="folding")
        self._thread.start()

    @contextmanager
    def held(self) -> Iterator[None]:
        self._may_fold.clear()
        try:
            yield
        finally:
            self._may_fold.set()

    def stop(self) -> None:
        self._stopped = True
        self._thread.join()
        self._connection.close()

    def _run(self, dsn: str) -> None:
        folded = 0
        with wake_ups(dsn) as appended:
            while not self._stopped:
                appended.wait(0.05)
                end = self._log.end()
                if end > folded and self._may_fold.is_set():
                    for live in self._folds:
                        live.catch_up(self._connection, end)
                    folded = end


@dataclass(frozen=True)
class RunningApi:
    url: str
    services: Services
    folding: Folding

    def log_end(self) -> int:
        return self.services.log.end()

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=30)


@contextmanager
def running_api(dsn: str) -> Iterator[RunningApi]:
    ledger, log, reads = PostgresLedger(dsn), LogReader(dsn), ReadModels(dsn)
    folding = Folding(dsn, log)
    services = Services(ledger, log, reads, dsn=dsn, topic="crm.events", clock=now, new_id=new_id)
    with _served(services) as url:
        yield RunningApi(url, services, folding)
    folding.stop()
    reads.close()
    log.close()
    ledger.close()


@contextmanager
def _served(services: Services) -> Iterator[str]:
    config = uvicorn.Config(create_app(services), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    with config.bind_socket() as socket:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, name="uvicorn")
        thread.start()
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
        server.should_exit = True
        thread.join()
