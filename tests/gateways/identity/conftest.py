from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from domain.access import Access, change_access
from domain.access.keys import ApiKey, compose, draw
from gateways.identity.identities import Identities
from gateways.identity.tokens import Tokens
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.gateways.identity.issuer import Issuer, running_issuer
from tests.support.facts import by


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        yield issuer


@dataclass
class Clock:
    """Runs with the world's, ahead by as much as a test likes."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(issuer: Issuer, clock: Clock) -> Tokens:
    return Tokens(issuer.provider(roles_claim="roles"), clock)


class Desk:
    """Where access is given: changes who may do what in the log, as another process would."""

    def __init__(self, ledger: PostgresLedger, clock: Clock) -> None:
        self._ledger = ledger
        self._random = Random(1)  # noqa: S311 - these keys open nothing
        self._clock = clock

    def key(self) -> ApiKey:
        return draw(self._random.choice)

    def change(self, decide: Callable[[Access], Any]) -> None:
        self._ledger.execute(change_access(decide, by(now=self._clock())))


@pytest.fixture
def desk(ledger: PostgresLedger, clock: Clock) -> Desk:
    return Desk(ledger, clock)


@pytest.fixture
def identities(ledger: PostgresLedger, reader: LogReader, clock: Clock, issuer: Issuer) -> Iterator[Identities]:
    with closing(Identities(ledger, reader, clock=clock, provider=issuer.provider(roles_claim="roles"))) as known:
        yield known


def bearer(key: ApiKey) -> str:
    return f"Bearer {compose(key.id, key.secret)}"
