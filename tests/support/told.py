"""Commands for tests of the log, and what a log must look like after any of them."""

from collections.abc import Sequence
from concurrent.futures import Future
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from msgspec.structs import replace

from domain import commands
from domain.customers import register
from domain.deals import DEAL, Opening, change_amount, lose, move_stage
from domain.facts import Fact
from domain.interactions import record
from domain.leads import LeadCaptured
from domain.ledger import Command, Ledger
from domain.orders import ORDER, place, return_order
from domain.pipelines import PIPELINES
from gateways.log.group_commit import PATIENCE_SECONDS, GroupCommit
from gateways.log.reader import LogReader
from gateways.log.stored import StoredFact, stored
from gateways.log.unit import Outcome, Unit
from tests.support.facts import NOON, by, euros, fact


def register_person(customer_id: UUID, **profile: Any) -> Command:
    return commands.register_customer(customer_id, register(kind="person", **profile), by())


def register_organisation(customer_id: UUID, name: str = "Acme") -> Command:
    return commands.register_customer(customer_id, register(kind="organisation", name=name), by())


def capture_lead(lead_id: UUID, customer_id: UUID) -> Command:
    person = register(kind="person", email="ada@b.se")
    return commands.capture_lead(lead_id, customer_id, LeadCaptured(channel="web"), by(), person=person)


def open_a_deal(deal_id: UUID, customer_id: UUID, amount: int = 100) -> Command:
    opening = Opening(name="Seats", amount=euros(amount))
    return commands.open_deal(deal_id, customer_id, opening, by())


def move(deal_id: UUID, stage: str) -> Command:
    return commands.tell(
        DEAL, deal_id, lambda deal: move_stage(deal, stage=stage, pipelines=PIPELINES.shipped), by()
    )


def value(deal_id: UUID, amount: int) -> Command:
    return commands.tell(DEAL, deal_id, lambda deal: change_amount(deal, amount=euros(amount)), by())


def lose_it(deal_id: UUID) -> Command:
    return commands.tell(
        DEAL, deal_id, lambda deal: lose(deal, loss_reason="price", pipelines=PIPELINES.shipped), by()
    )


def place_an_order(order_id: UUID, customer_id: UUID, total: int) -> Command:
    return commands.place_order(order_id, customer_id, place(total=euros(total)), by())


def give_back(order_id: UUID, amount: int = 1) -> Command:
    """Adds up: of two that rest on the same state, one would be lost."""
    return commands.tell(ORDER, order_id, lambda order: return_order(order, value=euros(amount)), by())


def touch(customer_id: UUID, subject: str | None = None, touch_id: UUID | None = None) -> Command:
    touched = record(channel="email", direction="inbound", subject=subject)
    return commands.record_interaction(touch_id or uuid4(), customer_id, touched, by())


def a_row(stream_id: UUID | None = None, version: int = 1) -> StoredFact:
    """A row that nobody decided: of a command of its own."""
    told = fact(register(kind="person"), stream_id=stream_id or uuid4(), version=version, at=NOON)
    return replace(stored(told), causation_id=uuid4())


def submit(
    writer: GroupCommit, units: Sequence[Unit], *, patience: float = PATIENCE_SECONDS
) -> Future[list[Outcome]]:
    """Hand units to the writer, with a future to wait for."""
    reply: Future[list[Outcome]] = Future()
    writer.hand_in(units, reply, patience=patience)
    return reply


def a_unit(stream_id: UUID | None = None, version: int = 1) -> Unit:
    row = a_row(stream_id, version)
    return Unit([row])


def a_deal(ledger: Ledger) -> UUID:
    """A fresh deal of a fresh customer, as recorded."""
    customer_id, deal_id = uuid4(), uuid4()
    ledger.execute(register_person(customer_id))
    ledger.execute(open_a_deal(deal_id, customer_id))
    return deal_id


def whole_log(reader: LogReader) -> list[Fact]:
    """All facts, after a look whether the log is sound: no gap in the positions, none in any stream."""
    facts = [told for page in reader.after(0, upto=2**62) for told in page]
    assert [told.position for told in facts] == list(range(1, len(facts) + 1))
    for _, stream in groupby(
        sorted(facts, key=lambda told: (told.stream_id, told.version)), lambda t: t.stream_id
    ):
        assert_whole([told.version for told in stream])
    return facts


def assert_whole(versions: Sequence[int]) -> None:
    assert list(versions) == list(range(1, len(versions) + 1))
