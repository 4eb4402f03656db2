"""Verifies the tokens (JSON Web Tokens) of an identity provider."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
from jwt import exceptions as wrong

from domain.access import NotAuthenticated
from gateways.identity.claims import roles_of, scopes_of
from gateways.identity.key_set import KeySet
from gateways.identity.provider import Provider

LEEWAY_SECONDS = 30
"""How far the provider's clock may differ from ours."""

LONGEST_PRINCIPAL = 200
_REMEMBERED = 10_000
_TYPES = ("at+jwt", "application/at+jwt", "jwt")
_WHY_NOT: tuple[tuple[type[Exception], str], ...] = (
    (wrong.ExpiredSignatureError, "the token has expired"),
    (wrong.ImmatureSignatureError, "the token is not valid yet"),
    (wrong.InvalidAudienceError, "the token is made out to another audience"),
    (wrong.InvalidIssuerError, "the token comes from another issuer"),
    (wrong.InvalidSignatureError, "the token's signature is not that of the key it names"),
    (wrong.InvalidKeyError, "the token is signed with a key that is too weak"),
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a token says. It holds until `until` (Unix time), and while the provider's keys stay as they were."""

    principal: str
    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    until: float
    generation: int


class Tokens:
    """Remembers what it has verified by the token's SHA-256, never the token itself."""

    def __init__(self, provider: Provider, clock: Callable[[], datetime]) -> None:
        self._provider = provider
        self._clock = clock
        self._keys = KeySet(provider)
        self._remembered: OrderedDict[bytes, Verified] = OrderedDict()

    async def verified(self, token: str) -> Verified:
        """What the token says, once its signature, issuer, audience and times are found right.

        Raises:
            NotAuthenticated: saying what is wrong with it.
            IdentityProviderUnavailable: the keys to check it with cannot be fetched.
        """
        name = hashlib.sha256(token.encode(errors="replace")).digest()
        known = self._remembered.get(name)
        if known is not None and known.generation == self._keys.generation:
            if known.until <= self._clock().timestamp():
                raise NotAuthenticated("the token has expired")
            self._remembered.move_to_end(name)
            return known
        verified = await self._verify(token)
        self._remembered[name] = verified
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        return verified

    async def _verify(self, token: str) -> Verified:
        algorithm, key_id = self._read_header(token)
        key = await self._keys.find(key_id, algorithm)
        generation = self._keys.generation
        if key is None:
            raise NotAuthenticated("the token is signed with a key that the identity provider does not publish")
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                issuer=self._provider.issuer,
                audience=self._provider.audience,
                leeway=LEEWAY_SECONDS,
                options={"require": ["iss", "aud", "exp", "sub"], "enforce_minimum_key_length": True},
            )
        except wrong.PyJWTError as error:
            raise NotAuthenticated(_why_not(error)) from error
        return self._said(claims, generation)

    def _said(self, claims: dict[str, Any], generation: int) -> Verified:
        principal = claims["sub"]
        if not principal.strip() or len(principal) > LONGEST_PRINCIPAL or not principal.isprintable():
            raise NotAuthenticated(
                f"the token's claim sub is blank, longer than {LONGEST_PRINCIPAL}, or not printable"
            )
        return Verified(
            principal,
            roles_of(claims, self._provider.roles_claim),
            scopes_of(claims),
            int(claims["exp"]) + LEEWAY_SECONDS,
            generation,
        )

    def _read_header(self, token: str) -> tuple[str, str | None]:
        """The algorithm, which is one of those accepted, and the key's id.

        Nothing else of the header is used: a key or an address in it (jwk, jku, x5u) is the sender's own word.
        """
        try:
            header = jwt.get_unverified_header(token)
        except (wrong.PyJWTError, UnicodeEncodeError) as error:
            raise NotAuthenticated("that is neither an API key nor a token") from error
        algorithm = header.get("alg")
        if algorithm not in self._provider.algorithms:
            accepted = ", ".join(self._provider.algorithms)
            raise NotAuthenticated(f"the token is signed in a way that is not accepted; accepted are {accepted}")
        if str(header.get("typ", "JWT")).lower() not in _TYPES:
            raise NotAuthenticated("the token is of another type: an access token is at+jwt or JWT")
        return str(algorithm), header.get("kid")


def _why_not(error: Exception) -> str:
    if isinstance(error, wrong.MissingRequiredClaimError):
        return f"the token lacks the claim {error.claim}"
    for kind, why in _WHY_NOT:
        if isinstance(error, kind):
            return why
    return "the token is malformed"
