"""`crm export`: the log and read models, as Parquet."""

import json
import sys
from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from domain.horizon import Horizon
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.deals.fold import DEALS
from projections.engine.bulk.what_if import scratch
from projections.engine.export.extract import extracts
from tests.cli.test_access import printed, run
from tests.support.facts import NOON
from tests.support.log import tell_by_chance


@pytest.fixture(autouse=True)
def _history(ledger: PostgresLedger) -> None:
    tell_by_chance(ledger, seed=3, steps=300)


def refused(dsn: str, *arguments: str) -> str:
    done = run(dsn, *arguments)
    assert done.exit_code == 1
    return done.stderr


def read(folder: Path, table: str) -> pa.Table:
    return ds.dataset(folder / table, partitioning="hive").to_table()


def manifest(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_text())


def test_the_log_comes_back_as_it_was(dsn: str, tmp_path: Path) -> None:
    told = printed(dsn, "export", "log", "--to", str(tmp_path / "out"))

    columns = (
        "position, type, stream_id::text, version, customer_id::text, occurred_at, recorded_at, actor, payload"
    )
    with psycopg.connect(dsn, options="-c timezone=UTC") as connection:
        rows = connection.execute(f"SELECT {columns} FROM crm.log ORDER BY position").fetchall()
    table = read(tmp_path / "out", "log").sort_by("position")
    names = [name.strip().partition("::")[0] for name in columns.split(",")]
    found = [tuple(row[name] for name in names) for row in table.select(names).to_pylist()]
    assert [(*row[:-1], json.loads(row[-1])) for row in found] == rows
    assert table.schema.field("occurred_at").type == pa.timestamp("us", tz="UTC")
    assert f"log: {len(rows)} rows" in told
    assert manifest(tmp_path / "out")["position"] == rows[-1][0]


def test_the_log_lies_by_the_day_of_recording(dsn: str, ledger: PostgresLedger, tmp_path: Path) -> None:
    printed(dsn, "export", "log", "--to", str(tmp_path / "out"))

    with psycopg.connect(dsn) as connection:
        days = connection.execute("SELECT DISTINCT (recorded_at AT TIME ZONE 'UTC')::date FROM crm.log").fetchall()
    assert {path.name for path in (tmp_path / "out" / "log").iterdir()} == {f"day={day}" for (day,) in days}
    last = pd.read_parquet(tmp_path / "out" / "log")["recorded_at"].max()
    told = printed(
        dsn, "export", "log", "--to", str(tmp_path / "none"), "--from", str(last + timedelta(microseconds=1))
    )
    assert "log: 0 rows" in told
    assert list(pd.read_parquet(tmp_path / "none" / "log").columns[:3]) == ["position", "type", "schema"]


def test_a_live_read_model_is_taken_away_with_typed_columns(dsn: str, tmp_path: Path) -> None:
    printed(dsn, "rebuild", "deals")

    printed(dsn, "export", "deals", "--to", str(tmp_path), "--with-state")

    with psycopg.connect(dsn, options="-c search_path=read") as connection:
        rows = connection.execute("SELECT key::text, amount, opened_at FROM deals ORDER BY key").fetchall()
    table = read(tmp_path, "deals").sort_by("key")
    found = zip(*(table[name].to_pylist() for name in ("key", "amount", "opened_at")), strict=True)
    assert list(found) == [(key, amount, at.astimezone(UTC)) for key, amount, at in rows]
    assert table.schema.field("amount").type == pa.decimal128(38, 9)
    assert "intervals" in json.loads(table["state"][0].as_py())
    assert "day=2026-03-02" in {path.name for path in (tmp_path / "deals_history").iterdir()}
    assert manifest(tmp_path)["fold_version"] == DEALS.version


def test_a_read_model_of_the_past_is_the_fold_from_its_horizon(
    dsn: str, reader: LogReader, tmp_path: Path
) -> None:
    day = NOON + timedelta(days=30)
    printed(dsn, "export", "deals", "--to", str(tmp_path), "--as-of", f"{day:%Y-%m-%d}")

    end = day.replace(hour=23, minute=59, second=59, microsecond=999999)
    with scratch(dsn, DEALS, reader, horizon=Horizon(as_of=end)) as cursor:
        cursor.execute("SELECT sum(amount), count(*) FROM deals")
        amount, count = cursor.fetchone() or (None, None)
    table = read(tmp_path, "deals")
    assert (sum(filter(None, table["amount"].to_pylist()), Decimal(0)), len(table)) == (amount, count)
    held = manifest(tmp_path)
    assert held["horizon"] == {"as_of": end.isoformat(), "known_at": None}
    assert held["keys_parked"] == 0


