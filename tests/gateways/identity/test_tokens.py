"""Who asks with a token: what is accepted, and what a forger may try."""

import asyncio
import hashlib
import hmac
import json
import time
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from jwt.utils import base64url_encode

from domain.access import NotAuthenticated
from gateways.identity.tokens import Tokens, Verified
from tests.gateways.identity.conftest import Clock
from tests.gateways.identity.issuer import EC_KEY, OTHER_KEY, RSA_KEY, Issuer, public_pem


def who(tokens: Tokens, token: str) -> Verified:
    return asyncio.run(tokens.verified(token))


def refused(tokens: Tokens, token: str, because: str) -> None:
    with pytest.raises(NotAuthenticated, match=because):
        who(tokens, token)


def by_hand(header: bytes, payload: bytes, signature: bytes = b"") -> str:
    return b".".join(base64url_encode(part) for part in (header, payload, signature)).decode()


@pytest.mark.parametrize("typ", ["JWT", "at+jwt", "AT+JWT", "application/at+jwt", None])
def test_a_token_of_the_provider_is_accepted(tokens: Tokens, issuer: Issuer, typ: str | None) -> None:
    token = issuer.signed(issuer.claims(), RSA_KEY, "RS256", kid="rsa", typ=typ)

    assert who(tokens, token).principal == "ann"
    assert who(tokens, issuer.token(EC_KEY, "ES256", kid="ec")).principal == "ann"


@pytest.mark.parametrize(
    ("scope", "limits"),
    [
        (None, ["*"]),
        ("", ["*"]),
        ("openid profile offline_access https://example.com/read urn:zitadel:iam api://x/y", ["*"]),
        ("openid deal:read deal:change", ["deal:read", "deal:change"]),
        (["openid", "deal:*"], ["deal:*"]),
        ("*", ["*"]),
        ("deals:read", ["deals:read"]),
        ("Deal:Read", ["Deal:Read"]),
        ("deal:read:mine", ["deal:read:mine"]),
    ],
)
def test_a_scope_of_our_form_limits_and_a_misspelt_one_opens_nothing(
    tokens: Tokens, issuer: Issuer, scope: Any, limits: list[str]
) -> None:
    assert who(tokens, issuer.token(scope=scope)).scopes == tuple(limits)


def test_a_scope_that_is_no_text_is_refused(tokens: Tokens, issuer: Issuer) -> None:
    refused(tokens, issuer.token(scope={"deal": "read"}), "scope")


@pytest.mark.parametrize(
    ("claims", "because"),
    [
        ({"aud": "another"}, "another audience"),
        ({"aud": ["another", "others"]}, "another audience"),
        ({"aud": None}, "lacks the claim aud"),
        ({"iss": "https://evil.example"}, "another issuer"),
        ({"iss": None}, "lacks the claim iss"),
        ({"exp": 1_000_000_000}, "expired"),
        ({"exp": None}, "lacks the claim exp"),
        ({"exp": "soon"}, "malformed"),
        ({"nbf": 9_000_000_000}, "not valid yet"),
        ({"sub": None}, "lacks the claim sub"),
        ({"sub": " "}, "sub is blank"),
    ],
)
def test_a_claim_that_is_wrong_or_missing_is_named(
    tokens: Tokens, issuer: Issuer, claims: dict[str, Any], because: str
) -> None:
    refused(tokens, issuer.token(**claims), because)


def test_clocks_may_differ_by_half_a_minute(tokens: Tokens, issuer: Issuer) -> None:
    now = int(time.time())

    assert who(tokens, issuer.token(exp=now - 20, nbf=now + 20)).principal == "ann"
    refused(tokens, issuer.token(exp=now - 40), "expired")


def test_a_token_once_verified_is_not_accepted_after_its_end(tokens: Tokens, issuer: Issuer, clock: Clock) -> None:
    token = issuer.token()
    who(tokens, token)
    clock.ahead = timedelta(seconds=329)
    who(tokens, token)
    clock.ahead = timedelta(seconds=331)

    refused(tokens, token, "expired")


@pytest.mark.parametrize("alg", [b"none", b"None", b"NONE", b""])
def test_an_unsigned_token_is_refused(tokens: Tokens, issuer: Issuer, alg: bytes) -> None:
    payload = jwt.encode(issuer.claims(), RSA_KEY, "RS256").split(".")[1]

    refused(tokens, f"{by_hand(b'', b'').removesuffix('..')}{_header(alg)}.{payload}.", "not accepted")


def _header(alg: bytes) -> str:
    return base64url_encode(b'{"alg":"' + alg + b'","kid":"rsa"}').decode()


