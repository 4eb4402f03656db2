"""The provider's keys, kept for a while."""

import asyncio
import logging
import time
from typing import Any

from jwt import PyJWK

from domain.access import IdentityProviderUnavailable
from gateways.identity.fetching import CannotFetch, fetch_keys
from gateways.identity.provider import Provider
from gateways.identity.signing_keys import SigningKeys

_logger = logging.getLogger("touchledger.identity")

FRESH_SECONDS = 600.0
"""After this long the keys are fetched again; until they come, those at hand are used."""

USABLE_SECONDS = 3600.0
"""Keys older than this are used no more: a withdrawn one would otherwise be good for as long as nobody answers."""

PAUSE_SECONDS = 60.0
"""The least between two fetches, so that tokens with invented key ids cannot make us flood the provider."""

_PAUSE_AFTER_FAILURE_SECONDS = 5.0
_PATIENCE_SECONDS = 10.0


class KeySet:
    """Finds keys for one event loop. One fetch at a time, in a thread; all who need it wait for the same one.

    `generation` counts how often the published keys have changed: what was verified with others is in doubt.
    """

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._published: list[Any] = []
        self._keys = SigningKeys((), ())
        self._fetched_at = self._next_fetch = float("-inf")
        self._fetching: asyncio.Task[None] | None = None
        self.generation = 0

    async def find(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        """The key; None where the provider publishes no such key.

        Raises:
            IdentityProviderUnavailable: its keys are not at hand, and cannot be fetched.
        """
        found = self._find(key_id, algorithm)
        if found is None or self._age() > FRESH_SECONDS:
            self._begin_fetch()
        if found is None and self._fetching is not None and not self._fetching.done():
            await asyncio.shield(self._fetching)
            found = self._find(key_id, algorithm)
        if found is None and self._age() > USABLE_SECONDS:
            raise IdentityProviderUnavailable("the keys of the identity provider cannot be fetched just now")
        return found

    def _find(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        return self._keys.find(key_id, algorithm) if self._age() <= USABLE_SECONDS else None

    def _age(self) -> float:
        return time.monotonic() - self._fetched_at

    def _begin_fetch(self) -> None:
        is_running = self._fetching is not None and not self._fetching.done()
        if not is_running and time.monotonic() >= self._next_fetch:
            self._fetching = asyncio.create_task(self._fetch())

    async def _fetch(self) -> None:
        began = time.monotonic()
        # In the case of any failure, also one that nobody foresaw.
        self._next_fetch = began + _PAUSE_AFTER_FAILURE_SECONDS
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                published = await asyncio.to_thread(fetch_keys, self._provider)
        except (CannotFetch, TimeoutError) as error:
            _logger.warning("the identity provider's keys cannot be fetched: %s", error)
            return
        if published != self._published:
            self._published = published
            self._keys = SigningKeys(published, self._provider.algorithms)
            self.generation += 1
        self._fetched_at = began
        self._next_fetch = began + PAUSE_SECONDS
