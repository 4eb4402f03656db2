import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.deals import DEAL
from domain.ledger import Command, LogUnavailable
from domain.orders import ORDER
from gateways.log.append_sql import connect
from gateways.log.group_commit import GroupCommit
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from gateways.log.unit import Unit, VersionConflict
from tests.support.line import wait_for_one_in_line
from tests.support.proxy import Proxy, proxied
from tests.support.told import (
    a_deal,
    a_row,
    a_unit,
    give_back,
    place_an_order,
    register_person,
    submit,
    touch,
    whole_log,
)

APPEND = b"crm_append"
SOON = 60.0


@pytest.fixture
def line(dsn: str) -> Iterator[tuple[Proxy, str]]:
    with proxied(dsn) as (proxy, address):
        yield proxy, address


@pytest.fixture
def far_ledger(line: tuple[Proxy, str]) -> Iterator[PostgresLedger]:
    opened = PostgresLedger(line[1])
    yield opened
    opened.close()


@pytest.fixture
def far_writer(line: tuple[Proxy, str]) -> Iterator[GroupCommit]:
    opened = GroupCommit(lambda: connect(line[1]))
    yield opened
    opened.close()


def an_order(ledger: PostgresLedger) -> UUID:
    customer_id, order_id = uuid4(), uuid4()
    ledger.execute(register_person(customer_id))
    ledger.execute(place_an_order(order_id, customer_id, 1000))
    return order_id


def returned(ledger: PostgresLedger, order_id: UUID) -> int:
    order = ledger.read(ORDER, order_id).state
    assert order is not None
    return int(order.returned)


def test_a_success_whose_reply_was_lost_is_a_success(
    line: tuple[Proxy, str], far_ledger: PostgresLedger, reader: LogReader
) -> None:
    order_id = an_order(far_ledger)
    line[0].lose_reply_to(APPEND)

    receipt = far_ledger.execute(give_back(order_id))

    assert line[0].losses == 1
    assert (receipt.version, receipt.position) == (2, 3)
    assert returned(far_ledger, order_id) == 1
    assert len(whole_log(reader)) == 3


def test_a_request_that_was_lost_is_made_again(
    line: tuple[Proxy, str], far_ledger: PostgresLedger, reader: LogReader
) -> None:
    order_id = an_order(far_ledger)
    line[0].lose_request(APPEND)

    far_ledger.execute(give_back(order_id))

    assert line[0].losses == 1
    assert returned(far_ledger, order_id) == 1
    assert len(whole_log(reader)) == 3


def test_a_command_that_outlives_its_line_is_carried_out_once(
    dsn: str, line: tuple[Proxy, str], far_ledger: PostgresLedger, reader: LogReader
) -> None:
    order_id = an_order(far_ledger)
    with ThreadPoolExecutor() as pool, psycopg.connect(dsn) as in_the_way:
        in_the_way.execute("SELECT crm.lock_log()")
        receipt = pool.submit(far_ledger.execute, give_back(order_id))
        wait_for_one_in_line(dsn)
        line[0].cut()
        time.sleep(0.5)
        in_the_way.rollback()

        assert receipt.result(SOON).version == 2
    assert [fact.event.TYPE for fact in whole_log(reader)][2:] == ["order.returned"]


def test_a_lost_reply_about_a_bundle_is_settled_unit_by_unit(
    line: tuple[Proxy, str], far_writer: GroupCommit, reader: LogReader
) -> None:
    there, new = uuid4(), uuid4()
    submit(far_writer, [a_unit(there)]).result(SOON)
    line[0].lose_reply_to(b"COMMIT")
    on_it = Unit([a_row()], [(new, 1)])

    stored, conflict, next_to_it = submit(far_writer, [a_unit(new), a_unit(there), on_it]).result(SOON)

    assert line[0].losses == 1
    assert len(whole_log(reader)) == 3
    assert isinstance(conflict, VersionConflict)
    assert (stored, next_to_it) == ([2], [3])


def test_neighbours_of_a_lost_reply_each_get_their_own_answer(
    dsn: str, line: tuple[Proxy, str], far_writer: GroupCommit, reader: LogReader
) -> None:
    there = uuid4()
    submit(far_writer, [a_unit(there)]).result(SOON)
    with psycopg.connect(dsn) as in_the_way:
        in_the_way.execute("SELECT crm.lock_log()")
        held_up = submit(far_writer, [a_unit()])
        wait_for_one_in_line(dsn)
        batch = [submit(far_writer, [unit]) for unit in (a_unit(), a_unit(there), a_unit())]
    held_up.result(SOON)
    line[0].lose_reply_to(b"COMMIT")
    outcomes = [reply.result(SOON)[0] for reply in batch]

    assert [outcome for outcome in outcomes if isinstance(outcome, list)] == [[3], [4]]
    assert isinstance(outcomes[1], VersionConflict)
    assert len(whole_log(reader)) == 4


def test_the_log_goes_on_after_a_long_settlement(line: tuple[Proxy, str], far_writer: GroupCommit) -> None:
    there = uuid4()
    submit(far_writer, [a_unit(there)]).result(SOON)
    line[0].lose_request(b"BEGIN")
    outcomes = submit(far_writer, [*(a_unit() for _ in range(8)), a_unit(there), a_unit(there)]).result(SOON)

    assert line[0].losses == 1
    assert outcomes[:8] == [[place] for place in range(2, 10)]
    assert submit(far_writer, [a_unit()]).result(SOON) == [[10]]


def test_the_log_finds_its_way_back_after_every_cut(line: tuple[Proxy, str], far_writer: GroupCommit) -> None:
    for place in range(1, 6):
        line[0].cut()
        assert submit(far_writer, [a_unit()]).result(SOON) == [[place]]


def kill_the_writer(dsn: str, *, until: threading.Event) -> int:
    killed = 0
    with psycopg.connect(dsn, autocommit=True) as connection:
        while not until.wait(0.05):
            killed += connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND (query LIKE '%crm.append%' OR query = 'COMMIT')"
            ).rowcount
    return killed


def carried_out(ledger: PostgresLedger, command: Command) -> bool:
    try:
        ledger.execute(command)
    except LogUnavailable:
        return False
    return True


def test_under_kills_every_acknowledged_command_is_there_once(ledger: PostgresLedger, reader: LogReader) -> None:
    order_ids = [an_order(ledger) for _ in range(2)]
    deal_id = a_deal(ledger)
    customer_id = ledger.read(DEAL, deal_id).customer_id
    assert customer_id is not None
    commands = [touch(customer_id) if n % 3 else give_back(order_ids[n % 2]) for n in range(400)]
    over = threading.Event()
    with ThreadPoolExecutor(17) as pool:
        killed = pool.submit(kill_the_writer, ledger._dsn, until=over)
        try:
            acknowledged = list(pool.map(lambda command: carried_out(ledger, command), commands))
        finally:
            over.set()
    there = Counter(told.causation_id for told in whole_log(reader))
    answered = zip(commands, acknowledged, strict=True)

    assert killed.result() > 1
    assert all(there[command.circumstances.command_id] == 1 for command, done in answered if done)
    assert max(there.values()) == 1
    assert sum(acknowledged) > 350
