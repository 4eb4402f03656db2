"""The ranges of a build, shared by its processes."""

from domain.key_ranges import ALL_KEYS
from projections.engine.bulk.builders import Turn, Turns
from projections.engine.bulk.builds import Range


def test_each_range_is_the_turn_of_one_process_and_the_last_are_for_whoever_is_free_first() -> None:
    first, second, third, fourth, fifth, sixth = ranges = [Range(place, ALL_KEYS) for place in range(6)]
    turns = Turns(ranges, processes=2)

    one, other = turns.following(), turns.following()
    assert (one, other) == (Turn(first, second), Turn(third, fourth))
    one, other = turns.following(one), turns.following(other)
    assert (one, other) == (Turn(second, fifth), Turn(fourth, None))
    assert turns.following(other) == Turn(sixth, None)
    assert turns.following(one) == Turn(fifth, None)
    assert turns.following() is None


def test_fewer_ranges_than_processes_are_given_to_one_each() -> None:
    only = Range(0, ALL_KEYS)
    turns = Turns([only], processes=4)

    assert (turns.following(), turns.following()) == (Turn(only, None), None)
