"""PostgreSQL goes away under load and comes back; the API stays, and says what it knows."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from gateways.embedded.postgres import EmbeddedPostgres
from gateways.log.migrate import migrate
from tests.faults.clients import LONGEST_ANSWER, Manner, an_order, clients
from tests.faults.commands import CAPTURE, CONVERT, QUALIFY, QUESTION, leads, questions
from tests.faults.journal import Answer, Journal
from tests.faults.recorded import assert_kept
from tests.support.crm_api import ApiProcess
from tests.support.log_lock import end_session, log_held, wait_for_one_in_line

LONGER_THAN_ANYBODY_WAITS = 12.0
LONGEST_RECOVERY = 30.0
CLIENTS = 6


class Database:
    """A server of our own, on one address through all its lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.start()

    @property
    def dsn(self) -> str:
        return self._server.dsn()

    @property
    def owner_dsn(self) -> str:
        return self._server.owner_dsn()

    def start(self) -> None:
        self._server = EmbeddedPostgres.start(self._folder)

    def stop(self) -> None:
        self._server.stop()

    def kill(self) -> None:
        os.kill(self._server.pid, signal.SIGKILL)
        self._server.stop()


@pytest.fixture
def database() -> Iterator[Database]:
    # Not pytest's tmp_path: see tests.support.postgres.
    folder = Path(tempfile.mkdtemp(prefix="touchledger-test-"))
    database = Database(folder)
    migrate(database.owner_dsn, database.dsn)
    yield database
    database.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def api(database: Database, tmp_path: Path) -> Iterator[ApiProcess]:
    with ApiProcess(database.dsn, tmp_path / "api.log") as running:
        yield running


def under_load(journal: Journal, answers: int = 50) -> None:
    """Return when so many more commands were acknowledged."""
    before = len(journal.acknowledged())
    journal.wait_until(lambda told: len(told.acknowledged()) >= before + answers, "no load")


def refused(journal: Journal, *kinds: str) -> list[Answer]:
    return [answer for answer in journal.answers(*kinds) if answer.status == 503]


def assert_told_properly(journal: Journal) -> None:
    """Each request was answered in time: with success, or with 503 and when to ask again."""
    assert set(journal.statuses()) <= {200, 201, 409, 503}
    assert not any(told.lost for told in journal.commands().values())
    assert max(answer.seconds for answer in journal.answers()) < LONGEST_ANSWER
    for answer in refused(journal):
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0
        assert answer.problem["status"] == 503


@pytest.mark.parametrize("end", [Database.stop, Database.kill])
def test_a_restart_costs_nothing_that_was_acknowledged(
    database: Database, api: ApiProcess, tmp_path: Path, end: Callable[[Database], None]
) -> None:
    asking = partial(questions, an_order(api.door))
    with clients([(api.door, leads)] * CLIENTS + [(api.door, asking)] * 2, tmp_path) as journal:
        under_load(journal)
        for _ in range(3):
            end(database)
            database.start()
            under_load(journal)
    there = assert_kept(database.owner_dsn, journal)

    assert {told.kind for told in journal.commands().values()} >= {CAPTURE, QUESTION}
    assert all(command in there for command, told in journal.commands().items() if told.kind != QUESTION)
    assert_told_properly(journal)


def test_a_long_outage_is_told_and_passes_by_itself(database: Database, api: ApiProcess, tmp_path: Path) -> None:
    asking = partial(questions, an_order(api.door))
    with clients([(api.door, leads)] * CLIENTS + [(api.door, asking)] * 2, tmp_path) as journal:
        under_load(journal)
        database.stop()
        time.sleep(LONGER_THAN_ANYBODY_WAITS)
        database.start()
        back = max(answer.ended for answer in journal.answers())
        under_load(journal)
    there = assert_kept(database.owner_dsn, journal)
    first = min(answer.ended for answer in journal.answers() if answer.acknowledges and answer.ended > back)

    assert first - back < LONGEST_RECOVERY
    assert len(refused(journal, CAPTURE, QUALIFY, CONVERT)) >= CLIENTS
    assert refused(journal, QUESTION)
    assert all(command in there for command, told in journal.commands().items() if told.kind != QUESTION)
    assert_told_properly(journal)


def test_the_writers_session_is_killed_in_the_midst_of_an_append(
    database: Database, api: ApiProcess, tmp_path: Path
) -> None:
    with clients([(api.door, leads)] * CLIENTS, tmp_path, Manner(insists=False)) as journal:
        for _ in range(10):
            with log_held(database.owner_dsn):
                end_session(database.owner_dsn, wait_for_one_in_line(database.owner_dsn))
            under_load(journal, CLIENTS)
    there = assert_kept(database.owner_dsn, journal)

    assert set(journal.statuses()) <= {200, 201}
    assert journal.acknowledged() == there.keys()
