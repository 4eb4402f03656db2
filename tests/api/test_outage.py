"""The database goes away and comes back; the API stays."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest

from gateways.embedded.postgres import EmbeddedPostgres
from tests.support.postgres import TEMPLATE

from .asking import Caller, assert_problem
from .server import running_api

Switch = Callable[[bool], None]


@pytest.fixture
def database(postgres: EmbeddedPostgres) -> Iterator[tuple[str, Switch]]:
    """A database of our own, which can be switched off: no new connections, and all old ones ended."""
    with psycopg.connect(postgres.owner_dsn("postgres"), autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE outage TEMPLATE {TEMPLATE}")

        def switch(on: bool) -> None:
            administrator.execute(f"ALTER DATABASE outage ALLOW_CONNECTIONS {'true' if on else 'false'}")
            if not on:
                administrator.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'outage'"
                )

        yield postgres.dsn("outage"), switch
        administrator.execute("DROP DATABASE outage WITH (FORCE)")


def answered(http: httpx.Client, path: str) -> dict[str, Any]:
    """What a client gets that asks again as it was told; a connection that broke may cost one 503."""
    for _ in range(20):
        answer = http.get(path)
        if answer.status_code != 503:
            break
    found: dict[str, Any] = answer.json()
    return found


def test_an_outage_is_told_and_outlived(database: tuple[str, Switch]) -> None:
    dsn, switch = database
    with running_api(dsn, fold=False) as api, api.client() as http, ThreadPoolExecutor(1) as client:
        crm = Caller(api, http)
        person = crm.person()
        switch(False)
        asked, ready, alive = (http.get(path) for path in ("/v1/customers", "/readyz", "/livez"))
        told = client.submit(http.patch, f"/v1/customers/{person}", json={"name": "Ada Lind"})
        time.sleep(0.5)
        switch(True)

        assert_problem(asked, 503, "Unavailable")
        assert_problem(ready, 503, "Unavailable")
        assert (asked.headers["Retry-After"], alive.status_code) == ("1", 200)
        assert told.result().json()["version"] == 2
        assert answered(http, "/readyz") == {"status": "ready"}
        assert answered(http, f"/v1/customers/{person}")["name"] == "Ada Lind"
