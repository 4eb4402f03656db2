"""`crm parked`: what waits is listed, shown with its events and why, tried, folded again; a fold is resumed."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from api.cli.parked import show_keys
from api.cli.terminal import terminal
from domain.facts import Fact
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.deals.fold import DEALS, DealStory, evolve
from projections.engine.database import Connection, connect, transaction
from projections.engine.live import breaker
from projections.engine.parked import ParkedKey
from projections.engine.schema import create_schema
from tests.cli.test_commands import crm
from tests.projections.engine.conftest import PARTITIONS, run_of, topic
from tests.support.facts import NOON
from tests.support.log import number, tell_by_chance

SICK = number(2, 0)


@pytest.fixture
def reads(dsn: str) -> Iterator[Connection]:
    with closing(connect(dsn)) as connection:
        create_schema(connection)
        yield connection


@pytest.fixture
def waiting(ledger: PostgresLedger, reader: LogReader, reads: Connection) -> list[Fact]:
    """The events of a deal that wait, from its second on, in a log with some more deals."""
    tell_by_chance(ledger, seed=3, steps=400)
    _, *waiting = reader.of_stream(SICK)

    def failing(story: DealStory | None, fact: Fact) -> DealStory:
        if fact == waiting[0]:
            raise ZeroDivisionError("a bug in the fold")
        return evolve(story, fact)

    run_of(reads, reader, [replace(DEALS, evolve=failing)], range(PARTITIONS)).apply(topic(reader))
    return waiting


def _told(dsn: str, *command: str) -> str:
    done = crm("parked", *command, CRM_POSTGRES_DSN=dsn, COLUMNS="200")
    assert done.returncode == 0, done.stderr
    return re.sub(r"\s+", " ", done.stdout)


def test_what_waits_is_listed_and_shown_with_its_events_and_the_stack(dsn: str, waiting: list[Fact]) -> None:
    assert f"deals {SICK} {len(waiting)} {waiting[0].position} " in _told(dsn, "list")
    shown = _told(dsn, "show", "deals", str(SICK))

    for fact in waiting:
        assert f"{fact.position:,} {fact.event.TYPE}:" in shown
    assert "ZeroDivisionError: a bug in the fold Traceback" in shown
    assert "in failing" in shown


def test_on_a_narrow_terminal_a_key_is_listed_whole_and_an_error_as_it_stands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is copied into the next command; and an error may look like markup."""
    monkeypatch.setenv("COLUMNS", "80")
    show_keys([ParkedKey("customer_360", SICK, 3, 1_234, "[/b]", NOON)], terminal())
    told = capsys.readouterr().out

    assert f" {SICK}\n" in told
    assert " [/b]\n" in told
    assert max(map(len, told.splitlines())) <= 80


def test_a_dry_run_tells_what_would_happen_and_a_retry_does_it(dsn: str, waiting: list[Fact]) -> None:
    assert _told(dsn, "retry", "deals", "--dry-run") == f"{SICK}: would be folded "
    assert str(SICK) in _told(dsn, "list")

    assert _told(dsn, "retry", "deals", str(SICK)) == f"{SICK}: folded "

    assert _told(dsn, "list") == "Nothing is parked. "
    assert _told(dsn, "retry", "deals") == "Nothing of deals is parked. "


def test_a_paused_read_model_is_told_of_and_goes_on_when_resumed(
    dsn: str, waiting: list[Fact], reads: Connection
) -> None:
    with transaction(reads) as cursor:
        breaker.pause(cursor, "deals", DEALS.version, "51 keys failed within 60 s")
    assert re.search(r"deals is paused since \S+: 51 keys failed within 60 s", _told(dsn, "list"))

    assert _told(dsn, "resume", "deals") == "deals goes on "
    assert _told(dsn, "resume", "deals") == "deals is not paused "
    assert "paused" not in _told(dsn, "list")


def test_a_read_model_that_there_is_not_is_told_so(dsn: str) -> None:
    done = crm("parked", "resume", "nonsense", CRM_POSTGRES_DSN=dsn)

    assert done.returncode != 0
    assert "there is no read model 'nonsense'" in done.stderr
