"""Moments as people write them."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.moments import NotAMoment, end_of, start_of


def test_a_day_begins_and_ends_in_utc() -> None:
    assert start_of("2026-03-31") == datetime(2026, 3, 31, tzinfo=UTC)
    assert end_of("2026-03-31") == datetime(2026, 4, 1, tzinfo=UTC) - timedelta(microseconds=1)


def test_a_time_with_a_zone_is_that_time() -> None:
    assert (
        start_of("2026-03-31T18:00+02:00") == end_of("2026-03-31T16:00Z") == datetime(2026, 3, 31, 16, tzinfo=UTC)
    )


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30", "2026-03-31T18:00", "0001-01-01T00:00+14:00"])
def test_anything_else_is_no_moment(text: str) -> None:
    with pytest.raises(NotAMoment):
        start_of(text)
