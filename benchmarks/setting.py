"""Where a benchmark runs: a durable server of its own with a fresh log on it, and nothing left at the end."""

import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from bootstrap import new_id
from domain.ledger import Circumstances
from gateways.embedded.postgres import EmbeddedPostgres
from gateways.log.migrate import migrate


def run(main: Callable[[], None]) -> None:
    """Run a benchmark. Ctrl-C and SIGTERM end it alike: its servers are stopped and its files removed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)


@contextmanager
def own_server() -> Iterator[tuple[EmbeddedPostgres, Path]]:
    """A durable PostgreSQL server, and the temporary folder that it is in."""
    with tempfile.TemporaryDirectory(prefix="touchledger-bench-") as name:
        folder = Path(name)
        postgres = EmbeddedPostgres.start(folder)
        try:
            yield postgres, folder
        finally:
            postgres.stop()


def new_log(postgres: EmbeddedPostgres, name: str) -> str:
    """Make a database of that name with an empty log; the application's address of it."""
    new_database(postgres, name)
    migrate(owner_dsn(postgres, name), application_dsn(postgres, name))
    return application_dsn(postgres, name)


def application_dsn(postgres: EmbeddedPostgres, name: str) -> str:
    return postgres.dsn(name)


def owner_dsn(postgres: EmbeddedPostgres, name: str) -> str:
    """The address with all rights: for the references, and for what the application may not do."""
    return postgres.owner_dsn(name)


def new_database(postgres: EmbeddedPostgres, name: str, template: str = "template1") -> None:
    """Make a database, as a copy of another where one is named."""
    with psycopg.connect(owner_dsn(postgres, "postgres"), autocommit=True) as connection:
        statement = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        connection.execute(statement.format(Identifier(name), Identifier(template)))


def by() -> Circumstances:
    """Fresh circumstances, as the application makes them for a command."""
    return Circumstances(
        now=datetime.now(UTC), actor="bench", source="bench", command_id=new_id(), correlation_id=new_id()
    )
