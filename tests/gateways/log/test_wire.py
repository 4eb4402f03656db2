from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.pq import ExecStatus

from gateways.embedded.postgres import EmbeddedPostgres
from gateways.log.stored import COLUMNS
from gateways.log.wire import binary_array

NEW_YORK_IN_WINTER = timezone(timedelta(hours=-5))
VALUES: dict[str, list[Any]] = {
    "uuid": [uuid4(), UUID(int=0), None, UUID(int=2**128 - 1)],
    "bigint": [0, -1, None, 2**63 - 1, -(2**63)],
    "smallint": [0, -1, None, 2**15 - 1, -(2**15)],
    "text": ["", "Ada", None, "Ådä 🜚", "a,b{}\"'\\NULL", "NULL", "\x01\n"],
    "bytea": [b"", b"\x00\xff", None, b'{"a":1}'],
    "timestamptz": [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        None,
        datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2000, 1, 1, tzinfo=UTC),
        datetime(2026, 3, 2, 7, tzinfo=NEW_YORK_IN_WINTER),
    ],
}
TEXTS = st.text(st.characters(exclude_characters="\x00", codec="utf-8"))


@pytest.fixture(scope="module")
def shared_dsn(postgres: EmbeddedPostgres) -> str:
    """Enough for temporary tables."""
    return postgres.dsn("postgres")


def read_back(dsn: str, kind: str, values: list[Any]) -> list[Any]:
    with psycopg.connect(dsn, options="-c timezone=UTC") as connection:
        connection.execute(f"CREATE TEMP TABLE sent (given {kind}[])")
        sent = connection.pgconn.exec_params(
            f"INSERT INTO sent SELECT $1::{kind}[]".encode(), [binary_array(kind, values)], param_formats=[1]
        )
        assert sent.status == ExecStatus.COMMAND_OK, sent.error_message
        row = connection.execute("SELECT given FROM sent").fetchone()
    assert row is not None
    return list(row[0])


@pytest.mark.parametrize("kind", VALUES)
def test_a_column_arrives_as_psycopg_reads_it(shared_dsn: str, kind: str) -> None:
    assert read_back(shared_dsn, kind, VALUES[kind]) == VALUES[kind]


@pytest.mark.parametrize("kind", VALUES)
def test_a_column_of_nothing_but_nulls_arrives(shared_dsn: str, kind: str) -> None:
    assert read_back(shared_dsn, kind, [None, None]) == [None, None]


def test_every_type_that_the_log_has_is_tried_here() -> None:
    assert set(VALUES) == set(COLUMNS.values())


@settings(max_examples=15)
@given(st.lists(st.none() | TEXTS), st.lists(st.none() | st.datetimes(timezones=st.just(UTC))))
def test_any_texts_and_any_moments_arrive(shared_dsn: str, texts: list[Any], moments: list[Any]) -> None:
    assert read_back(shared_dsn, "text", texts) == texts
    assert read_back(shared_dsn, "timestamptz", moments) == moments


@pytest.mark.parametrize("value", [2**15, -(2**15) - 1])
def test_a_number_too_large_for_its_column_is_refused_here(value: int) -> None:
    with pytest.raises(Exception, match="format requires"):
        binary_array("smallint", [value])
