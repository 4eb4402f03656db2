"""The history carried out by the real decisions, without a database."""

from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from domain.aggregates import Stream
from domain.facts import Fact
from domain.ledger import Circumstances
from gateways.demo.history import history
from gateways.demo.load import SEED
from gateways.log.stored import fact_of
from gateways.log.workbench import Workbench

MIDSUMMER = date(2026, 7, 1)


@cache
def facts(today: date) -> list[Fact]:
    """In order of position. A refusal is an error here, and so is what happens on `today` or later."""
    bench = Workbench(lambda read: Stream(read.stream_id))
    now = midnight(today) - timedelta(minutes=5)
    told = []
    for number, step in enumerate(history(SEED, today), start=1):
        by = Circumstances(now, step.actor, "demo", UUID(int=number), UUID(int=number), step.at, None, step.reason)
        rows = bench.decide(step.command(by)).rows
        assert sorted(row.originator_id for row in rows) == sorted(stream for _, stream in step.touched)
        told += [fact_of(row) for row in rows]
    return told


def midnight(day: date) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00+00:00")
