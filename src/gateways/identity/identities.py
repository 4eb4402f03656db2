"""Who asks."""

from collections.abc import Callable
from datetime import datetime

from domain.access import Caller, CredentialsMissing, NotAuthenticated
from domain.access.keys import PREFIX, parse
from domain.ledger import Ledger
from gateways.identity.followed_access import PATIENCE_SECONDS, AccessLog, FollowedAccess
from gateways.identity.provider import Provider
from gateways.identity.tokens import Tokens


class Identities:
    """Finds out who asks, by the header Authorization: `Bearer`, and an API key or a token.

    Stored, in the log: of each API key its id, its principal, its scopes, its times, and the SHA-256 of its
    secret. Not stored anywhere: the secret, the key as a whole, tokens, anything of a token's claims. In memory:
    what the log holds, and what verified tokens say, by their SHA-256, until they expire.

    An API key is told by what is in memory: nothing is awaited. What changes in the log counts here within a
    second. A token is verified when it is first seen; its principal is its `sub`, its roles those that the log
    gives that principal, and those that the provider says it has.

    For one event loop; `refresh` may be called from any thread.
    """

    def __init__(
        self,
        ledger: Ledger,
        log: AccessLog,
        *,
        clock: Callable[[], datetime],
        provider: Provider | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._access = FollowedAccess(ledger, log, patience_seconds=patience_seconds)
        self._clock = clock
        self._tokens = None if provider is None else Tokens(provider, clock)
        self._access.start()

    def close(self) -> None:
        self._access.close()

    def refresh(self) -> None:
        """Look into the log now: after a change of access in this process. Blocks.

        Raises:
            LogUnavailable: the log does not answer.
        """
        self._access.refresh()

    async def authenticate(self, authorization: str | None) -> Caller:
        """Who sent this value of the header Authorization; None where there was no such header.

        Raises:
            NotAuthenticated: it is not known who; CredentialsMissing where nothing was said.
            LogUnavailable: it is not known who has access just now.
            IdentityProviderUnavailable: the token cannot be checked just now.
        """
        given = _bearer(authorization)
        if given.startswith(PREFIX):
            key = parse(given)
            return self._access.ring.holder(key, self._clock())
        if self._tokens is None:
            raise NotAuthenticated(
                "that is no API key, and no identity provider is set up: only API keys are known"
            )
        said = await self._tokens.verified(given)
        return self._access.ring.principal(said.principal, said.scopes, said.roles)


def _bearer(authorization: str | None) -> str:
    if authorization is None or not authorization.strip():
        raise CredentialsMissing("send an API key or a token: Authorization: Bearer …")
    scheme, _, given = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not given:
        raise NotAuthenticated("the header Authorization has the form: Bearer, a space, an API key or a token")
    return given.strip()
