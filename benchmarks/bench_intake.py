"""Touchpoints recorded in bulk, events a second.

`intake_vs_copy`: two threads hand the ledger 1,000 commands a call, made on the way, against one connection that
copies the same events, made on the way too, row by row with psycopg's COPY (binary, which is faster than its text)
into a table with the log's columns and indexes, in transactions of the same size: both begin with the same values.
`prepared_vs_blocks`: ours with the commands made beforehand, against COPY of bytes made beforehand in PostgreSQL's
own format, the fastest way in that there is. `recorded_vs_two_copies`: against two connections that copy rows.
`batch_over_http` are two clients that send `POST /v1/interactions:batch` to an API process.
"""

import json
import random
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from benchmarks.bare_table import make_bare_table
from benchmarks.credentials import headers_of_an_admin
from benchmarks.http_load import Request, load
from benchmarks.http_server import served
from benchmarks.report import figure, full, in_turns
from benchmarks.setting import new_log, own_server, owner_dsn, run
from benchmarks.touchpoints import (
    A_CALL,
    copying,
    copying_rows,
    register_customers,
    touchpoint_blocks,
    touchpoints,
)
from benchmarks.writers import rate_of
from bootstrap import collect_seldom
from domain.ledger import Command, Receipt
from gateways.log.ledger import PostgresLedger

THREADS = 2
_ROWS_A_TRANSACTION = """
SELECT count(*) / count(DISTINCT recorded_at) FROM crm.events WHERE topic = 'interaction.recorded'
"""


class Intake:
    """The sides of the comparison; each takes in so many events at a turn."""

    def __init__(self, dsn: str, bare_dsn: str, events: int) -> None:
        self.ledger = PostgresLedger(dsn)
        self.customers = register_customers(self.ledger)
        self._dsn = bare_dsn
        self._events = events
        make_bare_table(bare_dsn)

    def recorded(self) -> float:
        return rate_of([lambda: self._record(touchpoints(self.customers))] * THREADS, self._events // THREADS)

    def prepared(self) -> float:
        """The same, with the commands made before the clock runs."""
        calls = [touchpoints(self.customers) for _ in range(self._events // A_CALL)]
        return rate_of([lambda: self._record(calls.pop())] * THREADS, self._events // THREADS)

    def copied(self, connections: int = 1) -> float:
        """Rows that are made on the way."""
        size = self._rows_a_transaction()
        return self._copied(connections, lambda connection, _: copying_rows(connection, self.customers, size))

    def blocks(self) -> float:
        """Bytes that were made before the clock runs."""
        size = self._rows_a_transaction()
        return self._copied(
            1,
            lambda connection, events: copying(
                connection, touchpoint_blocks(self.customers, events, size, self._dsn)
            ),
        )

    def _copied(
        self, connections: int, work: Callable[[psycopg.Connection[Any], int], Callable[[], int]]
    ) -> float:
        each = self._events // connections
        opened = [psycopg.connect(self._dsn, autocommit=True) for _ in range(connections)]
        workers = [work(connection, each) for connection in opened]
        try:
            return rate_of(workers, each)
        finally:
            for connection in opened:
                connection.close()

    def _record(self, commands: Sequence[Command]) -> int:
        receipts = self.ledger.execute_all(commands)
        assert all(isinstance(receipt, Receipt) for receipt in receipts), "nothing is refused"
        return len(receipts)

    def _rows_a_transaction(self) -> int:
        """As many as our own transactions have: all rows of one share the time at which they were recorded."""
        with psycopg.connect(self._dsn) as connection:
            found = connection.execute(_ROWS_A_TRANSACTION).fetchone()
        assert found is not None
        return int(found[0])


def main() -> None:
    rounds, events, seconds = (5, 200_000, 20.0) if full() else (3, 40_000, 5.0)
    with own_server() as (postgres, folder):
        dsn = new_log(postgres, "log")
        intake = Intake(dsn, owner_dsn(postgres, "log"), events)
        collect_seldom()  # as every process of ours that writes
        try:
            recorded, prepared, copied, over_two, blocks = in_turns(
                intake.recorded,
                intake.prepared,
                intake.copied,
                lambda: intake.copied(2),
                intake.blocks,
                rounds=rounds,
            )
        finally:
            intake.ledger.close()
        figure("intake", "intake_vs_copy", ours=recorded, theirs=copied, unit="events/s")
        figure("intake", "prepared_vs_blocks", ours=prepared, theirs=blocks, unit="events/s")
        figure("intake", "recorded_vs_two_copies", ours=recorded, theirs=over_two, unit="events/s")
        over_http = _over_http(folder, dsn, intake.customers, seconds)
        figure("intake", "batch_over_http", ours=over_http, unit="events/s")


def _over_http(folder: Path, dsn: str, customers: Sequence[UUID], seconds: float) -> float:
    bodies = cycle([_batch(customers) for _ in range(20)])
    request = Request(
        "/v1/interactions:batch",
        lambda: next(bodies),
        headers_of_an_admin(dsn),
        status=207,
        holds=b'"recorded":%d' % A_CALL,
    )
    with served("application", folder, dsn) as port:
        load(port, request, clients=THREADS, seconds=1)
        return A_CALL * load(port, request, clients=THREADS, seconds=seconds).a_second


def _batch(customers: Sequence[UUID]) -> bytes:
    items = [
        {
            "customer_id": str(random.choice(customers)),  # noqa: S311
            "channel": "email",
            "direction": "inbound",
            "subject": "Question about the offer",
            "campaign": "spring-fair",
        }
        for _ in range(A_CALL)
    ]
    return json.dumps({"interactions": items}).encode()


if __name__ == "__main__":
    run(main)
