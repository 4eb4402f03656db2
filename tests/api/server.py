"""A real server in this process: uvicorn on a free port, over a real log, its read models folded from that log."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

import httpx
import uvicorn

from api.http.app import create_app
from api.ports import Services
from bootstrap import new_id, now
from gateways.identity.identities import Identities
from gateways.identity.provider import Provider
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader, wake_ups
from projections.catalogue import folds
from projections.engine.bulk.rebuild import rebuild
from projections.engine.database import connect, transaction
from projections.engine.past.models import PastModels
from projections.engine.past.states import PastStates
from projections.engine.positions import stored_version
from projections.engine.reading import ReadModels
from projections.engine.schema import create_schema
from tests.support.access import bearer, key_of
from tests.support.live_fold import LiveFold

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients that speak to nobody else: otherwise each spends 20 ms on the certificates of the world."""


class Folding:
    """Keeps the read models up to date without Kafka, in one partition; `held` stops it for a while."""

    def __init__(self, dsn: str, log: LogReader, ledger: PostgresLedger) -> None:
        self._connection = connect(dsn)
        create_schema(self._connection)
        self._log = log
        self._ledger = ledger
        self._folds: dict[tuple[str, int], LiveFold] = {}
        self._host()
        self._one_at_a_time = threading.Lock()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, args=(dsn,), name="folding")
        self._thread.start()

    @contextmanager
    def held(self) -> Iterator[None]:
        with self._one_at_a_time:
            yield

    def stop(self) -> None:
        self._stopped = True
        self._thread.join()
        self._connection.close()

    def _run(self, dsn: str) -> None:
        folded = 0
        with wake_ups(dsn) as appended:
            while not self._stopped:
                appended.wait(0.05)
                with self._one_at_a_time:
                    end = self._log.end()
                    if end > folded:
                        self._host()
                        for live in self._folds.values():
                            live.catch_up(self._connection, end)
                        folded = end

    def _host(self) -> None:
        """Facts may have decided on another fold, or on another version of one."""
        there = {(fold.name, fold.version): fold for fold in folds(self._ledger, now())}
        for key in self._folds.keys() - there.keys():
            del self._folds[key]
        for key in [key for key in there if key not in self._folds]:
            self._folds[key] = live = LiveFold(there[key], self._log, lambda _: 0)
            with transaction(self._connection) as cursor:
                stored = stored_version(cursor, key[0])
            if stored not in (None, key[1]):
                rebuild(self._connection.dsn, there[key], self._log, lambda _: 0, partitions=1)
            live.create(self._connection, partitions=1)


@dataclass(frozen=True)
class RunningApi:
    url: str
    services: Services
    folding: Folding
    identity: Identities
    key: str

    def log_end(self) -> int:
        return self.services.log.end()

    def client(self) -> httpx.Client:
        return self.client_with(self.key)

    def client_with(self, key: str) -> httpx.Client:
        """A client that sends this API key."""
        return httpx.Client(base_url=self.url, timeout=60, headers=bearer(key), verify=PLAIN)


@contextmanager
def running_api(
    dsn: str, *, fold: bool = True, provider: Provider | None = None, patience: float = 5.0
) -> Iterator[RunningApi]:
    """The API, with the read models kept up to date, or (`fold=False`) as they are: empty. `patience` is how long
    models of the past are waited for."""
    with closing(PostgresLedger(dsn)) as ledger, closing(LogReader(dsn)) as log, ExitStack() as ends:
        reads = ends.enter_context(closing(ReadModels(dsn)))
        folding = Folding(dsn, log, ledger)
        ends.callback(folding.stop)
        if not fold:
            folding.stop()
        past = ends.enter_context(closing(PastModels(dsn, log, reads, patience=patience)))
        states = PastStates(log.stories)
        services = Services(
            ledger, log, reads, past, states, dsn=dsn, topic="crm.events", clock=now, new_id=new_id
        )
        identity = ends.enter_context(closing(Identities(ledger, log, clock=now, provider=provider)))
        key = key_of(ledger)
        identity.refresh()
        yield RunningApi(ends.enter_context(_served(services, identity)), services, folding, identity, key)


@contextmanager
def _served(services: Services, identity: Identities) -> Iterator[str]:
    server = uvicorn.Server(
        uvicorn.Config(create_app(services, identity), host="127.0.0.1", port=0, log_level="warning")
    )
    thread = threading.Thread(target=server.run, name="uvicorn")
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        # Not a socket bound by us: on such ones asyncio leaves Nagle's algorithm on, at 40 ms an answer.
        yield "http://{}:{}".format(*server.servers[0].sockets[0].getsockname())
    finally:
        server.should_exit = True
        thread.join()
