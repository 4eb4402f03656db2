"""Commands that tell amounts: each with the rate of its day."""

from typing import Any

from msgspec.structs import replace

from domain.aggregates import Change
from domain.deals import DealAmountChanged, DealOpened, DealWon
from domain.events import Event
from domain.inquiry import extended
from domain.ledger import Circumstances, Command, Decision
from domain.rates import CURRENCY_RATES, CurrencyRates, known_rate


def at_rates(command: Command) -> Command:
    """The command, whose deals tell what their amounts were worth in the home currency on the day (in UTC) that
    they are told of: the spot rate, and its date.

    Where no home currency is set, or no rate was known by that day, they tell none: a deal is not refused for it.
    """

    def rated(deciding: Decision, *_: Any) -> Decision:
        [rates] = yield (CURRENCY_RATES.read,)
        changes = yield from deciding
        return [_rated(change, CURRENCY_RATES.of(rates), command.circumstances) for change in changes]

    return extended(command, rated)


def _rated(change: Change, rates: CurrencyRates, by: Circumstances) -> Change:
    day = (change.occurred_at or by.happened).date()
    return replace(change, events=tuple(_at_rate(event, rates, day) for event in change.events))


def _at_rate(event: Event, rates: CurrencyRates, day: Any) -> Event:
    if not isinstance(event, DealOpened | DealAmountChanged | DealWon) or event.amount is None:
        return event
    found = known_rate(rates, event.amount.currency, day)
    if found is None:
        return event
    return replace(event, rate=found.rate, rate_date=found.on, home_currency=found.home)
