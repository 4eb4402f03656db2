"""The same command sent again is the same command: carried out once, answered as it was the first time."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from domain.refusals import Invalid


class KeyUsedForAnother(Invalid):
    """An Idempotency-Key belongs to one request: the same key with another body is refused."""


class Once(msgspec.Struct, frozen=True):
    """A caller's own name for a command (`item` of a batch).

    `fingerprint` tells one request from another; `answer` is kept with the events, ids only, no personal data.
    """

    principal: str
    key: str
    fingerprint: bytes
    item: int = 0
    answer: Mapping[str, Any] | None = None


class Answered(msgspec.Struct, frozen=True):
    """What was answered to a command that was carried out: the record, its version, its last position."""

    item: int
    fingerprint: bytes
    id: UUID
    version: int
    position: int
    answer: Mapping[str, Any]

    def check(self, once: Once) -> None:
        """Raises:
        KeyUsedForAnother: it was another request.
        """
        if self.fingerprint != once.fingerprint:
            raise KeyUsedForAnother(f"the key {once.key!r} belongs to another request", field="Idempotency-Key")
