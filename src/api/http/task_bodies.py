"""What may be said of a task."""

from typing import Any
from uuid import UUID

from pydantic import Field

from api.http.examples import CUSTOMER_ID
from api.http.fields import Body, CommandBody, Label, Line, Name
from api.http.wall_times import BOTH_OR_NEITHER, FROM_A_DUE, Reminders, RuleText, WallTime, ZoneName
from domain.tasks import Kind, Priority

_DUE = "a wall time; one that the clocks skip moves forward, of one that they show twice the first is meant"
_ZONE = "IANA name of the zone whose wall clock `due` is of"
_NEXT = "of a task about a deal: the deal's next step from now on"
_RULE = "RRULE (RFC 5545) of days, counted from the due: closing the task plans the next one"


_OF_A_DEAL: dict[str, Any] = {
    "anyOf": [
        {"properties": {"next_step": {"const": False}}},
        {"required": ["due", "deal_id"], "properties": {"due": {"type": "string"}, "deal_id": {"type": "string"}}},
    ]
}
"""JSON Schema: a next step is a deal's, and due."""


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
    next_step: bool = Field(default=False, description="the deal waits for it")

    model_config = {
        "json_schema_extra": {
            "allOf": [BOTH_OR_NEITHER, FROM_A_DUE, _OF_A_DEAL],
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


class NextTask(Body):
    """Another next step of the same deal, planned with the end of the one before."""

    title: Name
    type: Kind = "to_do"
    priority: Priority = "normal"
    owner: Label | None = Field(default=None, description="whose the one before was, where not said")
    due: WallTime = Field(description=_DUE)
    time_zone: ZoneName = Field(description=_ZONE)
    reminders: Reminders = Field(default=[], description="minutes before the due")


class CompleteTask(CommandBody):
    outcome: Line | None = Field(default=None, description="what came of it")
    next: NextTask | None = Field(default=None, description=_NEXT)

    model_config = {"json_schema_extra": {"examples": [{"outcome": "they want a demo"}]}}


class CancelTask(CommandBody):
    whole_series: bool = Field(default=False, description="of a task that recurs: plan no further one")
    next: NextTask | None = Field(default=None, description=_NEXT)

    model_config = {"json_schema_extra": {"examples": [{"reason": "they signed already"}]}}
