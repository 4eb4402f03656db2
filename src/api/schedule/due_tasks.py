"""Tells of tasks as time goes by: reminders that are due, dues that have passed."""

import logging
from datetime import datetime
from uuid import UUID

from api.ports import Services
from domain import commands
from domain.aggregates import HappenedBeforeLastFact
from domain.ledger import Circumstances, Command, Receipt
from domain.refusals import NotFound, Refusal
from domain.tasks import TASK, sound_alarms
from domain.tasks.refusals import NothingIsDue
from projections.tasks.query import TaskAlarm, alarms, next_alarm_after

SCHEDULER = "scheduler"
_logger = logging.getLogger("touchledger.scheduler")


class DueTasks:
    """Looks in the read model which tasks' time has come, and tells it on their streams.

    The read model may be behind, and another scheduler may be at work: the decision is made on the task as it is,
    and refuses what was told. What was answered is not asked again until the read model has moved on.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._answered: dict[UUID, int] = {}

    def __call__(self) -> float | None:
        """Tell all whose time has come; in how many seconds the next one's comes, where there is one."""
        now = self._services.clock()
        answered: dict[UUID, int] = {}
        with self._services.reads.cursor() as cursor:
            for page in alarms(cursor, now):
                for alarm in page:
                    if self._answered.get(alarm.id) == alarm.position:
                        answered[alarm.id] = alarm.position
                self._tell([alarm for alarm in page if alarm.id not in answered], now, answered)
            following = next_alarm_after(cursor, now)
        self._answered = answered
        return None if following is None else (following - self._services.clock()).total_seconds()

    def _tell(self, due: list[TaskAlarm], now: datetime, answered: dict[UUID, int]) -> None:
        outcomes = self._services.ledger.execute_all([self._command(alarm, now) for alarm in due])
        for alarm, outcome in zip(due, outcomes, strict=True):
            if _final(alarm, outcome):
                answered[alarm.id] = alarm.position

    def _command(self, alarm: TaskAlarm, now: datetime) -> Command:
        command_id = self._services.new_id()
        by = Circumstances(
            now=now,
            actor=SCHEDULER,
            source=SCHEDULER,
            command_id=command_id,
            correlation_id=command_id,
            reason=f"{alarm.at.isoformat()} has come",
            caused_by=alarm.because,
        )
        return commands.tell(TASK, alarm.id, lambda task: sound_alarms(task, now=now), by)


def _final(alarm: TaskAlarm, outcome: Receipt | Refusal) -> bool:
    """Whether nothing more is to be told of the task as the read model has it."""
    if isinstance(outcome, HappenedBeforeLastFact):  # told by a clock that runs ahead of ours
        return False
    if isinstance(outcome, Refusal) and not isinstance(outcome, NothingIsDue | NotFound):
        _logger.warning("task %s: %s: %s", alarm.id, outcome.rule, outcome.message)
    return True
