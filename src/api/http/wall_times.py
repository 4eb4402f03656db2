"""Dues and recurrences in requests: wall times, time zones, rules."""

import re
from calendar import isleap
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from api.http.fields import WHOLE
from api.http.stated import states
from domain.tasks.due import FIRST_YEAR, LAST_YEAR
from domain.tasks.recurrence import LONGEST_RULE

_LEAP = "|".join(str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1) if isleap(year))
_DAY = (
    r"(19[7-9][0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
    r"|(19[7-9][0-9]|2[01][0-9]{2})-((0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
    rf"|({_LEAP})-02-29"
)
A_WALL_TIME = rf"^({_DAY})T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
_NUMBERS = r"[+-]?[0-9]{1,3}(,[+-]?[0-9]{1,3})*"
_PART = (
    rf"(INTERVAL|COUNT)=[1-9][0-9]{{0,4}}|UNTIL=[0-9]{{8}}(T[0-9]{{6}}Z?)?|BY[A-Z]+={_NUMBERS}"
    r"|WKST=(MO|TU|WE|TH|FR|SA|SU)|BYDAY=[+-]?[0-9]{0,2}[A-Z]{2}(,[+-]?[0-9]{0,2}[A-Z]{2})*"
)
A_RULE = rf"^(RRULE:)?FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;({_PART}))*$"
_A_YEAR_OF_MINUTES = 366 * 24 * 60


def _wall_time(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(A_WALL_TIME, value, re.ASCII):
        raise ValueError('a wall time is written like "2027-03-28T09:00", without a zone or an offset')
    return value


def _in_order(minutes: list[int]) -> list[int]:
    return sorted(set(minutes), reverse=True)


WallTime = Annotated[
    datetime, BeforeValidator(_wall_time), WithJsonSchema({"type": "string", "pattern": A_WALL_TIME})
]
"""What the clock on a wall shows; the zone stands beside it."""

ZoneName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_+/-]+$")]
RuleText = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_RULE), states(pattern=A_RULE)]
Reminders = Annotated[
    list[Annotated[int, Field(ge=0, le=_A_YEAR_OF_MINUTES), WHOLE]],
    Field(max_length=10),
    AfterValidator(_in_order),
]
"""Minutes before the due."""

BOTH_OR_NEITHER: dict[str, Any] = {
    "anyOf": [
        {"properties": {"due": {"type": "null"}, "time_zone": {"type": "null"}}},
        {
            "required": ["due", "time_zone"],
            "properties": {"due": {"type": "string"}, "time_zone": {"type": "string"}},
        },
    ]
}
"""JSON Schema: a due and its zone are given together."""

FROM_A_DUE: dict[str, Any] = {
    "anyOf": [
        {"required": ["due"], "properties": {"due": {"type": "string"}}},
        {"properties": {"recurrence": {"type": "null"}, "reminders": {"maxItems": 0}}},
    ]
}
"""JSON Schema: what is reckoned from a due asks for one."""
