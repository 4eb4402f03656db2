import gc
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gateways.embedded.postgres import EmbeddedPostgres
from gateways.log.ledger import PostgresLedger
from gateways.log.migrate import migrate


@pytest.fixture(scope="package", autouse=True)
def collector_off() -> Iterator[None]:
    """Histories live from one test to the next; Python's collector would spend most of the time on them."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="package")
def server() -> Iterator[EmbeddedPostgres]:
    # Not pytest's tmp_path: under root PostgreSQL is another user, who cannot enter there.
    folder = Path(tempfile.mkdtemp(prefix="touchledger-test-"))
    started = EmbeddedPostgres.start(folder / "stack", durable=False)
    yield started
    started.stop()
    shutil.rmtree(folder)


@pytest.fixture
def dsn(server: EmbeddedPostgres) -> str:
    """A log of the test's own."""
    with psycopg.connect(server.owner_dsn(), autocommit=True) as connection:
        (number,) = connection.execute("SELECT count(*) FROM pg_database").fetchone() or (0,)
        connection.execute(f"CREATE DATABASE log_{number}")
    migrate(server.owner_dsn(f"log_{number}"), server.dsn(f"log_{number}"))
    return server.dsn(f"log_{number}")


@pytest.fixture
def ledger(dsn: str) -> Iterator[PostgresLedger]:
    opened = PostgresLedger(dsn)
    yield opened
    opened.close()
