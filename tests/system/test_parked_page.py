"""The example in docs/parked.md, command by command: a fold had a bug, and has it no more."""

import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from domain.deals import DealStageMoved
from domain.facts import Fact
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.deals.fold import DEALS, DealStory, evolve
from projections.engine.database import connect
from projections.engine.schema import create_schema
from tests.projections.engine.conftest import PARTITIONS, run_of, topic
from tests.support.told import a_deal, move, value
from tests.system import walk

PAGE = walk.PAGE.with_name("parked.md")


def dividing(story: DealStory | None, fact: Fact) -> DealStory:
    """The fold of deals, with a bug."""
    if story is not None and isinstance(fact.event, DealStageMoved):
        1 / (fact.occurred_at - story.deal.entered_stage_at).days
    return evolve(story, fact)


def test_every_command_of_the_page_prints_what_the_page_shows(
    dsn: str, ledger: PostgresLedger, reader: LogReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal, _ = a_deal(ledger), a_deal(ledger)
    for command in (move(deal, "qualification"), value(deal, 120), move(deal, "proposal")):
        ledger.execute(command)
    with closing(connect(dsn)) as connection:
        create_schema(connection)
        run_of(connection, reader, [replace(DEALS, evolve=dividing)], range(PARTITIONS)).apply(topic(reader))
    monkeypatch.setenv("PATH", walk.path_with_crm(tmp_path))
    monkeypatch.setenv("CRM_POSTGRES_DSN", dsn)
    monkeypatch.delenv("COLUMNS", raising=False)

    page = PAGE.read_text(encoding="utf-8")
    done = walk.run(page, {})
    if os.environ.get("TOUCHLEDGER_WALK"):  # `make walk`
        PAGE.write_text(walk.pasted(page, done), encoding="utf-8")
        return
    for there, now in zip(walk.steps(page), done, strict=True):
        assert walk.alike(now.printed) == walk.alike(there.printed), there.command
