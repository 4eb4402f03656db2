"""Tokens and the log together: what the caller may do."""

import asyncio

from domain.access import ACCESS_ID, Caller, Level, set_member
from domain.facts import Fact
from gateways.identity.identities import Identities
from gateways.log.reader import LogReader
from projections.catalogue import FOLDS
from tests.gateways.identity.conftest import Desk
from tests.gateways.identity.issuer import Issuer


def who(identities: Identities, token: str) -> Caller:
    return asyncio.run(identities.authenticate(f"Bearer {token}"))


def test_a_principal_has_the_roles_that_the_log_gives_it_and_those_that_the_provider_does(
    identities: Identities, issuer: Issuer, desk: Desk
) -> None:
    desk.change(lambda access: set_member(access, principal="ann", roles=["sales"], team="north"))
    desk.change(lambda access: set_member(access, principal="ben", roles=[], team="north"))
    identities.refresh()

    plain = who(identities, issuer.token())
    more = who(identities, issuer.token(roles=["analyst", "emperor"]))

    assert (plain.grants["deal:read"], plain.team, plain.key_id) == (Level.OWN, frozenset({"ann", "ben"}), None)
    assert (more.grants["deal:read"], more.grants["deal:change"]) == (Level.ALL, Level.OWN)


def test_a_scope_takes_away_what_roles_grant(identities: Identities, issuer: Issuer) -> None:
    assert who(identities, issuer.token(roles="analyst", scope="openid deal:*")).grants == {"deal:read": Level.ALL}
    assert who(identities, issuer.token(roles="analyst", scope="deals:read")).grants == {}


def test_a_stranger_with_a_right_token_may_do_nothing(identities: Identities, issuer: Issuer) -> None:
    assert who(identities, issuer.token(sub="zoe")).grants == {}


def test_what_a_member_loses_in_the_log_a_remembered_token_loses_too(
    identities: Identities, issuer: Issuer, desk: Desk
) -> None:
    desk.change(lambda access: set_member(access, principal="ann", roles=["sales"]))
    identities.refresh()
    token = issuer.token()
    assert "deal:read" in who(identities, token).grants
    desk.change(lambda access: set_member(access, principal="ann", roles=[]))
    identities.refresh()

    assert who(identities, token).grants == {}


def test_no_read_model_takes_access_for_a_customers_story(desk: Desk, reader: LogReader) -> None:
    desk.change(lambda access: set_member(access, principal="ann", roles=["sales"]))

    facts: list[Fact] = reader.of_stream(ACCESS_ID)

    assert len(facts) == 1
    assert [fold.name for fold in FOLDS if fold.concerns(facts[0])] == []
