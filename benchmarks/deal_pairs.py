"""The two commands of the append benchmarks: open a deal, then load it and change its amount."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from benchmarks.setting import by
from benchmarks.writers import Work
from bootstrap import new_id
from domain import commands
from domain.aggregates import Change
from domain.deals import DEAL, Opening, change_amount, open_deal
from domain.ledger import Command, Ledger
from domain.money import Money
from domain.pipelines import PIPELINES

WRITERS = 16


def deal_pair(ledger: Ledger, customer: Callable[[], UUID] = new_id) -> Work:
    """Work that sends one pair, of a fresh deal; `customer` says whose."""

    def send() -> int:
        deal_id, customer_id = new_id(), customer()
        opened = open_deal(Opening(name="Two hundred seats"), PIPELINES.shipped)
        birth = Change.begin(DEAL, deal_id, customer_id, opened)
        ledger.execute(Command(deal_id, (), lambda: [birth], by()))
        amount = Money(Decimal("1200.00"), "EUR")
        ledger.execute(commands.tell(DEAL, deal_id, lambda deal: change_amount(deal, amount=amount), by()))
        return 2

    return send
