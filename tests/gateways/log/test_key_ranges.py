"""Ranges of keys: together they are all keys, and one is no longer than whoever folds it wants to wait for."""

from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from uuid import UUID, uuid4

import pytest

from domain.key_ranges import ALL_KEYS, KeyedBy, KeyRange
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.support.told import register_person, whole_log


@pytest.fixture
def keys(dsn: str, ledger: PostgresLedger) -> list[UUID]:
    """Of 600 customers with one event each."""
    people = [uuid4() for _ in range(600)]
    ledger.execute_all([register_person(person) for person in people])
    with closing(LogReader(dsn)) as reader:
        return sorted(fact.customer_id for fact in whole_log(reader))


def lengths(keys: Sequence[UUID], ranges: Sequence[KeyRange]) -> list[int]:
    return [
        sum((each.first is None or key >= each.first) and (each.end is None or key < each.end) for key in keys)
        for each in ranges
    ]


@pytest.mark.parametrize("keyed_by", ["customer", "stream"])
@pytest.mark.parametrize("events", [1, 7, 100, 599])
def test_every_key_is_in_one_range(dsn: str, keys: list[UUID], keyed_by: KeyedBy, events: int) -> None:
    with closing(LogReader(dsn)) as reader:
        ranges = reader.ranges(keyed_by, events=events)

    assert (ranges[0].first, ranges[-1].end) == (None, None)
    assert all(one.end == following.first for one, following in pairwise(ranges))
    assert sum(lengths(keys, ranges)) == len(keys)


def test_ranges_grow_until_they_are_as_long_as_they_are_asked_for(dsn: str, keys: list[UUID]) -> None:
    with closing(LogReader(dsn)) as reader:
        found = lengths(keys, reader.ranges("customer", events=160))

    assert found == pytest.approx([20, 40, 80, 160, 160, 140], abs=1)


def test_what_is_short_is_one_range(dsn: str, keys: list[UUID]) -> None:
    with closing(LogReader(dsn)) as reader:
        assert reader.ranges("customer", events=len(keys)) == [ALL_KEYS]
