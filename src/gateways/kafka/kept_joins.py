"""Mends how the client joins a group: what the broker answered is kept until somebody polls.

A member joins in the client's own thread, and a poll waits for that only as long as it may. What is answered
between two polls the client forgets. It joins once more: for ever, where joining takes as long as the polls are
apart. Or, where it joins since the topic was made anew, it takes itself for a member, and is silent for ever.
"""

import time
from typing import Any

from kafka.coordinator.base import BaseCoordinator


def keep_joins() -> None:
    """From now on all consumers of this process do so."""
    BaseCoordinator._join_task = property(_joining, _join)


def await_answer(consumer: Any, seconds: float) -> None:
    """Return when a join of the consumer has its answer, or none is under way; or after so many seconds."""
    deadline = time.monotonic() + seconds
    while (joining := consumer._coordinator._join_task) and not joining.answered():
        if time.monotonic() > deadline:
            return
        time.sleep(0.01)


class _Joining:
    """Not done, as far as the client asks; who waits for it has at once what was answered."""

    is_done = False

    def __init__(self, answer: Any) -> None:
        self.add_callback = answer.add_callback
        self.add_errback = answer.add_errback
        self._answer = answer

    def answered(self) -> bool:
        return bool(self._answer.is_done)

    def __await__(self) -> Any:
        return self._answer.__await__()


def _joining(coordinator: Any) -> _Joining | None:
    joining: _Joining | None = coordinator.__dict__.get("_join_task")
    return joining


def _join(coordinator: Any, answer: Any) -> None:
    if answer is not None:
        # Or polls no longer ask for the answer, if what they join for is settled by the join itself.
        coordinator.request_rejoin()
    coordinator.__dict__["_join_task"] = None if answer is None else _Joining(answer)
