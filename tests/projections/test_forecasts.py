"""The weighted forecast by month and category."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from domain.deals import DEAL, Opening, change_close_date, lose, move_stage, open_deal, pin_probability, win
from domain.events import Event
from domain.horizon import Horizon
from domain.pipelines import PIPELINES
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.engine.bulk.what_if import scratch
from projections.engine.fold import Fold
from projections.forecasts.fold import FORECASTS, Contribution, Line, forecast_fold
from projections.forecasts.query import forecast_at
from tests.support.facts import DAY, NOON, euros, given, history
from tests.support.log import tell_by_chance

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
OPENED = open_deal(
    Opening(name="Seats", amount=euros(1000), expected_close_date=date(2026, 6, 20)), PIPELINES.shipped
)
PROPOSED = move_stage(given(DEAL, OPENED), stage="proposal", pipelines=PIPELINES.shipped)


def lines_of(events: Iterable[Event], fold: Fold[Contribution] = FORECASTS) -> list[Line]:
    contribution: Contribution | None = None
    for each in history(*events):
        contribution = fold.evolve(contribution, each)
    assert contribution is not None
    return list(contribution.lines)


def test_an_open_deal_is_weighted_in_its_expected_month() -> None:
    line = lines_of([OPENED, PROPOSED])[-1]

    assert (line.month, line.category, line.weighted) == (JUNE, "best_case", Decimal(500))


def test_a_pinned_probability_weighs_the_deal() -> None:
    pinned = pin_probability(given(DEAL, OPENED, PROPOSED), probability=35, because="a rival")

    assert lines_of([OPENED, PROPOSED, pinned])[-1].weighted == Decimal(350)


def test_a_pushed_deal_moves_to_its_new_month() -> None:
    pushed = change_close_date(given(DEAL, OPENED), expected_close_date=date(2026, 7, 2))

    assert [line.month for line in lines_of([OPENED, pushed])] == [JUNE, JULY]


def test_a_won_deal_counts_whole_when_it_was_won() -> None:
    won = win(given(DEAL, OPENED), pipelines=PIPELINES.shipped)

    line = lines_of([OPENED, *won])[-1]

    assert (line.month, line.category, line.weighted) == (date(2026, 3, 1), "closed", Decimal(1000))


def test_a_lost_deal_contributes_nothing() -> None:
    lost = lose(given(DEAL, OPENED), loss_reason="price", pipelines=PIPELINES.shipped)

    line = lines_of([OPENED, lost])[-1]

    assert (line.category, line.weighted) == ("omitted", Decimal(0))


def test_other_win_rates_weigh_open_deals_only() -> None:
    supposed = forecast_fold({"proposal": 30, "won": 1})
    won = win(given(DEAL, OPENED, PROPOSED), pipelines=PIPELINES.shipped)

    open_line, won_line = lines_of([OPENED, PROPOSED, *won], supposed)[1:]

    assert (open_line.weighted, won_line.weighted) == (Decimal(300), Decimal(1000))


def test_the_forecast_of_the_past_is_what_was_known_to_have_happened(
    ledger: PostgresLedger, reader: LogReader, dsn: str
) -> None:
    tell_by_chance(ledger, seed=21, steps=600)
    for days in (10, 50, 120):
        moment = NOON + days * DAY
        with (
            scratch(dsn, FORECASTS, reader) as whole,
            scratch(dsn, FORECASTS, reader, horizon=Horizon(as_of=moment)) as then,
        ):
            lines = forecast_at(whole, moment)

            assert lines == forecast_at(then, moment)
            assert lines


def test_months_are_cut_at_both_ends(ledger: PostgresLedger, reader: LogReader, dsn: str) -> None:
    tell_by_chance(ledger, seed=22, steps=600)
    with scratch(dsn, FORECASTS, reader) as cursor:
        found = forecast_at(cursor, NOON + 200 * DAY, first=date(2026, 4, 1), last=date(2026, 5, 1))

    assert {line.month for line in found} <= {date(2026, 4, 1), date(2026, 5, 1)}
    assert found
