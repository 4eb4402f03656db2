"""The library's own way to keep a view up to date: its runner over our log, with its tracking recorder."""

import time
from collections.abc import Mapping
from typing import Any

import psycopg
from eventsourcing.projection import ProjectionRunner

from benchmarks.counting import CountingProjection, CountingView
from gateways.log.ledger import PostgresLedger
from gateways.log.library import library_environment

_dsn: list[str] = []


class Log(PostgresLedger):
    """Our log as the library builds an application."""

    def __init__(self, _: Mapping[str, str] | None = None) -> None:
        super().__init__(_dsn[-1])


def counted_by_the_library(dsn: str, owner: str, events: int) -> float:
    """Events a second, over the first so many of the log."""
    _dsn.append(dsn)
    there = {"POSTGRES_SCHEMA": "public", "CREATE_TABLE": "yes", "POSTGRES_ENABLE_DB_FUNCTIONS": "yes"}
    runner: Any = ProjectionRunner(
        application_class=Log,
        projection_class=CountingProjection,
        view_class=CountingView,
        env=library_environment(owner, 4) | there,
    )
    started = time.perf_counter()
    with runner:
        while (runner.view.max_tracking_id(runner.app_name) or 0) < events:
            time.sleep(0.05)
        counted = runner.view.max_tracking_id(runner.app_name)
        seconds = time.perf_counter() - started
    _check(owner, runner.view.counts, counted)
    return float(counted / seconds)


def _check(owner: str, table: str, counted: int) -> None:
    with psycopg.connect(owner) as connection:
        found = connection.execute(f"SELECT sum(events) FROM public.{table}").fetchone()
    assert found is not None
    assert found[0] >= counted, "it counts each event"