def test_a_public_key_is_no_shared_secret(tokens: Tokens, issuer: Issuer) -> None:
    header, payload = _header(b"HS256"), jwt.encode(issuer.claims(), RSA_KEY, "RS256").split(".")[1]
    signature = hmac.new(public_pem(), f"{header}.{payload}".encode(), hashlib.sha256).digest()

    refused(tokens, f"{header}.{payload}.{base64url_encode(signature).decode()}", "not accepted")


def test_a_key_is_used_with_the_algorithms_it_is_made_for(tokens: Tokens, issuer: Issuer) -> None:
    refused(tokens, issuer.token(EC_KEY, "ES256", kid="rsa"), "does not publish")
    refused(tokens, issuer.token(RSA_KEY, "RS256", kid="ec"), "does not publish")


def test_an_algorithm_that_is_not_set_up_is_refused_though_the_key_could_serve_it(
    tokens: Tokens, issuer: Issuer
) -> None:
    refused(tokens, issuer.token(RSA_KEY, "RS512"), "not accepted; accepted are RS256, ES256")


def test_a_shared_secret_in_the_key_set_verifies_nothing(tokens: Tokens, issuer: Issuer) -> None:
    issuer.published.append(
        {"kty": "oct", "k": base64url_encode(b"secret-" * 5).decode(), "kid": "oct", "alg": "HS256"}
    )

    refused(tokens, issuer.token("secret-" * 5, "HS256", kid="oct"), "not accepted")


@pytest.mark.parametrize("use", [{"use": "enc"}, {"alg": "RSA-OAEP"}])
def test_a_key_for_encryption_verifies_nothing(tokens: Tokens, issuer: Issuer, use: dict[str, str]) -> None:
    issuer.published = [{**issuer.published[0], **use}]

    refused(tokens, issuer.token(), "does not publish")


def test_a_key_too_short_to_be_safe_verifies_nothing(tokens: Tokens, issuer: Issuer) -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - it is what is refused
    issuer.published = [{**RSAAlgorithm.to_jwk(weak.public_key(), as_dict=True), "kid": "rsa"}]
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        token = issuer.token(weak)

    refused(tokens, token, "too weak")


@pytest.mark.parametrize("kid", ["../../../../dev/null", "' OR '1'='1", "rsa\x00", "", "http://evil.example/key"])
def test_a_key_id_is_a_name_and_nothing_else(tokens: Tokens, issuer: Issuer, kid: str) -> None:
    refused(tokens, issuer.token(kid=kid), "does not publish")


@pytest.mark.parametrize("kid", [None, 1, ["rsa"], {"kid": "rsa"}])
def test_a_key_id_that_is_no_text_is_refused(tokens: Tokens, issuer: Issuer, kid: Any) -> None:
    header = json.dumps({"alg": "RS256", "kid": kid}).encode()

    refused(tokens, by_hand(header, b"{}", b"x"), "neither an API key nor a token")


def test_keys_that_the_token_itself_brings_are_not_used(tokens: Tokens, issuer: Issuer) -> None:
    own = RSAAlgorithm.to_jwk(OTHER_KEY.public_key(), as_dict=True)
    brought = {"jwk": own, "jku": f"{issuer.url}/keys", "x5u": f"{issuer.url}/keys"}

    refused(tokens, issuer.signed(issuer.claims(), OTHER_KEY, "RS256", kid="rsa", **brought), "signature")


def test_without_a_key_id_the_only_key_of_the_algorithm_is_meant(tokens: Tokens, issuer: Issuer) -> None:
    nameless = jwt.encode(issuer.claims(), RSA_KEY, "RS256")
    assert who(tokens, nameless).principal == "ann"

    issuer.published.append({**issuer.published[0], "kid": "second"})
    refused(Tokens(issuer.provider(), Clock()), nameless, "does not publish")


@pytest.mark.parametrize("typ", ["logout+jwt", "dpop+jwt", "secevent+jwt", 1])
def test_a_token_of_another_type_is_refused(tokens: Tokens, issuer: Issuer, typ: Any) -> None:
    refused(tokens, issuer.signed(issuer.claims(), RSA_KEY, "RS256", kid="rsa", typ=typ), "another type")


@pytest.mark.parametrize("token", ["x", "a.b", "a.b.c", "....", "é.é.é", "e30.e30.e30", "W10.e30.", "\udcff.a.b"])
def test_what_is_no_token_is_refused_in_words(tokens: Tokens, token: str) -> None:
    refused(tokens, token, "neither an API key nor a token|not accepted")


def test_a_changed_token_is_refused_also_when_the_right_one_is_remembered(tokens: Tokens, issuer: Issuer) -> None:
    header, _, signature = issuer.token().split(".")
    who(tokens, issuer.token())
    forged = issuer.token(OTHER_KEY, sub="root").split(".")[1]

    refused(tokens, f"{header}.{forged}.{signature}", "signature")
