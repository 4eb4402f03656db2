import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import psycopg
import pytest
from msgspec.structs import replace

from domain.ledger import Command, Receipt
from domain.once import KeyUsedForAnother, Once
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.support.proxy import Proxy, proxied
from tests.support.told import give_back, place_an_order, register_person, whole_log

APPEND = b"crm_append"


def named(
    command: Command, key: str = "k", body: bytes = b"body", principal: str = "ann", item: int = 0
) -> Command:
    return replace(command, once=Once(principal, key, body, item, {"status": 201}))


def registering(**how: str) -> Command:
    """Each time with an id of its own, as a caller who knows none sends it."""
    return named(register_person(uuid4()), **how)  # type: ignore[arg-type]


@pytest.fixture
def line(dsn: str) -> Iterator[tuple[Proxy, PostgresLedger]]:
    with proxied(dsn) as (proxy, address):
        ledger = PostgresLedger(address)
        yield proxy, ledger
        ledger.close()


def an_order(ledger: PostgresLedger) -> UUID:
    customer_id, order_id = uuid4(), uuid4()
    ledger.execute(register_person(customer_id))
    ledger.execute(place_an_order(order_id, customer_id, 1000))
    return order_id


def test_the_same_again_is_answered_as_the_first_time(ledger: PostgresLedger, reader: LogReader) -> None:
    first, again = ledger.execute(registering()), ledger.execute(registering())

    assert first.first is None
    assert (again.id, again.version, again.position) == (first.id, first.version, first.position)
    assert again.first is not None
    assert again.first.answer == {"status": 201}
    assert len(whole_log(reader)) == 1


def test_another_process_knows_the_answer_too(ledger: PostgresLedger, other_process: PostgresLedger) -> None:
    assert ledger.execute(registering()).id == other_process.execute(registering()).id


def test_the_same_at_once_is_done_once(
    ledger: PostgresLedger, other_process: PostgresLedger, reader: LogReader
) -> None:
    with ThreadPoolExecutor(20) as pool:
        receipts = list(pool.map(lambda n: (ledger, other_process)[n % 2].execute(registering()), range(20)))

    assert len({receipt.id for receipt in receipts}) == 1
    assert len(whole_log(reader)) == 1


def test_a_repeat_that_the_state_would_refuse_by_now_is_answered(ledger: PostgresLedger) -> None:
    order_id = an_order(ledger)
    first = ledger.execute(named(give_back(order_id, 1000)))

    again = ledger.execute(named(give_back(order_id, 1000)))

    assert (again.version, again.position) == (first.version, first.position)


def test_another_request_under_the_same_key_is_refused(ledger: PostgresLedger, reader: LogReader) -> None:
    ledger.execute(registering())

    with pytest.raises(KeyUsedForAnother):
        ledger.execute(named(register_person(uuid4()), body=b"another"))
    assert len(whole_log(reader)) == 1


def test_keys_of_different_principals_are_different(ledger: PostgresLedger) -> None:
    first, other = ledger.execute(registering()), ledger.execute(registering(principal="ben"))

    assert first.id != other.id


def test_a_refused_command_leaves_its_key_free(ledger: PostgresLedger) -> None:
    order_id = an_order(ledger)
    with pytest.raises(Exception, match="more than"):
        ledger.execute(named(give_back(order_id, 2000)))

    assert ledger.execute(named(give_back(order_id, 500), body=b"less")).first is None


def test_the_items_of_a_batch_are_each_done_once(ledger: PostgresLedger, reader: LogReader) -> None:
    def batch() -> list[Command]:
        return [named(register_person(uuid4()), item=item) for item in range(5)]

    first = ledger.execute_all(batch())
    again = ledger.execute_all(batch())

    assert [answer.id for answer in again if isinstance(answer, Receipt)] == [
        answer.id for answer in first if isinstance(answer, Receipt)
    ]
    assert [answer.item for answer in ledger.answered("ann", "k")] == [0, 1, 2, 3, 4]
    assert [answer.position for answer in ledger.answered("ann", "k")] == [1, 2, 3, 4, 5]
    assert len(whole_log(reader)) == 5


def test_a_commit_whose_reply_was_lost_is_answered_when_it_is_sent_again(
    line: tuple[Proxy, PostgresLedger], reader: LogReader
) -> None:
    proxy, ledger = line
    ledger.execute(register_person(uuid4()))
    proxy.lose_reply_to(APPEND)

    first = ledger.execute(registering())
    again = ledger.execute(registering())

    assert proxy.losses == 1
    assert (again.id, again.position) == (first.id, first.position)
    assert len(whole_log(reader)) == 2


def test_those_who_await_are_answered_the_same(ledger: PostgresLedger, reader: LogReader) -> None:
    async def many() -> list[Receipt]:
        return list(await asyncio.gather(*(ledger.carry_out(registering()) for _ in range(10))))

    assert len({receipt.id for receipt in asyncio.run(many())}) == 1
    assert len(whole_log(reader)) == 1


def test_answers_are_forgotten_after_a_week(owner_dsn: str, ledger: PostgresLedger, reader: LogReader) -> None:
    ledger.execute(registering(key="old"))
    ledger.execute(registering(key="new"))
    with psycopg.connect(owner_dsn, autocommit=True) as owner:
        owner.execute("UPDATE crm.answers SET answered_at = now() - interval '8 days' WHERE key = 'old'")

    assert ledger.forget_answers() == 1
    assert ledger.answered("ann", "old") == []
    assert len(ledger.answered("ann", "new")) == 1
