"""What waits for somebody costs nothing meanwhile, and no more than it must."""

import threading
import time
from contextlib import closing

import psycopg2
import pytest

from bootstrap import Wiring
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.deals.fold import DEALS
from projections.engine.database import Connection, connect, transaction
from projections.engine.hosting import create
from projections.engine.live import breaker
from settings import Settings
from tests.projections.engine.conftest import PARTITIONS, Silent, projector
from tests.support.log import tell_by_chance

_SECONDS = 2.0


def test_a_process_whose_fold_is_paused_does_not_spin(
    ledger: PostgresLedger, reads: Connection, reader: LogReader, dsn: str
) -> None:
    tell_by_chance(ledger, seed=1, steps=20)
    with transaction(reads) as cursor:
        create(cursor, DEALS, PARTITIONS)
        breaker.pause(cursor, DEALS.name, DEALS.version, "a test")
    rounds: list[float] = []

    class Counted(Silent):
        def poll(self, seconds: float) -> list[object]:
            rounds.append(seconds)
            time.sleep(seconds)
            return []

    end = time.monotonic() + _SECONDS
    projector(dsn, [DEALS], reader, PARTITIONS, lambda: time.monotonic() > end, Counted)

    assert len(rounds) < 20 * _SECONDS


def test_a_process_that_fails_again_and_again_leaves_nothing_behind(
    dsn: str, owner_dsn: str, bootstrap: str
) -> None:
    with closing(connect(owner_dsn)) as owner, transaction(owner) as cursor:
        cursor.execute("ALTER SCHEMA read RENAME TO gone")
    wiring = Wiring(Settings(postgres_dsn=dsn, kafka_bootstrap=bootstrap))
    threads = []
    for _ in range(4):
        with pytest.raises(psycopg2.Error):
            wiring.project_once(lambda: False, {})
        threads.append(threading.active_count())

    assert threads[-1] <= threads[0]
