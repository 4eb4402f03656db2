"""Who asks with an API key, over a real log."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from domain.access import (
    ACCESS_ID,
    Caller,
    CredentialsMissing,
    Level,
    MalformedKey,
    NotAuthenticated,
    issue_key,
    remove_member,
    revoke_key,
    rotate_key,
)
from domain.access.keys import ApiKey, compose
from domain.ledger import LogUnavailable
from gateways.identity.followed_access import POLL_SECONDS
from gateways.identity.identities import Identities
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.gateways.identity.conftest import Clock, Desk, bearer
from tests.support.newer_program import tell_as_a_newer_program
from tests.support.proxy import proxied

HOUR = timedelta(hours=1)


def who(identities: Identities, authorization: str | None) -> Caller:
    return asyncio.run(identities.authenticate(authorization))


@pytest.fixture
def known(ledger: PostgresLedger, reader: LogReader, clock: Clock) -> Iterator[Identities]:
    """No identity provider is set up."""
    with closing(Identities(ledger, reader, clock=clock)) as known:
        yield known


@pytest.fixture
def key(desk: Desk, clock: Clock, known: Identities) -> ApiKey:
    """Ann's, an administrator's, for a day, limited to reading."""
    key = desk.key()
    expires_at = clock() + 24 * HOUR
    desk.change(
        lambda access: issue_key(
            access,
            key=key,
            principal="ann",
            roles=["admin"],
            scopes=["*:read"],
            expires_at=expires_at,
            now=clock(),
        )
    )
    known.refresh()
    return key


def refused(known: Identities, authorization: str | None, because: str) -> None:
    with pytest.raises(NotAuthenticated, match=because):
        who(known, authorization)


def test_a_key_acts_as_its_principal_within_its_scopes(known: Identities, key: ApiKey) -> None:
    caller = who(known, bearer(key))

    assert (caller.principal, caller.key_id) == ("ann", key.id)
    assert caller.grants["deal:read"] == Level.ALL
    assert "deal:change" not in caller.grants


@pytest.mark.parametrize("authorization", [None, "", "  "])
def test_nobody_is_told_what_to_send(known: Identities, authorization: str | None) -> None:
    with pytest.raises(CredentialsMissing, match="Authorization: Bearer"):
        who(known, authorization)


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Basic YW5uOm5v", "crm_x", "é", "Bearer\tx"])
def test_another_scheme_is_refused(known: Identities, authorization: str) -> None:
    refused(known, authorization, "Bearer")


def test_the_scheme_is_written_in_any_case(known: Identities, key: ApiKey) -> None:
    assert who(known, bearer(key).replace("Bearer ", "bearer   ")).principal == "ann"


def test_a_key_that_was_never_issued_or_has_another_secret_is_unknown(
    known: Identities, key: ApiKey, desk: Desk
) -> None:
    refused(known, bearer(desk.key()), "unknown")
    refused(known, bearer(ApiKey(key.id, desk.key().secret)), "unknown")


def test_a_revoked_key_is_refused_and_so_are_those_of_a_removed_member(
    known: Identities, key: ApiKey, desk: Desk, clock: Clock
) -> None:
    bens = desk.key()
    desk.change(lambda access: issue_key(access, key=bens, principal="ben", roles=["sales"], now=clock()))
    desk.change(lambda access: revoke_key(access, key_id=key.id))
    desk.change(lambda access: remove_member(access, principal="ben", now=clock()))
    known.refresh()

    refused(known, bearer(key), "revoked")
    refused(known, bearer(bens), "revoked")


def test_an_ended_key_says_so_only_to_whoever_knows_its_secret(
    known: Identities, key: ApiKey, clock: Clock, desk: Desk
) -> None:
    clock.ahead = 24 * HOUR

    refused(known, bearer(key), "expired")
    refused(known, bearer(ApiKey(key.id, desk.key().secret)), "unknown")


def test_a_rotated_key_works_in_the_overlap_and_not_after_it(
    known: Identities, key: ApiKey, desk: Desk, clock: Clock
) -> None:
    new = desk.key()
    desk.change(lambda access: rotate_key(access, key_id=key.id, new=new, overlap=HOUR, now=clock()))
    known.refresh()

    assert who(known, bearer(key)).principal == who(known, bearer(new)).principal == "ann"
    clock.ahead = HOUR
    refused(known, bearer(key), f"successor {new.id}")
    assert who(known, bearer(new)).key_id == new.id


def test_what_another_process_revokes_counts_here_soon(known: Identities, key: ApiKey, desk: Desk) -> None:
    desk.change(lambda access: revoke_key(access, key_id=key.id))

    assert POLL_SECONDS <= 1
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        try:
            who(known, bearer(key))
        except NotAuthenticated:
            return
        time.sleep(0.05)
    pytest.fail("the key still works")


def test_nobody_is_let_in_on_a_state_that_holds_what_cannot_be_read(
    known: Identities, key: ApiKey, owner_dsn: str
) -> None:
    tell_as_a_newer_program(owner_dsn, ACCESS_ID, "access.key_suspended", schema=1)

    with pytest.raises(LogUnavailable, match=r"'access.key_suspended' is unknown"):
        known.refresh()
    with pytest.raises(LogUnavailable):
        who(known, bearer(key))


def test_a_token_is_refused_where_no_provider_is_set_up(known: Identities) -> None:
    refused(known, "Bearer a.b.c", "no identity provider")


def test_without_the_log_a_mistyped_key_is_still_told_and_a_right_one_is_not_trusted_for_long(
    dsn: str, clock: Clock, desk: Desk
) -> None:
    key = desk.key()
    desk.change(lambda access: issue_key(access, key=key, principal="ann", roles=["admin"], now=clock()))
    with (
        proxied(dsn) as (proxy, through),
        closing(PostgresLedger(through)) as ledger,
        closing(LogReader(through)) as log,
        closing(Identities(ledger, log, clock=clock, patience_seconds=1.5)) as known,
    ):
        assert who(known, bearer(key)).principal == "ann"
        proxy.close()
        assert who(known, bearer(key)).principal == "ann"
        time.sleep(2.5)
        with pytest.raises(LogUnavailable):
            who(known, bearer(key))
        with pytest.raises(MalformedKey, match="checksum"):
            who(known, f"Bearer {compose(key.id, key.secret)[:-6]}000000")
