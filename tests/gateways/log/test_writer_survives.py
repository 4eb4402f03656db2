"""What ends a session, a loop or a command ends neither the writer nor its neighbours."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from domain import commands
from domain.customers import register
from domain.leads import LEAD, LeadCaptured, qualify
from domain.leads.refusals import LeadNotFound
from domain.ledger import Command, LogBusy, LogUnavailable
from gateways.log.append_sql import connect
from gateways.log.group_commit import GroupCommit
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from gateways.log.replies import LoopReplies
from tests.support.facts import by
from tests.support.line import wait_for_one_in_line
from tests.support.told import a_deal, a_unit, register_person, submit, value, whole_log

SOON = 60.0


@pytest.fixture
def writer(dsn: str) -> Iterator[GroupCommit]:
    opened = GroupCommit(lambda: connect(dsn))
    yield opened
    opened.close()


@contextmanager
def nobody_can_write(dsn: str) -> Iterator[None]:
    with psycopg.connect(dsn) as connection:
        connection.execute("SELECT crm.lock_log()")
        yield


@contextmanager
def only_read(owner_dsn: str) -> Iterator[None]:
    """New sessions of the database are read-only."""
    name = conninfo_to_dict(owner_dsn)["dbname"]
    with psycopg.connect(owner_dsn, autocommit=True) as owner:
        owner.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        yield
        owner.execute("SET default_transaction_read_only = off")
        owner.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")


def hand_in_and_close_the_loop(writer: GroupCommit) -> None:
    async def hand_in() -> None:
        writer.hand_in([a_unit()], LoopReplies(asyncio.get_running_loop()).reply())

    asyncio.run(hand_in())


def test_loops_that_were_closed_cost_nobody_an_answer(dsn: str, writer: GroupCommit, reader: LogReader) -> None:
    with nobody_can_write(dsn):
        first = submit(writer, [a_unit()])
        wait_for_one_in_line(dsn)
        hand_in_and_close_the_loop(writer)
        hand_in_and_close_the_loop(writer)
        last = submit(writer, [a_unit()])

    assert (first.result(SOON), last.result(SOON)) == ([[1]], [[4]])
    assert len(whole_log(reader)) == 4


def test_a_session_that_may_only_read_is_given_up(dsn: str, owner_dsn: str) -> None:
    ledger = PostgresLedger(dsn)
    with only_read(owner_dsn):
        with pytest.raises(LogUnavailable):
            ledger.execute(register_person(uuid4()))
        with pytest.raises(LogUnavailable):
            asyncio.run(ledger.carry_out(register_person(uuid4())))

    assert ledger.execute(register_person(uuid4())).position == 1
    ledger.close()


def test_commands_in_need_of_a_thread_are_told_in_time(dsn: str, ledger: PostgresLedger) -> None:
    deal_ids = [a_deal(ledger) for _ in range(100)]
    impatient = PostgresLedger(dsn, patience_seconds=1.0)

    async def told() -> list[BaseException | object]:
        asked = (impatient.carry_out(value(deal_id, 7)) for deal_id in deal_ids)
        return await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), timeout=SOON)

    with nobody_can_write(dsn):
        answers = asyncio.run(told())
    impatient.close()

    assert all(isinstance(answer, LogUnavailable) for answer in answers)
    assert any(isinstance(answer, LogBusy) for answer in answers)


def test_a_storm_on_one_address_starves_no_bundle(dsn: str, ledger: PostgresLedger) -> None:
    ledger.execute(capture("ada@example.com"))
    bundle = [capture(f"{number}@example.com") for number in range(60)]
    over = False

    async def storm() -> None:
        async def one() -> None:
            while not over:
                with pytest.raises(Exception, match="belongs to"):
                    await ledger.carry_out(capture("ada@example.com"))

        await asyncio.gather(*(one() for _ in range(50)), import_it())

    async def import_it() -> None:
        nonlocal over
        try:
            await asyncio.to_thread(ledger.execute_all, [*bundle, capture("ada@example.com")])
        finally:
            over = True

    asyncio.run(storm())


def test_naming_a_record_as_another_kind_leaves_no_trace(ledger: PostgresLedger, dsn: str) -> None:
    customer_id = uuid4()
    ledger.execute(register_person(customer_id))
    other = PostgresLedger(dsn)
    with pytest.raises(LeadNotFound):
        other.execute(commands.tell(LEAD, customer_id, qualify, by()))

    captured = commands.capture_lead(uuid4(), customer_id, LeadCaptured(channel="web"), by())
    assert other.execute(captured).version == 1
    other.close()


def test_a_command_that_comes_too_late_uses_no_transaction_id(dsn: str, writer: GroupCommit) -> None:
    there = uuid4()
    submit(writer, [a_unit(there)]).result(SOON)
    before = _next_transaction(dsn)
    for _ in range(50):
        submit(writer, [a_unit(there)]).result(SOON)

    # The server itself may use a few, for its statistics.
    assert _next_transaction(dsn) - before < 20


def capture(email: str) -> Command:
    person = register(kind="person", email=email)
    return commands.capture_lead(uuid4(), uuid4(), LeadCaptured(channel="web"), by(), person=person)


def _next_transaction(dsn: str) -> int:
    with psycopg.connect(dsn, autocommit=True) as connection:
        found = connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint").fetchone()
    assert found is not None
    return int(found[0])
