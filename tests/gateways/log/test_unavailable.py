import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from domain.customers import CUSTOMER
from domain.deals import DEAL
from domain.ledger import LogUnavailable
from gateways.embedded.postgres import EmbeddedPostgres
from gateways.log.ledger import PostgresLedger
from gateways.log.migrate import migrate
from tests.support.told import a_deal, move, register_person, touch

PATIENCE = 1.0


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's tmp_path: see tests.support.postgres.
    made = Path(tempfile.mkdtemp(prefix="touchledger-test-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_a_log_that_stops_is_told_in_time_and_comes_back(folder: Path) -> None:
    server = EmbeddedPostgres.start(folder, durable=False)
    migrate(server.owner_dsn(), server.dsn())
    ledger, customer_id = PostgresLedger(server.dsn(), patience_seconds=PATIENCE), uuid4()
    ledger.execute(register_person(customer_id))
    server.stop()

    began = time.monotonic()
    for command in (touch(customer_id), register_person(uuid4())):
        with pytest.raises(LogUnavailable):
            ledger.execute(command)
    with pytest.raises(LogUnavailable):
        ledger.read(CUSTOMER, customer_id)
    took = time.monotonic() - began

    server = EmbeddedPostgres.start(folder, durable=False)
    assert ledger.execute(touch(customer_id)).position == 2
    ledger.close()
    server.stop()
    assert took < 60


def end_all_sessions(owner_dsn: str) -> None:
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_question_survives_that_its_line_died(owner_dsn: str, ledger: PostgresLedger) -> None:
    deal_id = a_deal(ledger)
    end_all_sessions(owner_dsn)

    assert ledger.read(DEAL, deal_id).version == 1


def test_a_command_survives_that_its_writers_line_died(owner_dsn: str, ledger: PostgresLedger) -> None:
    deal_id = a_deal(ledger)
    end_all_sessions(owner_dsn)

    assert ledger.execute(move(deal_id, "proposal")).version == 2


def test_a_server_that_may_only_be_read_is_an_unavailable_log(owner_dsn: str, ledger: PostgresLedger) -> None:
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET default_transaction_read_only = on")

    with pytest.raises(LogUnavailable):
        ledger.execute(register_person(uuid4()))


def test_a_closed_ledger_says_so(dsn: str) -> None:
    ledger = PostgresLedger(dsn)
    ledger.execute(register_person(uuid4()))
    ledger.close()
    ledger.close()

    with pytest.raises(LogUnavailable):
        ledger.execute(register_person(uuid4()))
    with pytest.raises(LogUnavailable):
        ledger.read(CUSTOMER, uuid4())


def test_the_librarys_unsafe_function_is_refused(dsn: str, ledger: PostgresLedger) -> None:
    ledger._recorder.datastore.enable_db_functions = True

    with pytest.raises(ValueError, match="POSTGRES_ENABLE_DB_FUNCTIONS"):
        type(ledger._recorder)(ledger._recorder.datastore, dsn=dsn)
