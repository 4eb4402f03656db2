from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import psycopg
import pytest

from domain import commands, deals
from domain.customers import register
from domain.deals import DEAL
from domain.deals.refusals import DealNumberTaken
from domain.external_ids import ExternalIdTaken, external_id
from domain.leads import LEAD, LeadCaptured, disqualify, qualify
from domain.leads.refusals import LeadAlreadyLive
from domain.ledger import Command, Receipt
from domain.refusals import Refusal
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.support.facts import by
from tests.support.told import register_person, whole_log


def capture(lead_id: UUID, email: str = "ada@example.com", channel: str = "web") -> Command:
    person = register(kind="person", email=email)
    return commands.capture_lead(lead_id, uuid4(), LeadCaptured(channel=channel), by(), person=person)


def lose_interest(lead_id: UUID) -> Command:
    return commands.tell(LEAD, lead_id, lambda lead: disqualify(lead, because="spam"), by())


def claims_held(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        found = connection.execute("SELECT count(*) FROM crm.claims").fetchone()
    return int(found[0]) if found else 0


def test_fifty_identical_captures_at_once_make_one_lead(ledger: PostgresLedger, reader: LogReader) -> None:
    def capture_one(_: int) -> Receipt | Refusal:
        try:
            return ledger.execute(capture(uuid4()))
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(capture_one, range(50)))

    [made] = [answer for answer in answers if isinstance(answer, Receipt)]
    refused = [answer for answer in answers if isinstance(answer, LeadAlreadyLive)]
    assert len(refused) == 49
    assert all(str(made.id) in refusal.message for refusal in refused)
    assert [fact.event.TYPE for fact in whole_log(reader)] == ["customer.registered", "lead.captured"]


def test_two_processes_make_one_lead_of_an_address(ledger: PostgresLedger, other_process: PostgresLedger) -> None:
    ledger.execute(capture(uuid4()))

    with pytest.raises(LeadAlreadyLive):
        other_process.execute(capture(uuid4(), "ADA@example.com "))


def test_another_channel_is_another_lead(ledger: PostgresLedger) -> None:
    ledger.execute(capture(uuid4()))

    assert ledger.execute(capture(uuid4(), channel="event")).version == 1


def test_a_disqualified_lead_gives_the_address_back(dsn: str, ledger: PostgresLedger) -> None:
    first = ledger.execute(capture(uuid4()))
    ledger.execute(lose_interest(first.id))
    assert claims_held(dsn) == 0

    assert ledger.execute(capture(uuid4())).version == 1


def test_a_converted_lead_gives_the_address_back(dsn: str, ledger: PostgresLedger) -> None:
    lead_id = ledger.execute(capture(uuid4())).id
    ledger.execute(commands.tell(LEAD, lead_id, qualify, by()))
    ledger.execute(commands.convert_lead(lead_id, by()))

    assert claims_held(dsn) == 0


def test_a_lead_of_a_known_customer_claims_the_customers_address(ledger: PostgresLedger) -> None:
    customer_id = uuid4()
    registered = register(kind="person", email="ada@example.com")
    ledger.execute(commands.register_customer(customer_id, registered, by()))
    ledger.execute(commands.capture_lead(uuid4(), customer_id, LeadCaptured(channel="web"), by()))

    with pytest.raises(LeadAlreadyLive):
        ledger.execute(capture(uuid4()))


def test_a_taken_claim_fails_its_command_alone(ledger: PostgresLedger, reader: LogReader) -> None:
    answers = ledger.execute_all([capture(uuid4(), email) for email in ("a@b.se", "b@b.se", "a@b.se", "c@b.se")])

    assert [type(answer) for answer in answers] == [Receipt, Receipt, LeadAlreadyLive, Receipt]
    assert len(whole_log(reader)) == 6


def test_what_one_call_takes_and_gives_back_can_be_taken_in_the_same_call(
    dsn: str, ledger: PostgresLedger
) -> None:
    first, second = uuid4(), uuid4()

    answers = ledger.execute_all([capture(first), lose_interest(first), capture(second), lose_interest(second)])

    assert all(isinstance(answer, Receipt) for answer in answers)
    assert claims_held(dsn) == 0


def test_what_another_call_took_is_given_back_and_taken_in_one(ledger: PostgresLedger) -> None:
    first, second = uuid4(), uuid4()
    ledger.execute(capture(first))

    answers = ledger.execute_all([lose_interest(first), capture(second)])

    assert all(isinstance(answer, Receipt) for answer in answers)


def test_a_refused_command_takes_nothing(dsn: str, ledger: PostgresLedger) -> None:
    lead_id = ledger.execute(capture(uuid4())).id
    with pytest.raises(Refusal):
        ledger.execute(capture(lead_id, "other@example.com"))

    assert claims_held(dsn) == 1


def test_a_deal_number_belongs_to_one_deal(ledger: PostgresLedger) -> None:
    customer_id = uuid4()
    ledger.execute(register_person(customer_id))
    opening = deals.Opening(name="Seats", number="D-7")
    receipt = ledger.execute(commands.open_deal(uuid4(), customer_id, opening, by()))
    stored = ledger.read(DEAL, receipt.id).state
    assert stored is not None
    assert stored.number == "D-7"

    with pytest.raises(DealNumberTaken, match="'D-7' belongs to"):
        ledger.execute(commands.open_deal(uuid4(), customer_id, opening, by()))


def test_an_id_of_another_system_belongs_to_one_record_of_a_kind(ledger: PostgresLedger) -> None:
    named = external_id("hubspot", "42")
    customer = register(kind="person", name="Ada", external_id=named)
    customer_id = ledger.execute(commands.register_customer(uuid4(), customer, by())).id

    with pytest.raises(ExternalIdTaken, match="'42' of hubspot"):
        ledger.execute(commands.register_customer(uuid4(), customer, by()))
    opening = deals.Opening(name="Seats", external_id=named)
    assert ledger.execute(commands.open_deal(uuid4(), customer_id, opening, by())).version == 1
