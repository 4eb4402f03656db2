"""Streams that very many commands change at once: a turn that goes round, a counter."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from domain import commands, deals
from domain.aggregates import Aggregate, Change
from domain.customers import register
from domain.deals import DEAL, Deal, DealAmountChanged
from domain.facts import Fact
from domain.interactions import INTERACTION, InteractionExists, InteractionNotFound, InteractionRecorded
from domain.ledger import Command, LogBusy, Read, Receipt
from domain.money import Money
from domain.refusals import Conflict, Refusal
from gateways.log.ledger import PostgresLedger
from gateways.log.line import Line
from tests.support.facts import by

CONTENDED = replace(DEAL, contended=True)


class TooMuch(Conflict):
    """For these tests."""


def one_more(deal_id: UUID, *, limit: int = 10**6) -> Command:
    def decide(deal: Deal) -> DealAmountChanged:
        before = deal.amount.amount if deal.amount else Decimal(0)
        if before >= limit:
            raise TooMuch("that is enough")
        return DealAmountChanged(amount=Money(before + 1, "EUR"), previous=deal.amount)

    return commands.tell(CONTENDED, deal_id, decide, by())


def open_one_deal(ledger: PostgresLedger) -> UUID:
    customer_id, deal_id = uuid4(), uuid4()
    person = register(kind="person", name="Ada")
    opening = deals.Opening(name="Forty seats")
    ledger.execute(commands.register_customer(customer_id, person, by()))
    ledger.execute(commands.open_deal(deal_id, customer_id, opening, by()))
    return deal_id


def amount(ledger: PostgresLedger, deal_id: UUID) -> Decimal:
    state = ledger.read(DEAL, deal_id).state
    assert state is not None
    assert state.amount is not None
    return state.amount.amount


def test_each_of_many_at_once_builds_on_the_one_before(ledger: PostgresLedger) -> None:
    deal_id = open_one_deal(ledger)

    with ThreadPoolExecutor(16) as pool:
        receipts = list(pool.map(ledger.execute, [one_more(deal_id) for _ in range(400)]))

    assert amount(ledger, deal_id) == 400
    assert sorted(receipt.version for receipt in receipts) == list(range(2, 402))


def test_two_processes_in_line_with_one_another_lose_nothing(ledger: PostgresLedger, dsn: str) -> None:
    deal_id, other = open_one_deal(ledger), PostgresLedger(dsn)
    try:
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda n: (ledger, other)[n % 2].execute(one_more(deal_id)), range(200)))
    finally:
        other.close()

    assert amount(ledger, deal_id) == 200


def test_a_refusal_in_line_stops_nobody_and_rests_on_the_log(ledger: PostgresLedger) -> None:
    deal_id = open_one_deal(ledger)

    def ask(_: int) -> Receipt | Refusal:
        try:
            return ledger.execute(one_more(deal_id, limit=50))
        except TooMuch as refusal:
            return refusal

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(80)))

    assert sum(isinstance(answer, Receipt) for answer in answers) == 50
    assert amount(ledger, deal_id) == 50


def test_many_commands_together_go_in_line_too(ledger: PostgresLedger) -> None:
    deal_id = open_one_deal(ledger)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: ledger.execute_all([one_more(deal_id)] * 25), range(8)))

    assert all(isinstance(answer, Receipt) for together in answers for answer in together)
    assert amount(ledger, deal_id) == 200


def test_of_a_kind_whose_last_event_tells_all_only_that_one_is_read(ledger: PostgresLedger, dsn: str) -> None:
    def evolve(_: str | None, fact: Fact) -> str:
        assert isinstance(fact.event, InteractionRecorded)
        return fact.event.channel

    latest: Aggregate[str] = Aggregate(
        INTERACTION.name, evolve, InteractionNotFound, InteractionExists, chronological=False, latest=True
    )
    stream_id, other = uuid4(), PostgresLedger(dsn)

    def tell(channel: str) -> Command:
        event = InteractionRecorded(channel=channel, direction="inbound")
        change = Change(latest, stream_id, stream_id, (event,))
        return Command(stream_id, (Read(latest, stream_id, required=False),), lambda _: [change], by())

    try:
        for number in range(5):
            (ledger, other)[number % 2].execute(tell(f"c{number}"))
        read = other.read(latest, stream_id)
    finally:
        other.close()

    assert (read.version, read.state) == (5, "c4")


def test_a_closed_line_takes_nobody_in() -> None:
    line = Line(lambda _: [])
    line.close()

    with pytest.raises(LogBusy):
        line.join([], 0)


def test_who_waited_too_long_is_told_and_the_others_go_on() -> None:
    receipt = Receipt(uuid4(), 1, 1)
    line = Line(lambda commands: [receipt for _ in commands])
    late = line.join([one_more(uuid4())], 0)

    assert line.join([one_more(uuid4())], 10**12).result() == [receipt]
    with pytest.raises(LogBusy):
        late.result()
    line.close()
