"""Errors, names and paths may look like markup, or like an emoji's code: they are printed as they stand."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from projections.deals.fold import DEALS
from projections.engine import jobs
from projections.engine.database import Connection, connect, transaction
from projections.engine.live import breaker
from projections.engine.schema import create_schema
from tests.cli.test_access import printed, refused
from tests.gateways.imports.importing import CUSTOMERS
from tests.support.facts import NOON

ERROR = "[/b] in [red]row[/red] 7 :warning:"


@pytest.fixture
def reads(dsn: str) -> Iterator[Connection]:
    with closing(connect(dsn)) as connection:
        create_schema(connection)
        yield connection


def test_status_tells_why_a_job_failed_and_a_read_model_is_paused(dsn: str, reads: Connection) -> None:
    printed(dsn, "rebuild", "deals")
    with transaction(reads) as cursor:
        jobs.tell(cursor, "reminders", 1.0, NOON, ERROR)
        breaker.pause(cursor, "deals", DEALS.version, ERROR)

    paused, _, failed = printed(dsn, "status").partition("Jobs of the scheduler")

    assert f": {ERROR}\n" in paused
    assert f"  {ERROR}\n" in failed


def test_what_would_move_the_cursor_is_shown_and_not_done(dsn: str, reads: Connection) -> None:
    printed(dsn, "rebuild", "deals")
    wiped = "\x1b[2J\x9b2Jgone\rback\a"
    with transaction(reads) as cursor:
        jobs.tell(cursor, "reminders", 1.0, NOON, wiped)
        breaker.pause(cursor, "deals", DEALS.version, wiped)

    told = printed(dsn, "status")

    assert told.count("␛[2J\N{REPLACEMENT CHARACTER}2Jgone␍back␇") == 2
    assert not {"\x1b", "\x9b", "\r", "\a"}.intersection(told)


def test_a_bar_names_the_file_that_is_imported(dsn: str, tmp_path: Path) -> None:
    file, mapping = tmp_path / "[bold] :warning:.csv", tmp_path / "mapping.toml"
    file.write_text("id,kind,name,email,since,size\n1,person,Ann,,2026-01-01,\n")
    mapping.write_text(CUSTOMERS)

    assert "Importing [bold] :warning:.csv" in printed(dsn, "import", str(file), "--mapping", str(mapping))


def test_a_problem_names_the_file_that_cannot_be_read(dsn: str, tmp_path: Path) -> None:
    file = tmp_path / "[" / "b] :warning:.toml"

    assert refused(dsn, "score", "define", str(file)) == (
        f"crm: {file} cannot be read: No such file or directory\n"
    )
