"""What kind of stream an id is of, kept in memory: it never changes, and no stream ever ends."""

from collections.abc import Iterable

_A_GENERATION = 100_000


class KnownKinds:
    """Safe for use by many threads. When there are too many, those learnt longest ago are forgotten at once.

    Kept under the ids' numbers: a UUID is hashed and compared in Python, which a batch of thousands notices.
    """

    def __init__(self) -> None:
        self._recent: dict[int, str] = {}
        self._before: dict[int, str] = {}

    def get(self, number: int) -> str | None:
        """The kind; None where it is not known here."""
        kind = self._recent.get(number)
        if kind is None and self._before:
            kind = self._before.get(number)
        return kind

    def learn(self, kinds: Iterable[tuple[int, str]]) -> None:
        if len(self._recent) >= _A_GENERATION:
            self._before, self._recent = self._recent, {}
        self._recent.update(kinds)
