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
    """One server for all tests of this folder: each test speaks of records of its own."""
    with psycopg.connect(postgres.owner_dsn("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE api TEMPLATE {TEMPLATE}")
    with running_api(postgres.dsn("api")) as running:
        yield running


@pytest.fixture(scope="session")
def http(api: RunningApi) -> Iterator[httpx.Client]:
    with api.client() as client:
        yield client


@pytest.fixture
def crm(api: RunningApi, http: httpx.Client) -> Caller:
    return Caller(api, http)
