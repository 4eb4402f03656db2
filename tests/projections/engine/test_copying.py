"""Rows are copied in bulk as they would be written one by one."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from projections.engine.copies import Copy
from projections.engine.copy_binary import BinaryRows
from projections.engine.database import Connection, connect, transaction
from tests.support.facts import ACME, ADA

VALUES: dict[str, tuple[Any, Any]] = {
    "uuid": (ADA, ACME),
    "bytea": (b"\x00\xff", b""),
    "text NOT NULL": ("Zoë\t\\N\n", ""),
    "jsonb NOT NULL": ('{"a": [1.50, "Zoë"]}', "{}"),
    "int NOT NULL": (-1, 2**31 - 1),
    "bigint": (-(2**62), 2**63 - 1),
    "float8": (0.1, float("-inf")),
    "boolean": (True, False),
    "timestamptz": (datetime(1999, 12, 31, 23, 59, 59, 999_999, UTC), datetime(9999, 12, 31, tzinfo=UTC)),
    "uuid[]": ([ADA, ACME], []),
}


def test_values_are_copied_as_they_are_inserted(reads: Connection) -> None:
    rows = list(zip(*VALUES.values(), strict=True))
    rows.append(tuple(values[0] if "NOT NULL" in kind else None for kind, values in VALUES.items()))
    columns = ", ".join(f"c{number} {kind}" for number, kind in enumerate(VALUES))
    with transaction(reads) as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE copied ({columns}); CREATE TEMPORARY TABLE inserted (LIKE copied)")
        Copy.of("copied", list(VALUES), rows).run(cursor)
        casts = ", ".join(f"%s::{kind.removesuffix(' NOT NULL')}" for kind in VALUES)
        for row in rows:
            cursor.execute(f"INSERT INTO inserted VALUES ({casts})", row)

        cursor.execute(
            "(TABLE copied EXCEPT ALL TABLE inserted) UNION ALL (TABLE inserted EXCEPT ALL TABLE copied)"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT count(*) FROM copied")
        assert cursor.fetchone() == (3,)


@pytest.mark.parametrize("beside", ["int", "numeric"])
def test_letters_are_copied_as_they_are_whatever_is_usual_where_we_run(
    beside: str, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    with closing(connect(dsn)) as connection, transaction(connection) as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE named (name text, beside {beside})")
        Copy.of("named", ["text", beside], [("Zoë ✓", 1)]).run(cursor)
        cursor.execute("SELECT convert_to(name, 'UTF8') FROM named")
        assert [bytes(name).decode() for (name,) in cursor.fetchall()] == ["Zoë ✓"]


@pytest.mark.parametrize(("kind", "value"), [("int", 2**31), ("text", 7), ("timestamptz", datetime(2026, 1, 1))])  # noqa: DTZ001
def test_a_value_that_does_not_fit_its_column_is_refused(kind: str, value: object) -> None:
    with pytest.raises(ValueError, match="does not fit its column"):
        Copy.of("anything", [kind], [(value,)])


def test_numbers_of_any_size_are_only_written_as_text() -> None:
    assert BinaryRows.of(["uuid", "numeric NOT NULL"]) is None
