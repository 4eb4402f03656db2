"""Commands a second with 16 writers: create, then load and change.

`commands_vs_library`: against the same two commands on plain aggregates of the eventsourcing library in its safe
default mode, on the same server. `commands_vs_bare_insert`: against single-row INSERTs of the same events,
prepared, each a transaction of its own, over 16 connections. All three take turns.
"""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from benchmarks.bare_table import COLUMNS, Row, bare_row, make_bare_table
from benchmarks.deal_pairs import WRITERS, deal_pair
from benchmarks.report import figure, full, in_turns
from benchmarks.setting import new_database, new_log, own_server, owner_dsn, run
from benchmarks.writers import Work, rate
from bootstrap import collect_seldom, new_id
from domain.deals import DealAmountChanged, Opening, open_deal
from domain.money import Money
from domain.pipelines import PIPELINES
from gateways.embedded.postgres import EmbeddedPostgres
from gateways.log.ledger import PostgresLedger
from gateways.log.library import library_environment


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


def main() -> None:
    rounds, seconds = (5, 10.0) if full() else (3, 4.0)
    collect_seldom()  # as every process of ours that writes; for the others in this one too
    with own_server() as (postgres, _):
        ledger = PostgresLedger(new_log(postgres, "log"), connections=WRITERS)
        library = _library(postgres)
        inserts = _Inserts(owner_dsn(postgres, "log"))
        try:
            ours, plain, bare = in_turns(
                lambda: rate([deal_pair(ledger)] * WRITERS, seconds),
                lambda: rate([_plain_pair(library)] * WRITERS, seconds),
                lambda: rate(inserts.workers, seconds),
                rounds=rounds,
            )
        finally:
            ledger.close()
            library.close()
            inserts.close()
    figure("append", "commands_vs_library", ours=ours, theirs=plain, unit="commands/s")
    figure("append", "commands_vs_bare_insert", ours=ours, theirs=bare, unit="commands/s")


def _library(postgres: EmbeddedPostgres) -> Application[UUID]:
    new_database(postgres, "library")
    environment = library_environment(owner_dsn(postgres, "library"), WRITERS)
    return Application[UUID](environment | {"CREATE_TABLE": "yes", "POSTGRES_SCHEMA": "public"})


def _plain_pair(application: Application[UUID]) -> Work:
    def send() -> int:
        deal = PlainDeal(uuid4(), "Two hundred seats", "prospecting")
        application.save(deal)
        loaded: PlainDeal = application.repository.get(deal.id)
        loaded.change_amount(Decimal("1200.00"), "EUR")
        application.save(loaded)
        return 2

    return send


class _Inserts:
    """Sixteen connections, each with work that inserts the two events of a pair, one after the other."""

    def __init__(self, dsn: str) -> None:
        make_bare_table(dsn)
        self._connections = [psycopg.connect(dsn, autocommit=True) for _ in range(WRITERS)]
        self.workers = [self._worker(connection) for connection in self._connections]

    def close(self) -> None:
        for connection in self._connections:
            connection.close()

    def _worker(self, connection: psycopg.Connection[Row]) -> Work:
        cursor = connection.cursor()
        values = ", ".join(["%s"] * (COLUMNS.count(",") + 1))
        statement = f"INSERT INTO public.bare_events ({COLUMNS}) VALUES ({values})"
        rows = _rows_of_a_pair()

        def send() -> int:
            opened, changed = rows()
            cursor.execute(statement, opened, prepare=True)
            cursor.execute(statement, changed, prepare=True)
            return 2

        return send


def _rows_of_a_pair() -> Callable[[], tuple[Row, Row]]:
    opened = open_deal(Opening(name="Two hundred seats"), PIPELINES.shipped)
    changed = DealAmountChanged(amount=Money(Decimal("1200.00"), "EUR"), previous=None)

    def rows() -> tuple[Row, Row]:
        deal_id, customer_id = new_id(), new_id()
        return bare_row(deal_id, 1, opened, customer_id), bare_row(deal_id, 2, changed, customer_id)

    return rows


if __name__ == "__main__":
    run(main)
