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


@pytest.fixture
def locked(dsn: str, reads: Connection) -> Iterator[None]:
    """Rows wait half a second at the table."""
    with transaction(reads) as cursor:
        Tables(MADE).create_bare(cursor)
    with closing(connect(dsn)) as connection:
        connection.cursor().execute("LOCK TABLE made")
        free = threading.Timer(0.5, connection.rollback)
        free.start()
        yield
        free.join()


@pytest.mark.usefixtures("locked")
def test_whoever_is_interrupted_again_and_again_waits_for_the_rows_that_are_under_way(reads: Connection) -> None:
    """Two who speak at once over one connection wait for each other's answers for ever."""
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        _send_interrupted(reads)

    assert 0.4 < time.monotonic() - began < 5
    with transaction(reads) as cursor:
        cursor.execute("SELECT count(*) FROM made")
        assert cursor.fetchone() == (0,)


def _send_interrupted(reads: Connection) -> None:
    with transaction(reads) as cursor, Sending(cursor, Tables(MADE)) as sending:
        sending.send([(ADA, NOTHING_KNOWN)])
        for seconds in (0.1, 0.2, 0.3):
            threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)).start()
        time.sleep(10)
