"""What kind of stream an id is of, kept in memory: it never changes, and no stream ever ends."""

from collections.abc import Iterable
from uuid import UUID

_REMEMBERED = 200_000


class KnownKinds:
    """Safe for use by many threads. The first that were learnt are forgotten when there are too many."""

    def __init__(self) -> None:
        self._kinds: dict[UUID, str] = {}

    def get(self, stream_id: UUID) -> str | None:
        """The kind; None where it is not known here."""
        return self._kinds.get(stream_id)

    def learn(self, kinds: Iterable[tuple[UUID, str]]) -> None:
        known = self._kinds
        known.update(kinds)
        while len(known) > _REMEMBERED:
            try:
                del known[next(iter(known))]
            except (KeyError, RuntimeError, StopIteration):  # another thread is forgetting too
                continue
