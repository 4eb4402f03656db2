"""What could not be built is not tried again at once; and it is not remembered for ever."""

import pytest

from domain.problems import Problem
from projections.engine.past.failures import Failures

NO_ROOM, UNREADABLE = Problem("no room"), Problem("an event cannot be read")


class Clock:
    seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_why_a_model_could_not_be_built_is_told_until_it_may_be_tried_again(clock: Clock) -> None:
    failures = Failures(clock)
    failures.note("as_of_1", NO_ROOM)
    failures.note("as_of_2", UNREADABLE)

    clock.seconds += 29
    assert (failures.of("as_of_1"), failures.of("as_of_2"), failures.of("as_of_3")) == (NO_ROOM, UNREADABLE, None)
    clock.seconds += 2
    assert (failures.of("as_of_1"), failures.of("as_of_2")) == (None, None)


def test_however_many_moments_are_asked_for_only_the_last_failures_are_remembered(clock: Clock) -> None:
    failures = Failures(clock)
    for place in range(1_000):
        failures.note(f"as_of_{place}", NO_ROOM)
        clock.seconds += 1

    assert len(failures) == 30
    assert failures.of("as_of_999") is NO_ROOM
