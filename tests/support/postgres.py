"""A PostgreSQL server for the whole test session, and a fresh, migrated database for each test that asks."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from gateways.embedded.postgres import EmbeddedPostgres
from gateways.log.migrate import migrate

TEMPLATE = "migrated"
_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it is our own
_PLENTY = 4 << 30
_NAMED = "touchledger-suite-"

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    # Not pytest's tmp_path: each session of pytest closes its parent to other users again, and under root
    # PostgreSQL is another user.
    folder = Path(tempfile.mkdtemp(prefix=f"{_NAMED}{os.getpid()}-", dir=_quick_place()))
    server = EmbeddedPostgres.start(folder, durable=False)
    try:
        _create(server, TEMPLATE)
        migrate(server.owner_dsn(TEMPLATE), server.dsn(TEMPLATE))
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def dsn(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The application's address of a migrated database that nobody else uses."""
    name = f"test_{next(_numbers)}"
    _create(postgres, name, template=TEMPLATE)
    yield postgres.dsn(name)
    _drop(postgres, name)


@pytest.fixture
def new_dsn(postgres: EmbeddedPostgres) -> Callable[[], AbstractContextManager[str]]:
    """Makes the application's address of one more migrated database, for as long as it is wanted: for a property
    whose examples each begin with an empty log."""

    @contextmanager
    def make() -> Iterator[str]:
        name = f"test_{next(_numbers)}"
        _create(postgres, name, template=TEMPLATE)
        try:
            yield postgres.dsn(name)
        finally:
            _drop(postgres, name)

    return make


@pytest.fixture
def owner_dsn(postgres: EmbeddedPostgres, dsn: str) -> str:
    """The owner's address of the same database; the owner is a superuser."""
    return postgres.owner_dsn(str(conninfo_to_dict(dsn)["dbname"]))


@pytest.fixture
def empty_dsn(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The application's address of a database that was not migrated."""
    name = f"test_{next(_numbers)}"
    _create(postgres, name)
    yield postgres.dsn(name)
    _drop(postgres, name)


@pytest.fixture
def empty_owner_dsn(postgres: EmbeddedPostgres, empty_dsn: str) -> str:
    """The owner's address of the same database."""
    return postgres.owner_dsn(str(conninfo_to_dict(empty_dsn)["dbname"]))


def _quick_place() -> Path | None:
    """Where a database is made in a quarter of the time that it takes on a disk, if there is such a place."""
    if not _MEMORY.is_dir():
        return None
    for left in _MEMORY.glob(f"{_NAMED}*"):
        # A run that was killed leaves its folder, and memory is dear.
        if not psutil.pid_exists(int(left.name.split("-")[2])):
            shutil.rmtree(left, ignore_errors=True)
    return _MEMORY if shutil.disk_usage(_MEMORY).free > _PLENTY else None


def _create(server: EmbeddedPostgres, name: str, *, template: str = "template1") -> None:
    with psycopg.connect(server.owner_dsn("postgres"), autocommit=True) as connection:
        # Copying files takes a tenth of the time that writing each page to the WAL does; nothing is synced here.
        statement = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            Identifier(name), Identifier(template)
        )
        connection.execute(statement)


def _drop(server: EmbeddedPostgres, name: str) -> None:
    with psycopg.connect(server.owner_dsn("postgres"), autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
