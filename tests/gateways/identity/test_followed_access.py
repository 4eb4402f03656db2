"""Who has access by a log that was restored from a backup, and has grown again to where it had been."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from domain.access import NotAuthenticated, issue_key, revoke_key
from domain.access.keys import ApiKey
from gateways.identity.followed_access import FollowedAccess
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.gateways.identity.conftest import Clock, Desk
from tests.projections.engine.test_hard_cases import restored_to


@pytest.fixture
def access(ledger: PostgresLedger, reader: LogReader) -> FollowedAccess:
    """It looks when it is told to, and never between."""
    return FollowedAccess(ledger, reader)


@pytest.fixture
def another_desk(dsn: str, clock: Clock) -> Iterator[Desk]:
    """In a process that began after the log was restored: it remembers nothing of what was lost."""
    with closing(PostgresLedger(dsn)) as ledger:
        yield Desk(ledger, clock)


def issued(desk: Desk, key: ApiKey, principal: str, clock: Clock) -> None:
    """Two facts: the principal has the role, and the key."""
    desk.change(lambda access: issue_key(access, key=key, principal=principal, roles=["sales"], now=clock()))


def test_a_key_that_was_lost_with_the_history_opens_nothing_and_one_issued_since_does(
    access: FollowedAccess, desk: Desk, another_desk: Desk, clock: Clock, owner_dsn: str
) -> None:
    anns, bens = desk.key(), desk.key()
    issued(desk, anns, "ann", clock)
    access.refresh()
    assert access.ring.holder(anns, clock()).principal == "ann"

    restored_to(owner_dsn, 0)
    issued(another_desk, bens, "ben", clock)
    access.refresh()

    assert access.ring.holder(bens, clock()).principal == "ben"
    with pytest.raises(NotAuthenticated, match="unknown"):
        access.ring.holder(anns, clock())


def test_a_revocation_that_was_lost_with_the_history_counts_no_more_and_one_made_since_does(
    access: FollowedAccess, desk: Desk, another_desk: Desk, clock: Clock, owner_dsn: str
) -> None:
    anns, bens = desk.key(), desk.key()
    issued(desk, anns, "ann", clock)
    issued(desk, bens, "ben", clock)
    desk.change(lambda access: revoke_key(access, key_id=anns.id))
    access.refresh()
    assert access.ring.holder(bens, clock()).principal == "ben"

    restored_to(owner_dsn, 4)
    another_desk.change(lambda access: revoke_key(access, key_id=bens.id))
    access.refresh()

    assert access.ring.holder(anns, clock()).principal == "ann"
    with pytest.raises(NotAuthenticated, match="revoked"):
        access.ring.holder(bens, clock())
