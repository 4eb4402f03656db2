"""The scheduler as a process: what is due is told in time, and once, whatever becomes of it."""

import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import connect as connect_psycopg

from bootstrap import now
from domain import commands
from domain.tasks import TaskOverdue, due_at, plan
from gateways.embedded.postgres import EmbeddedPostgres
from gateways.log.ledger import PostgresLedger
from gateways.log.migrate import migrate
from gateways.log.reader import LogReader
from projections.engine.database import connect
from projections.engine.schema import create_schema
from projections.tasks.fold import TASKS
from tests.cli.test_commands import crm as command_line
from tests.support.facts import by
from tests.support.live_fold import LiveFold
from tests.support.proxy import proxied
from tests.support.scheduler import scheduler
from tests.support.told import register_person, whole_log
from tests.support.tripwire import Step, tripwire_before_database

from .asking import Caller
from .server import running_api

PATIENCE = 120.0
TOLD_AT_ONCE = 500
MARK = re.compile(rb"(task\.overdue)")


@pytest.fixture
def crm(dsn: str) -> Iterator[Caller]:
    """A company of its own: the scheduler tells of every task that there is."""
    with running_api(dsn) as running, running.client() as client:
        yield Caller(running, client)


def at(moment: datetime) -> dict[str, str]:
    """A due at that second."""
    return {"due": moment.replace(tzinfo=None, microsecond=0).isoformat(), "time_zone": "UTC"}


def wait_for(found: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.02)
    return answer


def runs(crm: Caller) -> bool:
    return any(job["job"] == "tasks" and job["ran_at"] for job in crm.asked("/v1/status")["jobs"])


def plan_late_tasks(ledger: PostgresLedger, count: int) -> set[UUID]:
    """So many tasks whose due has passed."""
    customer_id, tasks = uuid4(), {uuid4() for _ in range(count)}
    due = due_at((now() - timedelta(hours=1)).replace(tzinfo=None, microsecond=0), "UTC")
    told = [
        commands.plan_task(task, customer_id, plan(task, title="Call", kind="call", due=due), by(now=now()))
        for task in tasks
    ]
    ledger.execute(register_person(customer_id))
    ledger.execute_all(told)
    return tasks


def overdue_since(crm: Caller, task: str) -> Any:
    return crm.asked(f"/v1/tasks/{task}")["overdue_since"]


def overdue(dsn: str) -> int:
    with connect_psycopg(dsn) as connection:
        found = connection.execute("SELECT count(*) FROM crm.events WHERE topic = 'task.overdue'").fetchone()
    assert found is not None
    return int(found[0])


def assert_each_told_once(dsn: str, tasks: set[UUID]) -> None:
    with closing(LogReader(dsn)) as reader:
        told = Counter(fact.stream_id for fact in whole_log(reader) if isinstance(fact.event, TaskOverdue))
    assert told == dict.fromkeys(tasks, 1)


def test_a_task_is_overdue_within_a_second_of_its_due(crm: Caller, dsn: str) -> None:
    with scheduler(dsn):
        wait_for(lambda: runs(crm))
        begin = now().replace(microsecond=0)
        dues = [begin + timedelta(seconds=seconds) for seconds in (2, 3, 4)]
        tasks = [crm.task(owner="Ann", **at(due)) for due in dues]
        told = [wait_for(partial(overdue_since, crm, task)) for task in tasks]

    late = [datetime.fromisoformat(since) - due for since, due in zip(told, dues, strict=True)]
    assert timedelta(0) <= min(late) < timedelta(seconds=1.5), "one may meet a machine that is busy elsewhere"


def test_what_the_scheduler_tells_leaves_the_trail_that_people_leave(crm: Caller, dsn: str) -> None:
    task = crm.task(reminders=[1], **at(now() + timedelta(seconds=61)))
    planned = crm.asked("/v1/audit", stream_id=task)["items"][0]
    with scheduler(dsn):
        reminded = wait_for(lambda: crm.asked(f"/v1/tasks/{task}")["reminded"])
    told = crm.asked("/v1/audit", stream_id=task)["items"][0]

    assert reminded == [1]
    assert (told["type"], told["actor"], told["source"]) == ("task.reminder_due", "scheduler", "scheduler")
    assert told["reason"]
    assert told["caused_by"] == planned["position"]
    assert {change["field"] for change in told["changes"]} == {"reminded"}


