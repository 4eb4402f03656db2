"""Replays as jobs: run, cancelled, taken up again when their runner died."""

import time
from collections.abc import Iterator
from contextlib import closing
from uuid import UUID, uuid4

import pytest

from domain.ledger import LogUnavailable
from domain.scoring import ModelVersion
from domain.scoring.replaying import Replay
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.engine.bulk.building import build
from projections.engine.database import Connection, connect, transaction
from projections.engine.schema import create_schema
from projections.replays import desk, jobs
from projections.replays.comparing import between
from projections.replays.fold import replay_fold
from projections.replays.running import run_replay
from tests.support.facts import DAY, NOON
from tests.support.log import CLOCK, tell_by_chance
from tests.support.replays import replay_of
from tests.support.scheduler import scheduler
from tests.support.scoring_models import ENGAGEMENT, HEALTH


@pytest.fixture
def desk_of(dsn: str, ledger: PostgresLedger) -> Iterator[Connection]:
    tell_by_chance(ledger, seed=7, steps=400, customers=25)
    with closing(connect(dsn)) as connection:
        create_schema(connection)
        yield connection


def ask(dsn: str, replay: Replay) -> UUID:
    return desk.ask(dsn, uuid4(), replay, by="ann", at=CLOCK).id


def found(connection: Connection, replay_id: UUID) -> jobs.ReplayJob:
    with transaction(connection) as cursor:
        return jobs.found(cursor, replay_id)


def tables(connection: Connection) -> int:
    with transaction(connection) as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'replay\\_%'")
        row = cursor.fetchone()
        assert row is not None
        return int(row[0])


DAY_OF = NOON + 40 * DAY
LIVE = ModelVersion(model=ENGAGEMENT, version=1, defined_at=NOON, defined_by="ann")


def test_a_replay_is_run_and_reported(dsn: str, reader: LogReader, desk_of: Connection) -> None:
    replay_id = ask(dsn, replay_of(HEALTH, as_of=DAY_OF, live=LIVE, within_days=30))

    ran = run_replay(dsn, reader, lambda: CLOCK)

    job = found(desk_of, replay_id)
    report = job.reported()
    assert (ran, job.state, job.done) == (replay_id, "done", job.total)
    assert (report.customers, report.over, report.run.left_out) == (25, True, 0)
    assert 0 < report.outcomes < 25
    assert 0 < report.run.reading_share < 1
    assert report.live is not None
    assert report.changes is not None
    assert report.changes.customers == 25
    assert run_replay(dsn, reader, lambda: CLOCK) is None


def test_two_replays_side_by_side(dsn: str, reader: LogReader, desk_of: Connection) -> None:
    first, second = (ask(dsn, replay_of(each, as_of=DAY_OF)) for each in (ENGAGEMENT, HEALTH))
    while run_replay(dsn, reader, lambda: CLOCK):
        pass

    with transaction(desk_of) as cursor:
        changes = between(cursor, jobs.table_of(first), jobs.table_of(second))
        same = between(cursor, jobs.table_of(first), jobs.table_of(first))
    assert (changes.customers, same.higher + same.lower) == (25, 0)
    assert changes.higher > 0


def test_one_that_is_cancelled_ends_and_leaves_nothing(dsn: str, reader: LogReader, desk_of: Connection) -> None:
    waits, runs = ask(dsn, replay_of(as_of=DAY_OF)), ask(dsn, replay_of(as_of=DAY_OF))
    assert desk.give_up(dsn, waits, CLOCK) is True

    def cancels(done: int, total: int) -> None:
        desk.give_up(dsn, runs, CLOCK)

    run_replay(dsn, reader, lambda: CLOCK, progress=cancels)

    assert {found(desk_of, each).state for each in (waits, runs)} == {"cancelled"}
    assert tables(desk_of) == 0
    assert run_replay(dsn, reader, lambda: CLOCK) is None
    assert desk.give_up(dsn, runs, CLOCK) is False
    with pytest.raises(jobs.ReplayNotFound):
        found(desk_of, runs)


class Killed(BaseException): ...


@pytest.mark.parametrize("why", [Killed, LogUnavailable])
def test_one_whose_runner_died_or_lost_the_log_is_taken_up_again(
    dsn: str, reader: LogReader, desk_of: Connection, why: type[BaseException]
) -> None:
    replay_id = ask(dsn, replay_of(as_of=DAY_OF))

    def dies(done: int, total: int) -> None:
        raise why

    with pytest.raises(why):
        run_replay(dsn, reader, lambda: CLOCK, progress=dies)
    assert found(desk_of, replay_id).state == "running"

    assert run_replay(dsn, reader, lambda: CLOCK) == replay_id
    assert found(desk_of, replay_id).reported().run.resumed is True


def test_one_whose_scheduler_was_killed_is_taken_up_by_the_next(dsn: str, desk_of: Connection) -> None:
    replay_id = ask(dsn, replay_of(as_of=DAY_OF))

    def wait_for(state: str) -> None:
        deadline = time.monotonic() + 120
        while found(desk_of, replay_id).state != state:
            assert time.monotonic() < deadline
            time.sleep(0.05)

    with scheduler(dsn) as first, closing(connect(dsn)) as other, other.cursor() as held:
        held.execute("LOCK TABLE builds IN ACCESS EXCLUSIVE MODE")
        wait_for("running")
        first.kill()
    with scheduler(dsn) as second:
        wait_for("done")
        assert second.end() == 0


def test_one_that_runs_is_not_run_twice(dsn: str, reader: LogReader, desk_of: Connection) -> None:
    ask(dsn, replay_of(as_of=DAY_OF))
    meanwhile: list[UUID | None] = []

    run_replay(
        dsn, reader, lambda: CLOCK, progress=lambda *_: meanwhile.append(run_replay(dsn, reader, lambda: CLOCK))
    )

    assert meanwhile
    assert set(meanwhile) == {None}


def test_one_that_never_ends_is_given_up(dsn: str, reader: LogReader, desk_of: Connection) -> None:
    replay_id = ask(dsn, replay_of(as_of=DAY_OF))
    with transaction(desk_of) as cursor:
        cursor.execute("UPDATE replays SET attempts = 5, state = 'running'")

    run_replay(dsn, reader, lambda: CLOCK)

    job = found(desk_of, replay_id)
    assert (job.state, job.error, job.ended_at) == ("failed", "begun 5 times, and never ended", CLOCK)


def test_where_nobody_was_there_it_says_so(dsn: str, reader: LogReader, desk_of: Connection) -> None:
    replay_id = ask(dsn, replay_of(as_of=NOON - DAY))

    run_replay(dsn, reader, lambda: CLOCK)

    job = found(desk_of, replay_id)
    assert (job.state, tables(desk_of)) == ("failed", 0)
    assert "nobody" in (job.error or "")
    with pytest.raises(jobs.ReplayNotDone):
        job.reported()


def test_the_fold_of_a_replay_goes_over_processes(dsn: str, reader: LogReader, desk_of: Connection) -> None:
    fold = replay_fold(replay_of(HEALTH, as_of=DAY_OF, live=LIVE), "replay_over_processes")

    built = build(dsn, fold, reader, upto=reader.end(), processes=2, events_a_range=50)

    assert built.keys == 25
