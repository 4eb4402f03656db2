from collections.abc import Iterator

import pytest

from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader


@pytest.fixture
def ledger(dsn: str) -> Iterator[PostgresLedger]:
    opened = PostgresLedger(dsn)
    yield opened
    opened.close()


@pytest.fixture
def other_process(dsn: str) -> Iterator[PostgresLedger]:
    """A second ledger on the same database, with its own cache and writer, as in another process."""
    opened = PostgresLedger(dsn)
    yield opened
    opened.close()


@pytest.fixture
def reader(dsn: str) -> Iterator[LogReader]:
    opened = LogReader(dsn)
    yield opened
    opened.close()
