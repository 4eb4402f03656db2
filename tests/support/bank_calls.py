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

import pytest
from msgspec.structs import replace

from domain.customers import CustomerProfileChanged, CustomerRegistered
from domain.events import Event
from domain.facts import Fact
from domain.interactions import InteractionRecorded
from domain.leads import LeadCaptured, LeadConverted
from tests.support.facts import fact

FILE = Path(__file__).parents[3] / "shared" / "data" / "bank_marketing" / "bank-additional.csv"
NUMBERS = {"age", "duration", "campaign", "pdays", "previous", "emp.var.rate", "cons.price.idx", "cons.conf.idx",
           "euribor3m", "nr.employed"}  # fmt: skip
COLUMNS = ("age", "job", "marital", "education", "default", "housing", "loan", "contact", "month", "day_of_week",
           "duration", "campaign", "pdays", "previous", "poutcome", "emp.var.rate", "cons.price.idx",
           "cons.conf.idx", "euribor3m", "nr.employed")  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEARS = {"5191": 2008, "5228.1": 2008, "5195.8": 2008, "5176.3": 2008, "5099.1": 2009, "5076.2": 2009,
          "5017.5": 2009, "5023.5": 2009, "5008.7": 2010, "4991.6": 2010, "4963.6": 2010}  # fmt: skip
_SECOND = timedelta(seconds=1)

Call = tuple[datetime, dict[str, str]]


@cache
def calls() -> tuple[Call, ...]:
    """Every call with the moment at which it began, in order of time. Skips the test where the file is absent."""
    if not FILE.exists():
        pytest.skip("the bank's calls (../shared/data/bank_marketing) are not here")
    with FILE.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    in_month = Counter(_month(row) for row in rows)
    seen: Counter[datetime] = Counter()
    told: list[Call] = []
    for row in rows:
        month = _month(row)
        seen[month] += 1
        told.append((month + timedelta(days=27) * seen[month] / in_month[month], row))
    return tuple(sorted(told, key=lambda call: call[0]))


def _month(row: dict[str, str]) -> datetime:
    return datetime(_YEARS[row["nr.employed"]], _MONTHS.index(row["month"]) + 1, 1, 8, tzinfo=UTC)


def told(*, at_capture: Collection[str], when_over: Collection[str] = ()) -> Iterator[list[Fact]]:
    """Each client's story: captured as a lead an hour before the call, with some columns; the call, as it begins;
    other columns, when it has ended; and the outcome a minute later. All is recorded half a second after."""
    position = 0
    for place, (begins, row) in enumerate(calls()):
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
            customer, stream = UUID(int=place + 1), UUID(int=(place + 1) << 64 | len(event.TYPE))
            recorded = fact(event, stream_id=stream, customer_id=customer, at=at)
            at_last, command = at + _SECOND / 2, UUID(int=position)
            story.append(replace(recorded, position=position, recorded_at=at_last, causation_id=command))
        yield story


def _values(row: dict[str, str], columns: Collection[str]) -> dict[str, str | int | float | bool]:
    return {name: float(row[name]) if name in NUMBERS else row[name] for name in columns}
