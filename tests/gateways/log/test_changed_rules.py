"""Rules that change while somebody decides by them."""

from uuid import uuid4

import pytest
from msgspec.structs import replace

from domain import commands
from domain.deals import Deal, Opening, move_stage
from domain.deals.refusals import StageLeftUndone
from domain.events import Event
from domain.ledger import Command
from domain.pipelines import PIPELINES, Definition, Pipelines, define_pipeline
from gateways.log.ledger import PostgresLedger
from tests.support.facts import by
from tests.support.pipelines import GATED
from tests.support.told import register_person

FREE = replace(GATED, stages=(replace(GATED.stages[0], required_fields=()), *GATED.stages[1:]))


def define(definition: Definition) -> Command:
    return commands.define(PIPELINES, lambda known: define_pipeline(known, definition), by())


def test_no_deal_moves_under_a_definition_that_was_changed_meanwhile(ledger: PostgresLedger, dsn: str) -> None:
    customer_id, deal_id = uuid4(), uuid4()
    other = PostgresLedger(dsn)
    seen: list[int] = []
    for command in (
        register_person(customer_id),
        define(FREE),
        commands.open_deal(deal_id, customer_id, Opening(name="Seats", pipeline="gated"), by()),
    ):
        ledger.execute(command)

    def decide(deal: Deal, pipelines: Pipelines) -> Event:
        seen.append(pipelines.version)
        if len(seen) == 1:
            other.execute(define(GATED))
        return move_stage(deal, stage="terms", pipelines=pipelines)

    try:
        with pytest.raises(StageLeftUndone, match="without owner, contact"):
            ledger.execute(commands.tell_deal(deal_id, decide, by()))
    finally:
        other.close()

    assert (seen[0], seen[-1]) == (1, 2)
