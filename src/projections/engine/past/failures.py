"""Why models could not be built, for a while: who asks again at once is told, and nothing is tried again."""

import time
from collections.abc import Callable

from domain.problems import Problem

_REMEMBERED_SECONDS = 30.0


class Failures:
    """Noted by one thread, asked for by many."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._noted: dict[str, tuple[float, Problem]] = {}

    def __len__(self) -> int:
        return len(self._noted)

    def of(self, name: str) -> Problem | None:
        """Why a model could not be built; None where it may be tried."""
        until, problem = self._noted.get(name, (0.0, None))
        return problem if self._clock() < until else None

    def note(self, name: str, problem: Problem) -> None:
        """Remember it, and no more those whose time is over: each moment that is asked for is another model."""
        now = self._clock()
        lasting = {each: noted for each, noted in self._noted.items() if now < noted[0]}
        self._noted = {**lasting, name: (now + _REMEMBERED_SECONDS, problem)}
