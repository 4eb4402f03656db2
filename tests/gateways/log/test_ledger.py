from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from domain import commands
from domain.aggregates import Aggregate, HappenedBeforeLastFact, HappenedInTheFuture
from domain.customers import CUSTOMER, register
from domain.customers.refusals import CustomerExists, CustomerNotFound
from domain.deals import DEAL, Opening, move_stage
from domain.deals.refusals import DealAlreadyThere, DealExists, DealIsClosed, DealNotFound
from domain.interactions import INTERACTION, InteractionExists, InteractionNotFound
from domain.leads import LEAD, LeadCaptured, qualify
from domain.leads.refusals import DealOfAnotherCustomer, LeadExists, LeadNotFound
from domain.ledger import Circumstances, Command
from domain.orders import ORDER, OrderExists, OrderNotFound
from domain.pipelines import PIPELINES
from domain.refusals import Refusal
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.support.facts import COMMAND_ID, DAY, MINUTE, NOON, by
from tests.support.told import (
    a_deal,
    capture_lead,
    lose_it,
    move,
    open_a_deal,
    place_an_order,
    register_organisation,
    register_person,
    touch,
    value,
    whole_log,
)


def test_a_receipt_tells_stream_version_and_last_position(ledger: PostgresLedger) -> None:
    customer_id, deal_id = uuid4(), uuid4()

    registered = ledger.execute(register_person(customer_id))
    opened = ledger.execute(open_a_deal(deal_id, customer_id))

    assert (registered.id, registered.version, registered.position) == (customer_id, 1, 1)
    assert (opened.id, opened.version, opened.position) == (deal_id, 1, 2)


