import asyncio
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from domain.ledger import Command, VersionMismatch
from gateways.log.ledger import PostgresLedger
from tests.support.told import give_back, place_an_order, register_person


@pytest.fixture
def order_id(ledger: PostgresLedger) -> UUID:
    customer_id, order_id = uuid4(), uuid4()
    ledger.execute(register_person(customer_id))
    ledger.execute(place_an_order(order_id, customer_id, 1000))
    return order_id


def at(command: Command, *versions: int) -> Command:
    return replace(command, expected=frozenset(versions))


def test_a_change_of_the_version_that_it_names_is_made(ledger: PostgresLedger, order_id: UUID) -> None:
    assert ledger.execute(at(give_back(order_id), 1)).version == 2
    assert ledger.execute(at(give_back(order_id), 1, 2)).version == 3


def test_a_change_of_another_version_is_refused_with_the_present_one(
    ledger: PostgresLedger, order_id: UUID
) -> None:
    ledger.execute(give_back(order_id))

    with pytest.raises(VersionMismatch) as refused:
        ledger.execute(at(give_back(order_id), 1))
    assert refused.value.version == 2


def test_what_another_process_changed_meanwhile_is_seen(
    ledger: PostgresLedger, other_process: PostgresLedger, order_id: UUID
) -> None:
    other_process.execute(give_back(order_id))

    with pytest.raises(VersionMismatch):
        ledger.execute(at(give_back(order_id), 1))
    assert ledger.execute(at(give_back(order_id), 2)).version == 3


def test_those_who_await_are_refused_the_same(ledger: PostgresLedger, order_id: UUID) -> None:
    ledger.execute(give_back(order_id))

    with pytest.raises(VersionMismatch):
        asyncio.run(ledger.carry_out(at(give_back(order_id), 1)))
    assert asyncio.run(ledger.carry_out(at(give_back(order_id), 2))).version == 3


def test_a_record_that_is_to_begin_has_no_version_yet(ledger: PostgresLedger) -> None:
    with pytest.raises(VersionMismatch) as refused:
        ledger.execute(at(register_person(uuid4()), 1))
    assert refused.value.version == 0
