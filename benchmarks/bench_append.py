"""Commands a second with 16 writers: create, then load and change.

`commands_vs_library`: against the same two commands on plain aggregates of the eventsourcing library in its safe
default mode, on the same server, taking turns.
"""

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from benchmarks.report import figure, full, in_turns
from domain.aggregates import Change
from domain.deals import DEAL, Deal, change_amount, open_deal
from domain.ledger import Circumstances, Command, Read
from domain.money import Money
from domain.pipelines import STANDARD
from gateways.embedded.postgres import EmbeddedPostgres
from gateways.log.ledger import PostgresLedger
from gateways.log.library import library_environment
from gateways.log.migrate import migrate

WRITERS = 16


class PlainDeal(Aggregate):
    """The same deal in the library's usual, mutable form."""

    @event("Opened")
    def __init__(self, customer_id: UUID, name: str, stage: str) -> None:
        self.customer_id = customer_id
        self.name = name
        self.stage = stage
        self.amount = Decimal(0)

    @event("AmountChanged")
    def change_amount(self, amount: Decimal, currency: str) -> None:
        self.amount = amount
        self.currency = currency


def plain_pair(application: Application[UUID]) -> None:
    deal = PlainDeal(uuid4(), "Two hundred seats", "prospecting")
    application.save(deal)
    loaded: PlainDeal = application.repository.get(deal.id)
    loaded.change_amount(Decimal("1200.00"), "EUR")
    application.save(loaded)


def our_pair(ledger: PostgresLedger) -> None:
    deal_id, customer_id = uuid4(), uuid4()
    opened = open_deal(STANDARD, name="Two hundred seats")
    ledger.execute(
        Command(deal_id, (), lambda: [Change.begin(DEAL, deal_id, customer_id, opened)], _circumstances())
    )

    def change(deal: Deal) -> list[Change]:
        changed = change_amount(deal, amount=Money(Decimal("1200.00"), "EUR"))
        return [Change(DEAL, deal.id, deal.customer_id, (changed,))]

    ledger.execute(Command(deal_id, (Read(DEAL, deal_id),), change, _circumstances()))


def _circumstances() -> Circumstances:
    return Circumstances(
        now=datetime.now(UTC), actor="bench", source="bench", command_id=uuid4(), correlation_id=uuid4()
    )


def commands_a_second(pair: Callable[[], None], seconds: float) -> float:
    """Sixteen writers send pairs of commands for so long."""
    end = time.perf_counter() + seconds

    def write() -> int:
        pairs = 0
        while time.perf_counter() < end:
            pair()
            pairs += 1
        return pairs

    started = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        done = sum(future.result() for future in [pool.submit(write) for _ in range(WRITERS)])
    return 2 * done / (time.perf_counter() - started)


def main() -> None:
    rounds, seconds = (5, 10.0) if full() else (3, 4.0)
    with tempfile.TemporaryDirectory() as folder:
        postgres = EmbeddedPostgres.start(Path(folder))
        try:
            _run(postgres, rounds, seconds)
        finally:
            postgres.stop()


def _run(postgres: EmbeddedPostgres, rounds: int, seconds: float) -> None:
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE library")
    migrate(postgres.dsn())
    environment = library_environment(postgres.dsn("library"), WRITERS) | {
        "CREATE_TABLE": "yes",
        "POSTGRES_SCHEMA": "public",
    }
    application = Application[UUID](environment)
    ledger = PostgresLedger(postgres.dsn(), connections=WRITERS)
    ours, theirs = in_turns(
        lambda: commands_a_second(lambda: our_pair(ledger), seconds),
        lambda: commands_a_second(lambda: plain_pair(application), seconds),
        rounds,
    )
    figure("append", "commands_vs_library", ours=ours, theirs=theirs, unit="commands/s")
    ledger.close()
    application.close()


if __name__ == "__main__":
    main()
