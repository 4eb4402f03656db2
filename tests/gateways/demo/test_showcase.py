from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.http import examples
from domain import commands, deals, leads, tasks
from domain.customers import CUSTOMER
from domain.deals import DEAL
from domain.interactions import INTERACTION
from domain.leads import LEAD
from domain.ledger import Circumstances, Command, Receipt
from domain.money import money
from domain.orders import ORDER, return_order
from domain.tasks import TASK, Task
from gateways.demo import showcase
from gateways.demo.deal_stories import Decide
from gateways.log.ledger import PostgresLedger

TODAY = datetime(2026, 12, 16, tzinfo=UTC)
BY = Circumstances(TODAY, "reader", "api", uuid4(), uuid4())
EUR = "EUR"


@pytest.fixture
def shown(ledger: PostgresLedger) -> PostgresLedger:
    """The showcase alone: what lies around it does not change it."""
    script = showcase.showcase(TODAY.replace(year=2024), TODAY)
    steps = sorted(script.steps, key=lambda step: step.told_at)
    answers = ledger.execute_all(
        [step.command(Circumstances(TODAY, step.actor, "demo", uuid4(), uuid4(), step.at)) for step in steps]
    )
    assert all(isinstance(answer, Receipt) for answer in answers)
    return ledger


def _version_after(ledger: PostgresLedger, *told: Command) -> int:
    return [ledger.execute(command) for command in told][-1].version


def test_the_ids_are_those_of_the_examples() -> None:
    # A replay is a job of who asks, and no part of the history.
    names = [name for name in vars(examples) if name.endswith("_ID") and name != "REPLAY_ID"]

    assert len(names) >= 5
    assert {name: getattr(showcase, name) for name in names} == {name: getattr(examples, name) for name in names}


def test_the_customer_belongs_elsewhere_and_may_join(shown: PostgresLedger) -> None:
    person = shown.read(CUSTOMER, showcase.CUSTOMER_ID).state
    join = commands.join_organisation(showcase.CUSTOMER_ID, showcase.ORGANISATION_ID, "Head of IT", BY)
    leave = commands.leave_organisation(showcase.CUSTOMER_ID, showcase.ORGANISATION_ID, BY)

    assert person is not None
    assert len(person.organisations) == 1
    assert _version_after(shown, join, leave) > 2


def test_the_lead_can_be_qualified_and_converted(shown: PostgresLedger) -> None:
    lead = shown.read(LEAD, showcase.LEAD_ID)
    opening = deals.Opening(name="Forty seats", amount=money(Decimal(9600), EUR), lead_id=lead.id)
    qualify = commands.tell(LEAD, lead.id, lambda state: leads.qualify(state, owner="Ann"), BY)
    convert = commands.convert_lead(
        lead.id,
        BY,
        organisation_id=uuid4(),
        organisation_name="Lind & Co",
        deal_id=uuid4(),
        deal=opening,
    )

    assert _version_after(shown, qualify, convert) == 3


def test_the_lead_can_be_disqualified_instead(shown: PostgresLedger) -> None:
    told = commands.tell(LEAD, showcase.LEAD_ID, lambda lead: leads.disqualify(lead, because="no budget"), BY)

    assert _version_after(shown, told) == 2


def test_the_deal_goes_through_all_examples_in_order(shown: PostgresLedger) -> None:
    decisions: list[Decide] = [
        lambda deal, pipelines: deals.move_stage(deal, stage="proposal", pipelines=pipelines),
        lambda deal, _: deals.change_amount(deal, amount=money(Decimal(26500), EUR)),
        lambda deal, _: deals.change_close_date(deal, expected_close_date=date(2027, 2, 28)),
        lambda deal, pipelines: deals.win(deal, pipelines=pipelines),
        lambda deal, pipelines: deals.reopen(deal, pipelines=pipelines, stage="negotiation"),
        lambda deal, pipelines: deals.lose(deal, loss_reason="price", competitor="Initech", pipelines=pipelines),
    ]
    before = shown.read(DEAL, showcase.DEAL_ID).version

    after = _version_after(shown, *(commands.tell_deal(showcase.DEAL_ID, decide, BY) for decide in decisions))

    assert after == before + len(decisions)


def test_the_order_has_enough_left_for_the_example(shown: PostgresLedger) -> None:
    value = money(Decimal("43.30"), EUR)
    told = commands.tell(ORDER, showcase.ORDER_ID, lambda order: return_order(order, value=value), BY)

    assert _version_after(shown, *[told] * 3) == 5


def test_the_task_can_be_changed_put_off_taken_up_handed_over_and_completed(shown: PostgresLedger) -> None:
    due = tasks.due_at(datetime(2027, 3, 29, 9), "Europe/Stockholm")  # noqa: DTZ001 - a wall time
    decisions: list[Callable[[Task], Any]] = [
        lambda task: tasks.change(task, priority="urgent", reminders=(60, 10)),
        tasks.start,
        tasks.defer,
        lambda task: tasks.reassign(task, owner="Ben"),
    ]
    moved = commands.reschedule_task(showcase.TASK_ID, due, BY)
    closed = commands.close_task(showcase.TASK_ID, lambda task: tasks.complete(task, outcome="a demo"), BY)
    told = [commands.tell(TASK, showcase.TASK_ID, decide, BY) for decide in decisions]

    assert _version_after(shown, *told, moved, closed) == 1 + len(told) + 2


@pytest.mark.parametrize("interaction_id", [showcase.OPENING_ID, showcase.CLOSING_ID])
def test_the_history_is_marked_at_both_ends(shown: PostgresLedger, interaction_id: UUID) -> None:
    assert shown.read(INTERACTION, interaction_id).customer_id == showcase.CUSTOMER_ID
