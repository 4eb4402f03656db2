"""The `crm` command: what it prints, and that it fails in words."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gateways.embedded.stack import Stack
from gateways.log.ledger import PostgresLedger
from tests.support.log import number, tell_by_chance


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="touchledger-cli-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def crm(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}
    return subprocess.run(
        [sys.executable, "-m", "bootstrap", *arguments],
        env={**env, **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def failed_in_words(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode != 0
    assert "Traceback" not in done.stdout + done.stderr
    told = " ".join((done.stdout + done.stderr).split())
    for word in words:
        assert word in told


def test_a_port_in_use_is_named(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = crm("up", CRM_DATA_FOLDER=str(folder), CRM_API_PORT=str(port))

    failed_in_words(done, f"cannot listen on 127.0.0.1:{port}", "CRM_API_PORT")


def test_a_data_folder_of_another_version_is_refused(folder: Path) -> None:
    (folder / "postgres").mkdir(parents=True)
    (folder / "postgres" / "PG_VERSION").write_text("16\n")
    (folder / "format").write_text("1\n")

    done = crm("up", CRM_DATA_FOLDER=str(folder), CRM_API_PORT="18999")

    failed_in_words(done, "16", "18")


def test_a_folder_that_another_stack_runs_on_is_refused(folder: Path) -> None:
    stack = Stack.start(folder)
    try:
        done = crm("up", CRM_DATA_FOLDER=str(folder), CRM_API_PORT="18999")
    finally:
        stack.stop()

    failed_in_words(done, str(os.getpid()))


def test_without_a_stack_it_says_how_to_start_one(folder: Path) -> None:
    failed_in_words(crm("status", CRM_DATA_FOLDER=str(folder)), "crm up", "CRM_POSTGRES_DSN")


def test_a_database_that_does_not_answer_is_told(folder: Path) -> None:
    failed_in_words(crm("status", CRM_POSTGRES_DSN="host=127.0.0.1 port=1 dbname=x user=x"), "port 1")


def test_an_unmigrated_database_is_not_served(empty_dsn: str) -> None:
    failed_in_words(crm("status", CRM_POSTGRES_DSN=empty_dsn), "0001_log.sql", "crm migrate")


def test_migrating_twice_changes_nothing(empty_dsn: str, empty_owner_dsn: str) -> None:
    addresses = {"CRM_POSTGRES_DSN": empty_dsn, "CRM_POSTGRES_OWNER_DSN": empty_owner_dsn}

    assert "applied 0001_log.sql" in crm("migrate", **addresses).stdout
    assert "up to date" in crm("migrate", **addresses).stdout


@pytest.mark.parametrize("only", ["CRM_POSTGRES_DSN", "CRM_POSTGRES_OWNER_DSN"])
def test_migrating_wants_both_roles(only: str, empty_owner_dsn: str) -> None:
    done = crm("migrate", **{only: empty_owner_dsn})

    failed_in_words(done, "set CRM_POSTGRES_OWNER_DSN", "CRM_POSTGRES_DSN", "as the application's role")


@pytest.mark.parametrize(
    "command",
    [["serve", "--port", "18999"], ["relay"], ["project"], ["schedule"], ["rebuild", "deals"], ["status"]],
)
def test_nothing_is_served_as_a_superuser(command: list[str], owner_dsn: str) -> None:
    failed_in_words(
        crm(*command, CRM_POSTGRES_DSN=owner_dsn), "nothing is served: it is a superuser", "crm migrate"
    )


def test_a_setting_of_the_wrong_kind_is_named() -> None:
    failed_in_words(crm("status", CRM_API_PORT="eighty"), "CRM_API_PORT")


@pytest.mark.parametrize(
    ("variable", "value"),
    [("CRM_POSTGRES_DSN", "nonsense"), ("CRM_KAFKA_BOOTSTRAP", "nonsense:abc"), ("CRM_API_PORT", "70000")],
)
def test_a_setting_that_cannot_be_is_refused_by_its_name(variable: str, value: str) -> None:
    failed_in_words(crm("status", **{variable: value}), variable)


@pytest.mark.parametrize("command", [["rebuild", "deals"], ["parked", "retry", "deals"], ["status"]])
def test_work_on_an_unmigrated_database_says_what_to_run(command: list[str], empty_dsn: str) -> None:
    failed_in_words(crm(*command, CRM_POSTGRES_DSN=empty_dsn), "crm migrate")


def test_rows_that_differ_from_their_rebuild_end_with_an_error(dsn: str, ledger: PostgresLedger) -> None:
    tell_by_chance(ledger, seed=1, steps=200)
    crm("rebuild", "deals", CRM_POSTGRES_DSN=dsn)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("UPDATE read.deals SET name = 'Another'")

    done = crm("rebuild", "deals", "--compare", CRM_POSTGRES_DSN=dsn)

    assert done.returncode == 1
    assert "DIFFERENT" in done.stdout
    assert crm("rebuild", "deals", "--compare", CRM_POSTGRES_DSN=dsn).returncode == 0


def test_rebuild_shows_what_it_did(dsn: str, ledger: PostgresLedger) -> None:
    tell_by_chance(ledger, seed=1, steps=200)

    done = crm("rebuild", "deals", CRM_POSTGRES_DSN=dsn)

    assert done.returncode == 0, done.stderr
    assert "deals:" in done.stdout
    assert "0 parked" in done.stdout


def test_an_unknown_read_model_is_refused_with_the_known_ones(dsn: str) -> None:
    failed_in_words(crm("rebuild", "dreams", CRM_POSTGRES_DSN=dsn), "'dreams'", "customer_360", "deals")


def test_a_number_is_explained_by_its_events_and_all_that_there_are_are_named(
    dsn: str, ledger: PostgresLedger
) -> None:
    tell_by_chance(ledger, seed=1, steps=200)
    ada = str(number(1, 0))

    done = crm("explain", "customer_360", ada, "--field", "orders.count", CRM_POSTGRES_DSN=dsn)

    assert done.returncode == 0, done.stderr
    for word in ("customer_360.orders.count", "order.placed", "version"):
        assert word in done.stdout
    wrong = crm("explain", "customer_360", ada, "--field", "orders.cuont", CRM_POSTGRES_DSN=dsn)
    failed_in_words(wrong, "orders.cuont", "orders.count", "leave out --field")
    assert len(wrong.stderr) < 300
    named = crm("explain", "customer_360", ada, CRM_POSTGRES_DSN=dsn).stdout.splitlines()
    assert {"events", "orders.count", "profile.name"} <= set(named)


def test_status_shows_positions_and_lags(dsn: str, ledger: PostgresLedger) -> None:
    tell_by_chance(ledger, seed=1, steps=200)
    crm("rebuild", "deals", CRM_POSTGRES_DSN=dsn)

    done = crm("status", CRM_POSTGRES_DSN=dsn)

    assert done.returncode == 0, done.stderr
    assert "relay" in done.stdout
    assert "deals" in done.stdout
    assert "Nothing is parked" in done.stdout


def test_a_relay_that_never_ran_is_not_healthy(dsn: str, ledger: PostgresLedger) -> None:
    crm("rebuild", "deals", CRM_POSTGRES_DSN=dsn)
    assert crm("status", "--healthy", "relay", CRM_POSTGRES_DSN=dsn).returncode == 0
    failed_in_words(crm("status", "--healthy", "kettle", CRM_POSTGRES_DSN=dsn), "kettle")
