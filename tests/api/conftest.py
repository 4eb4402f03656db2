from collections.abc import Iterator

import httpx
import psycopg
import pytest

from gateways.embedded.postgres import EmbeddedPostgres
from tests.support.postgres import TEMPLATE

from .asking import Caller
from .server import RunningApi, running_api


@pytest.fixture(scope="session")
def api(postgres: EmbeddedPostgres) -> Iterator[RunningApi]:
    """One server for all tests of this folder: each test speaks of records of its own, and may ask of any day: for
    this log, time began with the calendar."""
    with psycopg.connect(postgres.owner_dsn("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE api TEMPLATE {TEMPLATE}")
    with running_api(postgres.dsn("api")) as running:
        with running.client() as client:
            Caller(running, client).person(name="Adam", occurred_at="0001-01-01T00:00:00Z")
        yield running


@pytest.fixture(scope="session")
def http(api: RunningApi) -> Iterator[httpx.Client]:
    with api.client() as client:
        yield client


@pytest.fixture
def crm(api: RunningApi, http: httpx.Client) -> Caller:
    return Caller(api, http)
