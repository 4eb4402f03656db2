"""The 360 view of a customer with 10,000 events as of a moment, against the same view as it is now, over HTTP.

`asof_vs_live`: the time of the answer about the past against that of the live answer, of one process that serves
both in turns, to one client. The moments are of the story's last year, in no order, none is asked for twice: the
process remembers how far the story was folded before, exactly (`projections/engine/past/states.py`).
`first_vs_live`: by a process that was never asked of this customer's past, and folds it from the first event on.
"""

import statistics
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import httpx

from benchmarks.credentials import headers_of_an_admin
from benchmarks.http_server import HOST, served
from benchmarks.key_account import EVENTS, tell_key_account
from benchmarks.report import figure, full, in_turns
from benchmarks.setting import by, new_log, own_server, run
from bootstrap import new_id
from domain import commands
from domain.customers import register
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.catalogue import FOLDS
from projections.engine.bulk.rebuild import rebuild
from projections.engine.database import connect
from projections.engine.schema import create_schema

_random = Random(360)  # noqa: S311 - moments, no secrets


def main() -> None:
    rounds, firsts = (100, 9) if full() else (30, 3)
    with own_server() as (postgres, folder):
        dsn = new_log(postgres, "log")
        headers = headers_of_an_admin(dsn)
        with closing(PostgresLedger(dsn)) as ledger:
            customer_id, other_id = tell_key_account(ledger), new_id()
            other = register(kind="person", name="Ada")
            ledger.execute(commands.register_customer(other_id, other, by()))
        _fold(dsn)
        first = statistics.median(_first(folder, dsn, headers, customer_id, other_id) for _ in range(firsts))
        with served("application", folder, dsn) as port, _client(port, headers) as http:
            asked = _Asked(http, customer_id)
            asked.past()
            asked.live()
            past, live = in_turns(asked.past, asked.live, rounds=rounds)
    figure("asof", "asof_vs_live", ours=past, theirs=live, unit="ms")
    figure("asof", "first_vs_live", ours=first, theirs=live, unit="ms")


class _Asked:
    """Each question's time in milliseconds."""

    def __init__(self, http: httpx.Client, customer_id: UUID) -> None:
        self._http = http
        self._path = f"/v1/customers/{customer_id}/360"

    def past(self) -> float:
        moment = datetime.now(UTC) - _random.random() * timedelta(days=365)
        return self.at(moment, at_least=EVENTS // 2)

    def at(self, moment: datetime, *, at_least: int) -> float:
        return self._answered({"as_of": moment.isoformat()}, at_least=at_least)

    def live(self) -> float:
        return self._answered({}, at_least=EVENTS)

    def _answered(self, params: Mapping[str, str], *, at_least: int) -> float:
        began = time.perf_counter()
        answer = self._http.get(self._path, params=params)
        took = 1000 * (time.perf_counter() - began)
        assert answer.status_code == 200, answer.text
        assert answer.json()["events"] >= at_least, answer.text[:500]
        return took


def _first(folder: Path, dsn: str, headers: Mapping[str, str], customer_id: UUID, other_id: UUID) -> float:
    with served("application", folder, dsn) as port, _client(port, headers) as http:
        now = datetime.now(UTC)
        _Asked(http, other_id).at(now, at_least=1)  # a process's own first answer opens connections
        return _Asked(http, customer_id).at(now, at_least=EVENTS)


def _client(port: int, headers: Mapping[str, str]) -> httpx.Client:
    return httpx.Client(base_url=f"http://{HOST}:{port}", headers=headers, timeout=60)


def _fold(dsn: str) -> None:
    """Fill the read models."""
    with closing(LogReader(dsn)) as log, closing(connect(dsn)) as connection:
        create_schema(connection)
        for fold in FOLDS:
            rebuild(dsn, fold, log, lambda _: 0, partitions=1)


if __name__ == "__main__":
    run(main)
