from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain import commands
from domain.deals import (
    DEAL,
    Deal,
    DealAmountChanged,
    DealOpened,
    DealReopened,
    DealStageMoved,
    DealWon,
    Opening,
    change_amount,
    recorded_worth,
    worth,
)
from domain.events import Event
from domain.ledger import Command
from domain.money import Money, money
from domain.pipelines import PIPELINES
from domain.rates import CURRENCY_RATES, CurrencyRates, CurrencyRateSet, HomeCurrencySet
from domain.rates.refusals import NoHomeCurrency, NoRateForCurrency
from tests.support.deciding import changes_of
from tests.support.facts import ADA, DAY, DEAL_ID, NOON, by, euros, given

TODAY = NOON.date()
HOME = HomeCurrencySet(currency="EUR")


def dollars(amount: int) -> Money:
    return money(Decimal(amount), "USD")


def rate(value: str, on: date, rate_set: str = "spot") -> CurrencyRateSet:
    return CurrencyRateSet(currency="USD", home="EUR", rate=Decimal(value), on=on, rate_set=rate_set)


def rates(*events: Event) -> CurrencyRates:
    return given(CURRENCY_RATES.aggregate, HOME, *events, stream_id=CURRENCY_RATES.id)


def opened(amount: Money | None = dollars(100), **told: Any) -> DealOpened:
    return DealOpened(
        name="Seats", pipeline="standard", stage="proposal", probability=50, category="best_case", amount=amount,
        **told,
    )  # fmt: skip


AT_90: dict[str, Any] = {"rate": Decimal("0.90"), "rate_date": TODAY, "home_currency": "EUR"}
KNOWN = rates(rate("0.90", TODAY), rate("0.80", TODAY - 30 * DAY), rate("0.5", TODAY, "budget"))


def told(command: Command, known: CurrencyRates | None, *states: Any) -> list[Event]:
    """The events of a command, where these rates are known."""
    changes = changes_of(command, *states, found={CURRENCY_RATES.id: known})
    return [event for change in changes for event in change.events]


def opening(amount: Money | None) -> Command:
    return commands.open_deal(DEAL_ID, ADA, Opening(name="Seats", amount=amount), by())


@pytest.mark.rule("An amount is told with the rate of its day", area="rates")
def test_an_amount_is_told_with_the_rate_of_its_day() -> None:
    (event,) = told(opening(dollars(100)), KNOWN, None)

    assert isinstance(event, DealOpened)
    assert (event.rate, event.rate_date, event.home_currency) == tuple(AT_90.values())


@pytest.mark.rule("What happened earlier is told with the rate of then", area="rates")
def test_what_happened_earlier_is_told_with_the_rate_of_then() -> None:
    deal = given(DEAL, opened())
    then = by(occurred_at=NOON - 10 * DAY)
    command = commands.tell(DEAL, DEAL_ID, lambda deal: change_amount(deal, amount=dollars(7)), then)
    (event,) = told(commands.at_rates(command), KNOWN, deal)

    assert isinstance(event, DealAmountChanged)
    assert (event.rate, event.rate_date) == (Decimal("0.80"), TODAY - 30 * DAY)


def test_an_amount_in_the_home_currency_is_worth_itself() -> None:
    (event,) = told(opening(euros(100)), KNOWN, None)

    assert isinstance(event, DealOpened)
    assert (event.rate, event.home_currency) == (Decimal(1), "EUR")


NO_RATE: dict[str, tuple[CurrencyRates | None, Money | None]] = {
    "nothing is set up": (None, dollars(100)),
    "no rate of the currency": (KNOWN, money(Decimal(5), "JPY")),
    "no rate yet": (rates(rate("0.9", TODAY + DAY)), dollars(100)),
    "no amount": (KNOWN, None),
}


@pytest.mark.parametrize(("known", "amount"), NO_RATE.values(), ids=NO_RATE)
@pytest.mark.rule("No deal is refused for want of a rate", area="rates")
def test_no_deal_is_refused_for_want_of_a_rate(known: CurrencyRates | None, amount: Money | None) -> None:
    (event,) = told(opening(amount), known, None)

    assert isinstance(event, DealOpened)
    assert (event.rate, event.rate_date, event.home_currency) == (None, None, None)


