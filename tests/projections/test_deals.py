"""Deals as intervals: one row a state, and the pipeline of any day out of them."""

from domain.deals import DEAL, Opening, change_amount, move_stage, open_deal, reopen, win
from domain.events import Event
from domain.horizon import Horizon
from domain.pipelines import PIPELINES
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.deals.fold import DEALS, DealStory, evolve
from projections.deals.pipeline import pipeline_at
from projections.engine.bulk.what_if import scratch
from tests.support.facts import DAY, MINUTE, NOON, euros, given, history
from tests.support.log import tell_by_chance


def told() -> list[Event]:
    opened = open_deal(Opening(name="Seats", amount=euros(900)), PIPELINES.shipped)
    moved = move_stage(given(DEAL, opened), stage="proposal", pipelines=PIPELINES.shipped)
    changed = change_amount(given(DEAL, opened, moved), amount=euros(1000))
    return [opened, moved, changed]


def story_of(*events: Event) -> DealStory:
    story: DealStory | None = None
    for each in history(*events):
        story = evolve(story, each)
    assert story is not None
    return story


def test_each_state_is_a_row_that_ends_where_the_next_begins() -> None:
    assert DEALS.history is not None
    rows = DEALS.history.rows(story_of(*told()))

    periods = [(row[0], row[1]) for row in rows]
    assert periods == [(NOON, NOON + MINUTE), (NOON + MINUTE, NOON + 2 * MINUTE), (NOON + 2 * MINUTE, None)]


def test_a_row_holds_the_deal_as_it_was() -> None:
    assert DEALS.history is not None
    rows = DEALS.history.rows(story_of(*told()))

    columns = list(DEALS.history.columns)
    stage, amount = columns.index("stage"), columns.index("amount")
    assert [(row[stage], row[amount]) for row in rows] == [
        ("prospecting", euros(900).amount),
        ("proposal", euros(900).amount),
        ("proposal", euros(1000).amount),
    ]


def test_a_reopened_deal_is_open_again() -> None:
    events = told()
    won = win(given(DEAL, *events), pipelines=PIPELINES.shipped)
    again = reopen(given(DEAL, *events, *won), pipelines=PIPELINES.shipped)

    deal = story_of(*events, *won, again).deal

    assert (deal.status, deal.stage, deal.closed_at) == ("open", "proposal", None)


def test_the_pipeline_of_any_day_adds_up(ledger: PostgresLedger, reader: LogReader, dsn: str) -> None:
    tell_by_chance(ledger, seed=11, steps=600)
    with scratch(dsn, DEALS, reader) as cursor:
        for days in (1, 20, 60, 150):
            moment = NOON + days * DAY
            lines = pipeline_at(cursor, moment)
            with scratch(dsn, DEALS, reader, horizon=Horizon(as_of=moment)) as then:
                then.execute("SELECT count(*), coalesce(sum(amount), 0) FROM deals")
                found = then.fetchone()

            assert found is not None
            assert (sum(line.deals for line in lines), sum(line.amount for line in lines)) == tuple(found)
