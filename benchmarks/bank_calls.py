"""The calls of a bank's campaign (UCI Bank Marketing, 1 in 10), told as a CRM would have been told of them.

The file names month and weekday only, and is a sample in no order: the year follows from the number of employed
people, which the national bank publishes once a quarter, and of a month's calls those come first that stand first.
"""

import csv
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from domain.customers import CustomerProfileChanged, CustomerRegistered
from domain.events import Event
from domain.facts import Fact
from domain.interactions import InteractionRecorded
from domain.leads import LeadCaptured, LeadConverted
from domain.scoring.training_specification import TrainingSpecification, specification_of

FILE = Path(__file__).parents[2] / "shared" / "data" / "bank_marketing" / "bank-additional.csv"
NUMBERS = {"age", "duration", "campaign", "pdays", "previous", "emp.var.rate", "cons.price.idx", "cons.conf.idx",
           "euribor3m", "nr.employed"}  # fmt: skip
ECONOMY = ("emp.var.rate", "cons.price.idx", "cons.conf.idx", "euribor3m", "nr.employed")
COLUMNS = ("age", "job", "marital", "education", "default", "housing", "loan", "contact", "month", "day_of_week",
           "duration", "campaign", "pdays", "previous", "poutcome", "emp.var.rate", "cons.price.idx",
           "cons.conf.idx", "euribor3m", "nr.employed")  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEARS = {"5191": 2008, "5228.1": 2008, "5195.8": 2008, "5176.3": 2008, "5099.1": 2009, "5076.2": 2009,
          "5017.5": 2009, "5023.5": 2009, "5008.7": 2010, "4991.6": 2010, "4963.6": 2010}  # fmt: skip
_SECOND = timedelta(seconds=1)

Call = tuple[datetime, int, dict[str, str]]
"""When it began, its line in the file, its columns."""


@cache
def calls() -> tuple[Call, ...]:
    """Every call, in order of time."""
    with FILE.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    in_month = Counter(_month(row) for row in rows)
    seen: Counter[datetime] = Counter()
    told: list[Call] = []
    for line, row in enumerate(rows):
        month = _month(row)
        seen[month] += 1
        told.append((month + timedelta(days=27) * seen[month] / in_month[month], line, row))
    return tuple(sorted(told, key=lambda call: call[0]))


def _month(row: dict[str, str]) -> datetime:
    return datetime(_YEARS[row["nr.employed"]], _MONTHS.index(row["month"]) + 1, 1, 8, tzinfo=UTC)


def told(*, at_capture: Collection[str], when_over: Collection[str] = ()) -> Iterator[list[Fact]]:
    """Each client's story: captured as a lead an hour before the call, with some columns; the call, as it begins;
    other columns, when it has ended; and the outcome a minute later. All is recorded half a second after."""
    position = 0
    for begins, line, row in calls():
        ends = begins + int(row["duration"]) * _SECOND
        captured = begins - timedelta(hours=1)
        events: list[tuple[datetime, Event]] = [
            (captured, CustomerRegistered(kind="person", attributes=_values(row, at_capture))),
            (captured, LeadCaptured(channel="campaign")),
            (begins, InteractionRecorded(channel="phone", direction="outbound")),
        ]
        if when_over:
            events.append((ends, CustomerProfileChanged(attributes={**_values(row, when_over)})))
        if row["y"] == "yes":
            events.append((ends + timedelta(minutes=1), LeadConverted()))
        story = []
        for at, event in events:
            position += 1
            story.append(_fact(event, at, line, position))
        yield story


def _fact(event: Event, at: datetime, line: int, position: int) -> Fact:
    command = UUID(int=position)
    return Fact(
        stream_id=UUID(int=(line + 1) << 64 | len(event.TYPE)),
        version=1,
        event=event,
        customer_id=UUID(int=line + 1),
        occurred_at=at,
        recorded_at=at + _SECOND / 2,
        position=position,
        actor="bank",
        source="import",
        correlation_id=command,
        causation_id=command,
    )


def _values(row: dict[str, str], columns: Collection[str]) -> dict[str, str | int | float | bool]:
    return {name: float(row[name]) if name in NUMBERS else row[name] for name in columns}


def specification(columns: Collection[str], method: str = "logistic") -> TrainingSpecification:
    """Predicts, when a call begins, whether the client subscribes within a day."""
    return specification_of(
        {
            "id": "calls",
            "kind": "predictive",
            "predictive": {
                "method": method,
                "predict_from": "interaction.recorded",
                "outcome": "lead.converted",
                "within_days": 1,
                "features": [{"name": column, "attribute": f"attributes.{column}"} for column in columns],
            },
        }
    )
