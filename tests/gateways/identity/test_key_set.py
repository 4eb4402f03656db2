"""The provider's key set: fetched seldom, in a thread, and missed in words."""

import asyncio
import json
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from domain.access import IdentityProviderUnavailable, NotAuthenticated
from gateways.identity import key_set
from gateways.identity.tokens import Tokens, Verified
from tests.gateways.identity.conftest import Clock
from tests.gateways.identity.issuer import OTHER_KEY, RSA_KEY, Issuer


async def ask(tokens: Tokens, *given: str) -> list[Verified | BaseException]:
    return await asyncio.gather(*(tokens.verified(token) for token in given), return_exceptions=True)


def answers(tokens: Tokens, *given: str) -> list[Any]:
    return [type(answer) for answer in asyncio.run(ask(tokens, *given))]


def test_many_tokens_at_once_fetch_the_keys_once(tokens: Tokens, issuer: Issuer) -> None:
    given = [issuer.token(sub=f"user-{number}") for number in range(20)]

    assert answers(tokens, *given, *given) == [Verified] * 40
    assert issuer.asked == 1


def test_a_flood_of_unknown_key_ids_fetches_once(tokens: Tokens, issuer: Issuer) -> None:
    given = [issuer.token(OTHER_KEY, kid=f"made-up-{number}") for number in range(50)]

    for some in (given[:25], given[25:], given[:5]):
        assert answers(tokens, *some) == [NotAuthenticated] * len(some)
    assert issuer.asked == 1


def test_a_new_key_is_found_after_a_pause_and_a_withdrawn_one_forgotten(
    tokens: Tokens, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_set, "PAUSE_SECONDS", 0.2)
    old, new = issuer.token(), issuer.token(kid="new")
    assert answers(tokens, old) == [Verified]
    issuer.published = [{**issuer.published[0], "kid": "new"}]
    assert answers(tokens, new) == [NotAuthenticated]
    time.sleep(0.2)

    assert answers(tokens, new) == [Verified]
    assert answers(tokens, old) == [NotAuthenticated], "also where it was remembered"


def test_a_provider_that_is_down_is_told_as_that_and_asked_seldom(
    issuer: Issuer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_set, "_PAUSE_AFTER_FAILURE_SECONDS", 600.0)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    provider = issuer.provider(jwks_url=f"http://127.0.0.1:{port}/keys")

    tokens = Tokens(provider, clock)
    assert answers(tokens, *[issuer.token()] * 3) == [IdentityProviderUnavailable] * 3
    with socket.create_server(("127.0.0.1", port)) as back_again:
        assert answers(tokens, *[issuer.token()] * 100) == [IdentityProviderUnavailable] * 100
        back_again.setblocking(False)
        with pytest.raises(BlockingIOError):
            back_again.accept()


@pytest.mark.parametrize("status", [500, 404, 302])
def test_an_error_or_a_redirect_is_no_key_set(tokens: Tokens, issuer: Issuer, status: int) -> None:
    issuer.broken = status

    assert answers(tokens, issuer.token()) == [IdentityProviderUnavailable]
    assert issuer.asked == 0


@pytest.mark.parametrize("published", [None, "keys", {"keys": 1}])
def test_something_else_than_keys_is_no_key_set(tokens: Tokens, issuer: Issuer, published: Any) -> None:
    issuer.published = published

    assert answers(tokens, issuer.token()) == [IdentityProviderUnavailable]


def test_what_is_no_key_is_passed_over(tokens: Tokens, issuer: Issuer) -> None:
    broken = {**issuer.published[0], "n": "!", "kid": "broken"}
    issuer.published = [1, {}, {"kty": ["RSA"]}, {"kty": "RSA"}, broken, *issuer.published]

    assert answers(tokens, issuer.token(), issuer.token(kid="broken")) == [Verified, NotAuthenticated]


@pytest.mark.parametrize(
    "configuration",
    [
        {"issuer": "https://evil.example", "jwks_uri": "{url}/keys"},
        {"issuer": "{url}", "jwks_uri": "http://evil.example/keys"},
        {"issuer": "{url}"},
    ],
)
def test_a_configuration_that_leads_elsewhere_is_not_followed(
    tokens: Tokens, issuer: Issuer, configuration: dict[str, str]
) -> None:
    issuer.configuration = {name: value.format(url=issuer.url) for name, value in configuration.items()}

    assert answers(tokens, issuer.token()) == [IdentityProviderUnavailable]


def test_keys_are_not_read_from_a_file(tokens: Tokens, issuer: Issuer, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": issuer.published}))
    issuer.configuration["jwks_uri"] = keys.as_uri()

    assert answers(tokens, issuer.token()) == [IdentityProviderUnavailable]


def test_keys_at_hand_are_used_while_the_provider_is_down_but_not_for_ever(
    tokens: Tokens, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answers(tokens, issuer.token()) == [Verified]
    issuer.broken = 500
    monkeypatch.setattr(key_set, "FRESH_SECONDS", 0.0)
    assert answers(tokens, issuer.token(sub="ben")) == [Verified]
    monkeypatch.setattr(key_set, "USABLE_SECONDS", 0.0)

    assert answers(tokens, issuer.token(sub="cyd")) == [IdentityProviderUnavailable]


def test_the_address_of_the_keys_may_be_given(issuer: Issuer, clock: Clock) -> None:
    issuer.configuration = {}

    tokens = Tokens(issuer.provider(jwks_url=f"{issuer.url}/keys"), clock)
    assert answers(tokens, issuer.token(RSA_KEY)) == [Verified]


@pytest.mark.parametrize("claim", ["realm_access.roles", "https://example.com/roles"])
def test_a_roles_claim_is_named_as_the_provider_names_it(issuer: Issuer, clock: Clock, claim: str) -> None:
    told: dict[str, Any] = {"realm_access": {"roles": ["analyst"]}, "https://example.com/roles": ["analyst"]}
    tokens = Tokens(issuer.provider(roles_claim=claim), clock)

    (verified,) = asyncio.run(ask(tokens, issuer.token(**told)))

    assert isinstance(verified, Verified)
    assert verified.roles == ("analyst",)


@pytest.mark.parametrize("roles", [None, 7, {"analyst": True}, [1], [["analyst"]]])
def test_a_roles_claim_that_holds_no_names_gives_no_roles(tokens: Tokens, issuer: Issuer, roles: Any) -> None:
    (verified,) = asyncio.run(ask(tokens, issuer.token(roles=roles)))

    assert isinstance(verified, Verified)
    assert verified.roles == ()
