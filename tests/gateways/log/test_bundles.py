"""Commands carried out together are answered as if they had been carried out one by one."""

import os
import threading
from uuid import UUID, uuid4

import psycopg
from msgspec.structs import replace

from domain import commands
from domain.customers import register
from domain.external_ids import ExternalId, ExternalIdTaken, external_id
from domain.leads import LEAD, LeadCaptured, disqualify
from domain.leads.refusals import LeadAlreadyLive
from domain.ledger import Command, LogUnavailable, Receipt
from domain.once import Once
from domain.refusals import NotFound
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.support.facts import by
from tests.support.told import open_a_deal, register_person, whole_log

ERP7 = external_id("erp", "7")


def person(customer_id: UUID, named: ExternalId | None = None) -> Command:
    return commands.register_customer(customer_id, register(kind="person", name="Ada", external_id=named), by())


def capture(email: str, named: ExternalId | None = None, lead_id: UUID | None = None) -> Command:
    captured = LeadCaptured(channel="web", external_id=named)
    return commands.capture_lead(
        lead_id or uuid4(), uuid4(), captured, by(), person=register(kind="person", email=email)
    )


def named(command: Command, item: int) -> Command:
    return replace(command, once=Once("ann", "k", b"body", item, {}))


def test_what_names_a_record_that_was_refused_before_it_is_refused(
    ledger: PostgresLedger, reader: LogReader
) -> None:
    ledger.execute(person(uuid4(), ERP7))
    customer_id = uuid4()

    taken, orphan = ledger.execute_all([person(customer_id, ERP7), open_a_deal(uuid4(), customer_id)])

    assert isinstance(taken, ExternalIdTaken)
    assert isinstance(orphan, NotFound)
    assert len(whole_log(reader)) == 1


def test_a_refused_neighbour_takes_nothing_from_the_next(ledger: PostgresLedger) -> None:
    ledger.execute(capture("other@example.com", ERP7))

    refused, accepted = ledger.execute_all([capture("ada@example.com", ERP7), capture("ada@example.com")])

    assert isinstance(refused, ExternalIdTaken)
    assert isinstance(accepted, Receipt)


def test_a_repeat_that_the_state_would_refuse_by_now_is_answered_among_others(ledger: PostgresLedger) -> None:
    lead_id = uuid4()
    ledger.execute(capture("ada@example.com", lead_id=lead_id))
    ending = commands.tell(LEAD, lead_id, lambda lead: disqualify(lead, because="spam"), by())

    [first] = ledger.execute_all([named(ending, 0)])
    again, other = ledger.execute_all([named(ending, 0), named(register_person(uuid4()), 1)])

    assert isinstance(first, Receipt)
    assert isinstance(again, Receipt)
    assert again.position == first.position
    assert isinstance(other, Receipt)


def test_a_conflict_among_strangers_costs_no_savepoints(
    dsn: str, ledger: PostgresLedger, reader: LogReader
) -> None:
    there = uuid4()
    ledger.execute(register_person(there))
    together = [register_person(uuid4()) for _ in range(300)]

    before = _transactions(dsn)
    answers = ledger.execute_all([*together[:150], register_person(there), *together[150:]])

    assert sum(isinstance(answer, Receipt) for answer in answers) == 300
    assert len(whole_log(reader)) == 301
    assert _transactions(dsn) - before < 10


def test_a_command_that_cannot_be_stored_holds_nobody_up(dsn: str) -> None:
    ledger = PostgresLedger(dsn, patience_seconds=5)
    # A key that no index can hold: an error of the server's, which it repeats each time.
    unstorable = replace(register_person(uuid4()), once=Once(os.urandom(4000).hex(), "k", b"f"))
    told: list[Exception] = []

    def tell() -> None:
        try:
            ledger.execute(unstorable)
        except LogUnavailable as error:
            told.append(error)

    thread = threading.Thread(target=tell)
    thread.start()
    receipt = ledger.execute(register_person(uuid4()))
    thread.join()
    ledger.close()

    assert receipt.position == 1
    assert len(told) == 1


def test_many_changes_of_one_record_at_once_cost_few_transactions(dsn: str, ledger: PostgresLedger) -> None:
    lead_ids = [uuid4() for _ in range(60)]
    with psycopg.connect(dsn) as in_the_way:
        in_the_way.execute("SELECT crm.lock_log()")
        threads = [
            threading.Thread(target=_try, args=(ledger, capture("ada@example.com", lead_id=lead_id)))
            for lead_id in lead_ids
        ]
        for thread in threads:
            thread.start()
        before = _transactions(dsn)
    for thread in threads:
        thread.join()

    assert _transactions(dsn) - before < 20


def _try(ledger: PostgresLedger, command: Command) -> None:
    try:
        ledger.execute(command)
    except LeadAlreadyLive:  # all but one
        return


def _transactions(dsn: str) -> int:
    """How many transactions have written so far."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        found = connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint").fetchone()
    assert found is not None
    return int(found[0])
