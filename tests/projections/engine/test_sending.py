"""Rows are sent by a second thread: whoever folds has the connection to himself again when that is over."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from projections.customer_360.fold import CUSTOMER_360
from projections.engine.bulk.sending import Sending
from projections.engine.database import Connection, connect, transaction
from projections.engine.folding import Folded
from projections.engine.tables import Tables
from tests.support.facts import ADA

NOTHING_KNOWN = Folded(None, 1, (), ())
MADE = replace(CUSTOMER_360, name="made", columns={})


class Impatient(threading.Thread):
    """Somebody at the keyboard while rows wait at a table that is locked: Ctrl-C, three times, then it is free."""

    def __init__(self, locked: Connection) -> None:
        super().__init__()
        self._locked = locked
        self.gave_up = threading.Event()

    def run(self) -> None:
        for _ in range(3):
            time.sleep(0.1)
            os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
        self.gave_up.set()
        self._locked.rollback()


@pytest.fixture
def impatient(dsn: str, reads: Connection) -> Iterator[Impatient]:
    with transaction(reads) as cursor:
        Tables(MADE).create_bare(cursor)
    # A shell's background has no Ctrl-C, and hands that down.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with closing(connect(dsn)) as connection:
        connection.cursor().execute("LOCK TABLE made")
        somebody = Impatient(connection)
        yield somebody
        somebody.join()
    signal.signal(signal.SIGINT, before)


def test_whoever_is_interrupted_again_and_again_waits_for_the_rows_that_are_under_way(
    reads: Connection, impatient: Impatient
) -> None:
    """Two who speak at once over one connection wait for each other's answers for ever."""
    with pytest.raises(KeyboardInterrupt):
        _send_interrupted(reads, impatient)

    assert impatient.gave_up.is_set()
    with transaction(reads) as cursor:
        cursor.execute("SELECT count(*) FROM made")
        assert cursor.fetchone() == (0,)


def _send_interrupted(reads: Connection, impatient: Impatient) -> None:
    with transaction(reads) as cursor, Sending(cursor, Tables(MADE)) as sending:
        sending.send([(ADA, NOTHING_KNOWN)])
        impatient.start()
        impatient.gave_up.wait(60)
