"""What may be said of a task."""

from uuid import UUID

from pydantic import Field

from api.http.examples import CUSTOMER_ID
from api.http.fields import CommandBody, Label, Line, Name
from api.http.wall_times import BOTH_OR_NEITHER, FROM_A_DUE, Reminders, RuleText, WallTime, ZoneName
from domain.tasks import Kind, Priority

_DUE = "a wall time; one that the clocks skip moves forward, of one that they show twice the first is meant"
_ZONE = "IANA name of the zone whose wall clock `due` is of"
_RULE = "RRULE (RFC 5545) of days, counted from the due: closing the task plans the next one"


class PlanTask(CommandBody):
    id: UUID | None = Field(default=None, description="your own id: the same one is planned once")
    customer_id: UUID
    title: Name
    type: Kind = "to_do"
    priority: Priority = "normal"
    owner: Label | None = Field(default=None, description="who is to do it")
    due: WallTime | None = Field(default=None, description=_DUE)
    time_zone: ZoneName | None = Field(default=None, description=_ZONE)
    reminders: Reminders = Field(default=[], description="minutes before the due")
    recurrence: RuleText | None = Field(default=None, description=_RULE)
    lead_id: UUID | None = None
    deal_id: UUID | None = None

    model_config = {
        "json_schema_extra": {
            "allOf": [BOTH_OR_NEITHER, FROM_A_DUE],
            "examples": [
                {
                    "customer_id": str(CUSTOMER_ID),
                    "title": "Call about the offer",
                    "type": "call",
                    "priority": "high",
                    "owner": "Ann",
                    "due": "2027-03-22T09:00",
                    "time_zone": "Europe/Stockholm",
                    "reminders": [30],
                    "recurrence": "FREQ=WEEKLY;BYDAY=MO;COUNT=4",
                }
            ],
        }
    }


class ChangeTask(CommandBody):
    """Only the fields given are changed. A new recurrence counts from the present due; null ends the series with
    this task."""

    title: Name = Field(default="")
    type: Kind = "to_do"
    priority: Priority = "normal"
    reminders: Reminders = []
    recurrence: RuleText | None = Field(default=None, description=_RULE)

    model_config = {"json_schema_extra": {"examples": [{"priority": "urgent", "reminders": [60, 10]}]}}


class StartTask(CommandBody):
    model_config = {"json_schema_extra": {"examples": [{}]}}


class DeferTask(CommandBody):
    """It rests until it is started or rescheduled: nothing reminds of it, and it does not fall overdue."""

    model_config = {"json_schema_extra": {"examples": [{"reason": "they answer after the holidays"}]}}


class RescheduleTask(CommandBody):
    due: WallTime = Field(description=_DUE)
    time_zone: ZoneName = Field(description=_ZONE)

    model_config = {
        "json_schema_extra": {"examples": [{"due": "2027-03-29T09:00", "time_zone": "Europe/Stockholm"}]}
    }


class ReassignTask(CommandBody):
    owner: Label

    model_config = {"json_schema_extra": {"examples": [{"owner": "Ben"}]}}


class CompleteTask(CommandBody):
    outcome: Line | None = Field(default=None, description="what came of it")

    model_config = {"json_schema_extra": {"examples": [{"outcome": "they want a demo"}]}}


class CancelTask(CommandBody):
    whole_series: bool = Field(default=False, description="of a task that recurs: plan no further one")

    model_config = {"json_schema_extra": {"examples": [{"reason": "they signed already"}]}}
