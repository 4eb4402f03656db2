from collections.abc import Iterator

import pytest

from gateways.log.ledger import PostgresLedger


@pytest.fixture
def other_process(dsn: str) -> Iterator[PostgresLedger]:
    """A second ledger on the same database, with its own cache and writer, as in another process."""
    opened = PostgresLedger(dsn)
    yield opened
    opened.close()
