"""Rows in bulk: every value comes back as it was given."""

from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.engine.database import Connection, Cursor, transaction
from projections.engine.fold import Row
from projections.engine.upsert import upsert

COLUMNS = {
    "key": "uuid",
    "place": "int NOT NULL",
    "count": "bigint",
    "amount": "numeric",
    "weight": "float8",
    "open": "boolean",
    "name": "text",
    "at": "timestamptz",
    "day": "date",
    "links": "uuid[]",
    "because": "bigint[] NOT NULL",
    "state": "bytea NOT NULL",
}
LONG = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | st.sampled_from(
    ["NULL", "", "a\\b", 'say "no"', "{it's,\t}", "%s %", "\\x00", "E'"]
)
ROWS = st.lists(
    st.tuples(
        st.uuids(),
        st.integers(0, 3),
        st.none() | LONG,
        st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=3),
        st.none() | st.floats(allow_nan=False),
        st.none() | st.booleans(),
        st.none() | TEXTS,
        st.none() | st.datetimes(timezones=st.just(UTC)),
        st.none() | st.dates(),
        st.none() | st.lists(st.uuids(), max_size=3),
        st.lists(LONG, max_size=3),
        st.binary(max_size=200),
    ),
    unique_by=lambda row: row[:2],
    min_size=1,
    max_size=8,
)


def write(cursor: Cursor, columns: Mapping[str, str], rows: list[Row], *, keys: int) -> None:
    for statement in upsert(cursor, "given", columns, rows, keys=keys):
        cursor.execute(statement)


def table(cursor: Cursor) -> None:
    declared = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    cursor.execute(f"CREATE TEMPORARY TABLE given ({declared}, PRIMARY KEY (key, place)) ON COMMIT DROP")


def written(cursor: Cursor) -> dict[Any, Row]:
    cursor.execute("SELECT * FROM given")
    return {row[:2]: (*row[:-1], bytes(row[-1])) for row in cursor.fetchall()}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, ROWS)
def test_what_is_written_is_what_was_given(reads: Connection, first: list[Row], second: list[Row]) -> None:
    """Those of the same key replace those before, each value of them."""
    changed = [(*before[:2], *after[2:]) for before, after in zip(first, second, strict=False)]
    with transaction(reads) as cursor:
        table(cursor)
        write(cursor, COLUMNS, first, keys=2)
        write(cursor, COLUMNS, changed, keys=2)

        assert written(cursor) == {row[:2]: row for row in (*first, *changed)}


@pytest.mark.parametrize("value", ["a\0b", {"a": 1}])
def test_what_no_text_can_be_is_refused(reads: Connection, value: Any) -> None:
    rows = [(UUID(int=1), "a"), (UUID(int=2), value)]
    with reads.cursor() as cursor, pytest.raises((ValueError, TypeError)):
        write(cursor, {"key": "uuid", "name": "text"}, rows, keys=1)


def test_more_rows_than_are_written_at_once_are_written(reads: Connection) -> None:
    rows = [(UUID(int=number), Decimal(number)) for number in range(2_001)]
    with transaction(reads) as cursor:
        cursor.execute("CREATE TEMPORARY TABLE given (key uuid PRIMARY KEY, amount numeric) ON COMMIT DROP")
        write(cursor, {"key": "uuid", "amount": "numeric"}, rows, keys=1)
        cursor.execute("SELECT count(*), sum(amount) FROM given")

        assert cursor.fetchone() == (2_001, sum(range(2_001)))