def test_what_tells_no_amount_tells_no_rate() -> None:
    moved = DealStageMoved(from_stage="a", to_stage="b", probability=1, category="commit")
    command = commands.tell(DEAL, DEAL_ID, lambda _: moved, by())

    assert told(commands.at_rates(command), KNOWN, given(DEAL, opened())) == [moved]


def test_a_command_with_rates_still_reads_what_it_did() -> None:
    command = commands.at_rates(opening(dollars(1)))

    assert command.reads == (PIPELINES.read,)
    assert command.about == DEAL_ID
    assert len(command.known) == 1


def test_a_deal_is_worth_its_amount_by_the_rate_told_with_it() -> None:
    found = recorded_worth(given(DEAL, opened(dollars(5), **AT_90)))

    assert found is not None
    assert (found.amount, found.rate_date, found.recorded) == (euros("4.50"), TODAY, True)
    assert recorded_worth(given(DEAL, opened())) is None
    assert recorded_worth(given(DEAL, opened(None))) is None


@pytest.mark.rule("An amount that is told without a rate takes the rate of the earlier one away", area="rates")
def test_an_amount_told_without_a_rate_takes_the_earlier_ones_rate_away() -> None:
    assert recorded_worth(given(DEAL, opened(**AT_90), DealAmountChanged(amount=dollars(7)))) is None


def won() -> Deal:
    """Opened at 0.80, won at 0.90."""
    at_80 = {**AT_90, "rate": Decimal("0.80")}
    return given(DEAL, opened(**at_80), DealWon(stage="won", amount=dollars(100), **AT_90))


@pytest.mark.rule(
    "A deal is worth what its policy says: by the rate told with it, of its close, or of today",
    area="rates",
)
def test_a_deal_is_worth_what_its_policy_says() -> None:
    later, corrected = TODAY + 30 * DAY, rates(rate("0.90", TODAY), rate("0.70", TODAY + DAY))
    still_open = given(DEAL, opened(**AT_90))

    def found(deal: Deal, policy: Any, rate_set: str = "spot", known: CurrencyRates = corrected) -> Money:
        answer = worth(deal, known, policy=policy, day=later, rate_set=rate_set)
        assert answer is not None
        return answer.amount

    assert found(won(), "recorded") == found(won(), "frozen_at_close") == euros(90)
    assert found(won(), "spot") == euros(70)
    assert found(still_open, "recorded") == euros(90)
    assert found(still_open, "frozen_at_close") == found(still_open, "spot") == euros(70)
    assert found(won(), "spot", "budget", KNOWN) == euros(50)


def test_a_deal_that_closed_without_a_rate_is_worth_what_its_day_is_told_of_later() -> None:
    deal = given(DEAL, opened(), DealWon(stage="won", amount=dollars(100)))
    found = worth(deal, KNOWN, policy="frozen_at_close", day=TODAY + 30 * DAY)

    assert found is not None
    assert (found.amount, found.recorded) == (euros(90), False)


def test_a_reopened_deal_is_no_longer_frozen() -> None:
    reopened = DealReopened(stage="proposal", probability=50, category="best_case")
    deal = given(DEAL, opened(), DealWon(stage="won", amount=dollars(100), **AT_90), reopened)
    found = worth(deal, rates(rate("0.70", TODAY)), policy="frozen_at_close", day=TODAY)

    assert found is not None
    assert (found.amount, found.recorded) == (euros(70), False)


def test_what_nobody_told_is_refused_not_guessed() -> None:
    deal = given(DEAL, opened())

    with pytest.raises(NoRateForCurrency):
        worth(deal, rates(), policy="spot", day=TODAY)
    with pytest.raises(NoHomeCurrency):
        worth(deal, CurrencyRates(), policy="spot", day=TODAY)
    assert worth(given(DEAL, opened(None)), KNOWN, policy="spot", day=TODAY) is None
    assert worth(deal, KNOWN, policy="recorded", day=TODAY) is None