def test_all_that_is_known_of_a_command_is_kept(ledger: PostgresLedger, reader: LogReader) -> None:
    customer_id = uuid4()
    told = Circumstances(
        now=NOON, actor="ann", source="import", command_id=COMMAND_ID, correlation_id=customer_id,
        occurred_at=NOON - DAY, on_behalf_of="bea", reason="Ådä asked 🜚",
    )  # fmt: skip
    ledger.execute(commands.register_customer(customer_id, register(kind="person"), told))
    [fact] = whole_log(reader)

    assert (fact.stream_id, fact.version, fact.customer_id) == (customer_id, 1, customer_id)
    assert (fact.actor, fact.on_behalf_of, fact.source, fact.reason) == ("ann", "bea", "import", "Ådä asked 🜚")
    assert (fact.causation_id, fact.correlation_id) == (COMMAND_ID, customer_id)
    assert fact.occurred_at == NOON - DAY
    assert fact.recorded_at is not None
    assert fact.recorded_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("aggregate", "refusal"),
    [
        (CUSTOMER, CustomerNotFound),
        (LEAD, LeadNotFound),
        (DEAL, DealNotFound),
        (ORDER, OrderNotFound),
        (INTERACTION, InteractionNotFound),
    ],
)
def test_what_was_never_recorded_is_not_found(
    ledger: PostgresLedger, aggregate: Aggregate[object], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as read:
        ledger.read(aggregate, uuid4())
    with pytest.raises(refusal):
        ledger.execute(commands.tell(aggregate, uuid4(), lambda _: [], by()))  # type: ignore[type-var]

    assert read.value.field == f"{aggregate.name}_id"


BIRTHS: dict[type[Refusal], Callable[[UUID, UUID], Command]] = {
    CustomerExists: lambda new, _: register_organisation(new),
    LeadExists: lambda new, customer_id: commands.capture_lead(
        new, customer_id, LeadCaptured(channel="web"), by()
    ),
    DealExists: open_a_deal,
    OrderExists: lambda new, customer_id: place_an_order(new, customer_id, 1),
    InteractionExists: lambda new, customer_id: touch(customer_id, touch_id=new),
}


@pytest.mark.parametrize(("refusal", "birth"), BIRTHS.items(), ids=lambda case: getattr(case, "__name__", ""))
def test_nothing_is_born_twice(
    ledger: PostgresLedger, refusal: type[Refusal], birth: Callable[[UUID, UUID], Command]
) -> None:
    customer_id, new = uuid4(), uuid4()
    ledger.execute(register_person(customer_id))
    ledger.execute(birth(new, customer_id))

    with pytest.raises(refusal):
        ledger.execute(birth(new, customer_id))


def test_a_stream_of_another_kind_is_not_found(ledger: PostgresLedger) -> None:
    deal_id = a_deal(ledger)

    with pytest.raises(CustomerNotFound):
        ledger.read(CUSTOMER, deal_id)


def test_of_many_records_those_are_read_that_are_there_and_of_that_kind(ledger: PostgresLedger) -> None:
    deal_id, customers = a_deal(ledger), [uuid4(), uuid4()]
    for each in customers:
        ledger.execute(register_person(each))

    read = ledger.read_all(CUSTOMER, [*customers, deal_id, uuid4()])

    assert read == {each: ledger.read(CUSTOMER, each).state for each in customers}


def test_a_deal_does_not_open_for_another_deal(ledger: PostgresLedger) -> None:
    deal_id = a_deal(ledger)

    with pytest.raises(CustomerNotFound):
        ledger.execute(open_a_deal(uuid4(), deal_id))


def test_a_refused_command_leaves_no_trace(ledger: PostgresLedger, reader: LogReader) -> None:
    deal_id = a_deal(ledger)

    with pytest.raises(DealAlreadyThere):
        ledger.execute(move(deal_id, "prospecting"))

    assert len(whole_log(reader)) == 2
    assert ledger.execute(move(deal_id, "proposal")).version == 2


def test_a_command_over_several_streams_is_whole_or_nothing(ledger: PostgresLedger, reader: LogReader) -> None:
    customer_id, lead_id, taken = uuid4(), uuid4(), a_deal(ledger)
    ledger.execute(capture_lead(lead_id, customer_id))
    ledger.execute(commands.tell(LEAD, lead_id, qualify, by()))
    before = len(whole_log(reader))

    def convert(deal_id: UUID) -> Command:
        opening = Opening(name="Seats", contact_id=customer_id)
        organisation_id = uuid4()
        return commands.convert_lead(
            lead_id, by(), organisation_id=organisation_id, organisation_name="Acme",
            deal_id=deal_id, deal=opening,
        )  # fmt: skip

    with pytest.raises(DealOfAnotherCustomer):
        ledger.execute(convert(taken))
    assert len(whole_log(reader)) == before
    assert ledger.execute(convert(uuid4())).version == 3
    told = [fact.event.TYPE for fact in whole_log(reader)[before:]]
    assert told == [
        "customer.joined_organisation", "customer.lifecycle_changed", "customer.registered",
        "customer.member_joined", "customer.came_from_lead", "deal.opened", "lead.converted",
    ]  # fmt: skip


def test_a_life_cycle_is_told_in_order_of_time(ledger: PostgresLedger) -> None:
    deal_id = a_deal(ledger)

    def moved(occurred_at: object) -> Command:
        circumstances = by(occurred_at=occurred_at)  # type: ignore[arg-type]
        return commands.tell(
            DEAL,
            deal_id,
            lambda deal: move_stage(deal, stage="proposal", pipelines=PIPELINES.shipped),
            circumstances,
        )

    with pytest.raises(HappenedBeforeLastFact):
        ledger.execute(moved(NOON - MINUTE))
    with pytest.raises(HappenedInTheFuture):
        ledger.execute(moved(NOON + DAY))


def test_another_processes_events_are_seen_before_any_refusal(
    ledger: PostgresLedger, other_process: PostgresLedger
) -> None:
    deal_id = a_deal(ledger)
    other_process.execute(move(deal_id, "proposal"))
    other_process.execute(value(deal_id, 7))

    assert ledger.execute(move(deal_id, "prospecting")).version == 4


def test_another_processes_events_are_seen_before_any_acceptance(
    ledger: PostgresLedger, other_process: PostgresLedger, reader: LogReader
) -> None:
    deal_id = a_deal(ledger)
    other_process.execute(lose_it(deal_id))

    with pytest.raises(DealIsClosed):
        ledger.execute(move(deal_id, "proposal"))
    assert [fact.event.TYPE for fact in whole_log(reader)][2:] == ["deal.lost"]


def test_a_decision_holds_for_the_streams_that_it_only_read(
    ledger: PostgresLedger, other_process: PostgresLedger
) -> None:
    customer_id, lead_id, organisation_id = uuid4(), uuid4(), uuid4()
    ledger.execute(capture_lead(lead_id, customer_id))
    ledger.execute(commands.tell(LEAD, lead_id, qualify, by()))
    ledger.execute(register_organisation(organisation_id))
    ledger.execute(commands.join_organisation(customer_id, organisation_id, None, by()))
    other_process.execute(commands.leave_organisation(customer_id, organisation_id, by()))

    ledger.execute(commands.convert_lead(lead_id, by(), organisation_id=organisation_id))

    person = ledger.read(CUSTOMER, customer_id).state
    assert person is not None
    assert person.organisations == (organisation_id,)


def test_which_streams_are_known_and_how_far(ledger: PostgresLedger) -> None:
    deal_id, unknown = a_deal(ledger), uuid4()
    ledger.execute(move(deal_id, "proposal"))

    assert ledger.known([deal_id, unknown]) == {deal_id}
    assert ledger.versions([deal_id, unknown]) == {deal_id: 2}


def test_the_servers_time_zone_makes_no_difference(dsn: str, owner_dsn: str) -> None:
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET timezone = 'America/New_York'")
    ledger, customer_id = PostgresLedger(dsn), uuid4()
    long_ago = by(occurred_at=NOON.replace(year=1, month=1, day=1, hour=0))
    ledger.execute(commands.register_customer(customer_id, register(kind="person"), long_ago))
    try:
        assert ledger.read(CUSTOMER, customer_id).last_occurred_at == long_ago.occurred_at
    finally:
        ledger.close()
