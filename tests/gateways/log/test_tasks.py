"""Tasks in the log: what is decided at once by many is told once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import commands
from domain.deals.refusals import DealNotFound
from domain.ledger import Command, Ledger
from domain.refusals import Refusal
from domain.tasks import TASK, complete, plan, sound_alarms, start
from domain.tasks.refusals import NothingIsDue, TaskExists, TaskIsClosed, TaskNotFound
from gateways.log.reader import LogReader
from tests.support.facts import NOON, by
from tests.support.told import register_person, whole_log
from tests.support.wall_times import due

AT_ONCE = 8
LATER = NOON + timedelta(days=30)


def planned(task_id: UUID, customer_id: UUID, **more: Any) -> Command:
    task = plan(task_id, title="Call", kind="call", due=due("2026-03-09T09:00"), **more)
    return commands.plan_task(task_id, customer_id, task, by())


@pytest.fixture
def customer_id(ledger: Ledger) -> UUID:
    customer_id = uuid4()
    ledger.execute(register_person(customer_id))
    return customer_id


def all_at_once(ledger: Ledger, command: Any) -> Counter[str]:
    def told(_: int) -> str:
        try:
            ledger.execute(command())
        except Refusal as refusal:
            return refusal.rule
        return "told"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(told, range(AT_ONCE)))


def test_a_task_is_planned_once_about_what_exists(ledger: Ledger, customer_id: UUID) -> None:
    task_id = uuid4()
    with pytest.raises(TaskNotFound):
        ledger.execute(commands.tell(TASK, task_id, start, by()))
    with pytest.raises(DealNotFound):
        ledger.execute(planned(task_id, customer_id, deal_id=uuid4()))
    ledger.execute(planned(task_id, customer_id))

    with pytest.raises(TaskExists):
        ledger.execute(planned(task_id, customer_id))


def test_who_completes_a_task_at_once_with_others_plans_the_next_one_once(
    ledger: Ledger, reader: LogReader, customer_id: UUID
) -> None:
    task_id = uuid4()
    ledger.execute(planned(task_id, customer_id, rule="FREQ=DAILY"))
    outcomes = all_at_once(ledger, lambda: commands.close_task(task_id, complete, by()))

    assert outcomes == {"told": 1, TaskIsClosed.__name__: AT_ONCE - 1}
    assert Counter(fact.event.TYPE for fact in whole_log(reader)) == {
        "customer.registered": 1,
        "task.planned": 2,
        "task.completed": 1,
    }


def test_what_is_due_is_told_once_however_many_look(ledger: Ledger, reader: LogReader, customer_id: UUID) -> None:
    task_id = uuid4()
    ledger.execute(planned(task_id, customer_id, reminders=[60, 10]))

    def told() -> Command:
        return commands.tell(TASK, task_id, lambda task: sound_alarms(task, now=LATER), by(now=LATER))

    assert all_at_once(ledger, told) == {"told": 1, NothingIsDue.__name__: AT_ONCE - 1}
    assert [fact.event.TYPE for fact in whole_log(reader)] == [
        "customer.registered",
        "task.planned",
        "task.reminder_due",
        "task.reminder_due",
        "task.overdue",
    ]
