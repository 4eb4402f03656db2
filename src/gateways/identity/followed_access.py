"""The state of access control, kept in memory and up to date."""

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol
from uuid import UUID

from domain.access import ACCESS, ACCESS_ID, Access
from domain.access.key_ring import KeyRing
from domain.events import Unreadable
from domain.facts import Fact
from domain.ledger import Ledger, LogUnavailable

_logger = logging.getLogger("touchledger.identity")

PATIENCE_SECONDS = 60.0
"""How long the state is trusted after the log has last answered that it is the present one."""

POLL_SECONDS = 0.5


class AccessLog(Protocol):
    """The log, as far as it is read here."""

    def of_stream(self, stream_id: UUID) -> list[Fact]:
        """All that a stream holds, in order of version."""
        ...

    def at(self, positions: Sequence[int]) -> list[Fact]:
        """The facts at these positions, in order."""
        ...


class FollowedAccess:
    """Asks the log twice a second how far access control has come, and folds it again when it has gone on.

    Also when the log was restored from a backup, and has come as far again since: it has other facts at the
    positions of those that were lost, and they are told apart by when they were recorded.
    """

    def __init__(
        self,
        ledger: Ledger,
        log: AccessLog,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._ledger = ledger
        self._log = log
        self._patience_seconds = patience_seconds
        self._poll_seconds = poll_seconds
        self._ring = KeyRing(Access())
        self._last: Fact | None = None
        self._confirmed_at = float("-inf")
        self._one_at_a_time = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="access", daemon=True)

    def start(self) -> None:
        """Look once, then follow the log. It need not answer yet."""
        with suppress(LogUnavailable):
            self.refresh()
        self._thread.start()

    def close(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=5)

    @property
    def ring(self) -> KeyRing:
        """The keys, as they were half a second ago or later; older ones only while the log does not answer.

        Raises:
            LogUnavailable: the log has not answered for a minute.
        """
        if time.monotonic() - self._confirmed_at > self._patience_seconds:
            raise LogUnavailable("it is not known who has access just now: the log does not tell")
        return self._ring

    def refresh(self) -> None:
        """Look now.

        Raises:
            LogUnavailable: the log does not answer, or tells what this program cannot read.
        """
        with self._one_at_a_time:
            asked_at = time.monotonic()
            if not self._is_present():
                facts = self._log.of_stream(ACCESS_ID)
                self._check_readable(facts)
                self._ring = KeyRing(_folded(facts))
                self._last = facts[-1] if facts else None
            self._confirmed_at = asked_at

    def _is_present(self) -> bool:
        """Whether the last fact that is known is still the last one that there is."""
        last = self._last
        if self._ledger.versions([ACCESS_ID]).get(ACCESS_ID, 0) != (last.version if last else 0):
            return False
        return last is None or self._log.at([last.position]) == [last]

    def _check_readable(self, facts: list[Fact]) -> None:
        """What cannot be read may be a revocation: nothing is trusted from here on, not even for a minute."""
        for fact in facts:
            if isinstance(fact.event, Unreadable):
                self._confirmed_at = float("-inf")
                raise LogUnavailable(f"access control at version {fact.version}: {fact.event.problem}")

    def _follow(self) -> None:
        silent = False
        while not self._stopped.is_set():
            try:
                self.refresh()
                silent = False
            except Exception as error:  # noqa: BLE001 - without this thread nobody would be let in any more, soon
                if not silent:
                    _logger.warning("access control is not told: %s", error)
                silent = True
            self._stopped.wait(self._poll_seconds)


def _folded(facts: list[Fact]) -> Access:
    access = Access()
    for fact in facts:
        access = ACCESS.evolve(access, fact)
    return access
