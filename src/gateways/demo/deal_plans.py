"""What will become of a deal, decided when it opens: stages, durations, the end, what the owner expects."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from domain.deals import Opening
from domain.money import Money, money
from gateways.demo.cast import Account, Party
from gateways.demo.market import PRODUCT_SHARES, PRODUCTS
from gateways.demo.seasons import after
from gateways.demo.steps import Script
from gateways.demo.words import Country

STAGES = ("prospecting", "qualification", "proposal", "negotiation")
_TYPICAL_DAYS = (11.0, 17.0, 24.0, 18.0)
_LOST_IN = (12, 30, 36, 22)  # of 100 lost deals, by stage
_SPREAD = 0.5
_LONGEST = 50.0


@dataclass(frozen=True)
class Plan:
    """`entered` says when the deal comes into each of its stages; `closes_at` when it is won or lost."""

    id: UUID
    party: Party
    contact: Party | None
    name: str
    product: str
    amount: Money
    opened_at: datetime
    entered: tuple[tuple[str, datetime], ...]
    closes_at: datetime
    won: bool
    expected: date

    @property
    def owner(self) -> str:
        return self.party.owner

    def stage_at(self, moment: datetime) -> str:
        return next(stage for stage, since in reversed(self.entered) if since <= moment)

    def opening(self, lead_id: UUID | None = None) -> Opening:
        return Opening(
            name=self.name,
            stage=self.entered[0][0],
            amount=self.amount,
            expected_close_date=self.expected,
            owner=self.owner,
            contact_id=self.contact.id if self.contact else None,
            lead_id=lead_id,
            product=self.product,
        )


def plan_deal(script: Script, account: Account, opened_at: datetime, *, win_rate: float, first: int = 0) -> Plan:
    """A deal that opens in the stage of that number."""
    rng = script.rng
    won = rng.random() < win_rate
    last = len(STAGES) - 1 if won else max(first, rng.choices(range(len(STAGES)), _LOST_IN)[0])
    entered, closes_at = _path(rng, opened_at, first, last, won=won)
    product = rng.choices(PRODUCTS, PRODUCT_SHARES)[0]
    # Small deals are many, large ones few.
    count = round(product.least + (product.most - product.least) * rng.betavariate(1.1, 3.2))
    return Plan(
        id=script.new_id("deal"),
        party=account.party,
        contact=account.contact(rng, opened_at),
        name=product.deal_name.format(count=count),
        product=product.name,
        amount=priced(Decimal(product.price * count), account.party.country),
        opened_at=opened_at,
        entered=entered,
        closes_at=closes_at,
        won=won,
        expected=_first_guess(rng, opened_at, closes_at),
    )


def priced(euros: Decimal, country: Country, *, digits: int = -1) -> Money:
    """The price in the country's currency; in whole tens where not said otherwise."""
    step = Decimal(1).scaleb(-digits)
    return money((euros * country.rate).quantize(step).quantize(Decimal("0.01")), country.currency)


def _path(
    rng: Random, opened_at: datetime, first: int, last: int, *, won: bool
) -> tuple[tuple[tuple[str, datetime], ...], datetime]:
    at, entered = opened_at, []
    for place in range(first, last + 1):
        entered.append((STAGES[place], at))
        # A deal that will be lost lies about for a while before somebody says so.
        lingers = 2.2 if place == last and not won else 1.0
        days = min(_TYPICAL_DAYS[place] * lingers * rng.lognormvariate(0.1, _SPREAD), _LONGEST)
        at = after(rng, at, days)
    return tuple(entered), at


def _first_guess(rng: Random, opened_at: datetime, closes_at: datetime) -> date:
    """Hopeful as a rule; often the end of a month."""
    days = max((closes_at - opened_at).days * rng.uniform(0.5, 1.25), 14)
    return month_end_perhaps(rng, (opened_at + timedelta(days=days)).date())


def month_end_perhaps(rng: Random, day: date) -> date:
    if rng.random() < 0.6:
        return day
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