@pytest.mark.rule("Two schedulers tell of each task once", area="tasks")
def test_two_schedulers_tell_each_task_once(crm: Caller, dsn: str, ledger: PostgresLedger) -> None:
    with scheduler(dsn), scheduler(dsn):
        wait_for(lambda: runs(crm))
        tasks = plan_late_tasks(ledger, 500)
        wait_for(lambda: overdue(dsn) >= 500)
        time.sleep(1.5)

    assert_each_told_once(dsn, tasks)


@pytest.mark.rule("A killed scheduler leaves nothing untold and tells nothing twice", area="tasks")
def test_a_killed_scheduler_leaves_nothing_untold_and_tells_nothing_twice(
    crm: Caller, dsn: str, ledger: PostgresLedger
) -> None:
    steps = (Step.UNSENT, Step.SENT, Step.UNANSWERED, Step.ANSWERED)
    tasks = plan_late_tasks(ledger, TOLD_AT_ONCE * (len(steps) + 1))
    with tripwire_before_database(dsn, MARK) as (wire, address):
        for step in steps:
            with scheduler(address) as running:
                wire.arm(step, running.kill).result(PATIENCE)
    assert TOLD_AT_ONCE * 2 <= overdue(dsn) < len(tasks), "it was killed in the middle"
    with scheduler(dsn) as running:
        wait_for(lambda: overdue(dsn) >= len(tasks))
        time.sleep(1.5)
        assert running.end() == 0

    assert_each_told_once(dsn, tasks)


def test_lost_connections_cost_nothing_but_time(crm: Caller, dsn: str, ledger: PostgresLedger) -> None:
    with proxied(dsn) as (line, address), scheduler(address) as running:
        wait_for(lambda: runs(crm))
        tasks = plan_late_tasks(ledger, 500)
        for _ in range(10):
            line.cut()
            time.sleep(0.1)
        wait_for(lambda: overdue(dsn) >= 500)
        time.sleep(1.5)

        assert running.end() == 0
    assert_each_told_once(dsn, tasks)


def test_the_scheduler_outlives_a_restart_of_the_database() -> None:
    folder = Path(tempfile.mkdtemp(prefix="touchledger-scheduler-"))
    server = EmbeddedPostgres.start(folder, durable=False)
    try:
        migrate(server.owner_dsn("postgres"), server.dsn("postgres"))
        dsn = server.dsn("postgres")
        first = _told_and_folded(dsn)
        with scheduler(dsn) as running:
            wait_for(lambda: overdue(dsn) == len(first))
            server.stop()
            time.sleep(1)
            server = EmbeddedPostgres.start(folder, durable=False)
            second = _told_and_folded(dsn)
            wait_for(lambda: overdue(dsn) == len(first | second))

            assert running.end() == 0
        assert_each_told_once(dsn, first | second)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_the_status_tells_whether_the_scheduler_keeps_up(crm: Caller, dsn: str) -> None:
    assert command_line("status", "--healthy", "scheduler", CRM_POSTGRES_DSN=dsn).returncode == 1
    with scheduler(dsn):
        wait_for(lambda: runs(crm))
        shown = command_line("status", CRM_POSTGRES_DSN=dsn).stdout
        healthy = command_line("status", "--healthy", "scheduler", CRM_POSTGRES_DSN=dsn)

    assert "tasks" in shown
    assert healthy.returncode == 0
    assert crm.asked("/v1/status")["jobs"][0]["failures"] == 0


def _told_and_folded(dsn: str) -> set[UUID]:
    """Late tasks, in the log and in the read model."""
    with closing(PostgresLedger(dsn)) as ledger, closing(LogReader(dsn)) as log, closing(connect(dsn)) as reads:
        tasks = plan_late_tasks(ledger, 20)
        create_schema(reads)
        live = LiveFold(TASKS, log, lambda _: 0)
        live.create(reads, 1)
        live.catch_up(reads, log.end())
    return tasks