def test_tables_are_named_as_they_are_asked_for_wherever_their_rows_are(dsn: str, reader: LogReader) -> None:
    """Scores lie by turns in tables with numbers in their names."""
    moved = replace(DEALS, name="deals_1", known_as="deals")
    with scratch(dsn, moved, reader) as cursor:
        tables = extracts(cursor, moved, personal=True, state=False)
        assert [table.name for table in tables] == ["deals", "deals_history"]
        assert [sum(map(len, table.pages)) for table in tables] == [table.count() for table in tables]
        assert tables[0].count() > 0


def test_personal_data_is_named_and_can_be_left_out(dsn: str, tmp_path: Path) -> None:
    printed(dsn, "rebuild", "all")
    for of in ("log", "customer_360", "tasks"):
        printed(dsn, "export", of, "--to", str(tmp_path / of), "--without-personal")

    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*.json"))
    for path in tmp_path.rglob("*.parquet"):
        everything += ds.dataset(path).to_table().to_pandas().to_csv().encode()
    assert b"Customer 1" not in everything
    assert b"Call" not in everything
    held = manifest(tmp_path / "log")
    assert held["personal"] == "left out"
    marked = held["personal_fields_of_payloads"]
    assert marked["customer.registered"] == ["attributes", "email", "name", "phone"]
    assert (marked["task.completed"], marked["deal.probability_pinned"]) == (["outcome"], ["because"])
    printed(dsn, "export", "customer_360", "--to", str(tmp_path / "whole"))
    for each in ("whole", "customer_360"):
        told = manifest(tmp_path / each)["personal_columns"]
        assert told == {"customer_360": ["custom_fields", "email", "name"]}


def test_an_export_has_a_folder_of_its_own(dsn: str, tmp_path: Path) -> None:
    printed(dsn, "export", "log", "--to", str(tmp_path / "log"))
    assert "holds an export of log at position" in refused(dsn, "export", "log", "--to", str(tmp_path / "log"))
    assert "is not empty" in refused(dsn, "export", "log", "--to", str(tmp_path))
    begun = tmp_path / "begun"
    (begun / "_being_written").mkdir(parents=True)
    assert "is being written" in refused(dsn, "export", "log", "--to", str(begun))
    (tmp_path / "file").touch()
    assert "cannot write" in refused(dsn, "export", "log", "--to", str(tmp_path / "file"))


def test_what_fails_leaves_no_export_behind(dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.sync", full)

    assert "No space left" in refused(dsn, "export", "log", "--to", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("log", "--as-of", "2026-03-02T12:00"), "no time zone"),
        (("log", "--as-of", "yesterday"), "neither a day"),
        (("log", "--known-at", "2126-01-01"), "ahead of now"),
        (("log", "--from", "0001-01-01T00:00+14:00"), "years 1 to 9999"),
        (("deals", "--from", "2026-03-02"), "no beginning"),
        (("log", "--with-state"), "no states"),
        (("deals", "--with-state", "--without-personal"), "personal data"),
    ],
)
def test_what_makes_no_sense_is_refused(dsn: str, tmp_path: Path, arguments: tuple[str, ...], why: str) -> None:
    done = run(dsn, "export", *arguments, "--to", str(tmp_path / "out"))

    assert done.exit_code == 2
    assert why in " ".join(done.stderr.replace("│", " ").split())
    assert not (tmp_path / "out").exists()


def test_a_time_before_all_events_an_unknown_or_unbuilt_model_are_told(dsn: str, tmp_path: Path) -> None:
    to = ("--to", str(tmp_path / "out"))
    assert "nothing had happened by 1970" in refused(dsn, "export", "log", "--as-of", "1970-01-01", *to)
    assert "there is no read model 'sales'" in refused(dsn, "export", "sales", *to)
    assert "is not there" in refused(dsn, "export", "deals", *to)


def test_without_the_extra_it_is_named(dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("gateways.parquet.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    assert "extra `analysis`" in refused(dsn, "export", "log", "--to", str(tmp_path))
