from collections.abc import Sequence
from functools import partial
from typing import Any, cast
from uuid import uuid4

import pytest
from msgspec.structs import replace

from domain.commands import tell
from domain.customers import CUSTOMER, Customer, CustomerProfileChanged
from domain.customers.refusals import CustomerNotFound
from domain.deals import DEAL
from domain.deals.refusals import DealIsClosed
from domain.ledger import Command, Receipt
from domain.refusals import Refusal
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from gateways.log.stored import UnstorableText
from gateways.log.unit import Outcome, Unit
from tests.support.facts import by
from tests.support.told import (
    a_deal,
    lose_it,
    move,
    open_a_deal,
    register_person,
    touch,
    value,
    whole_log,
)


def outcomes(answers: Sequence[Receipt | Refusal]) -> list[object]:
    return [answer.position if isinstance(answer, Receipt) else type(answer) for answer in answers]


def test_nothing_asked_is_nothing_done(ledger: PostgresLedger) -> None:
    assert ledger.execute_all([]) == []


def test_each_command_builds_on_those_before_it(ledger: PostgresLedger, reader: LogReader) -> None:
    customer_id, deal_id = uuid4(), uuid4()

    answers = ledger.execute_all(
        [
            register_person(customer_id),
            open_a_deal(deal_id, customer_id),
            move(deal_id, "proposal"),
            lose_it(deal_id),
        ]
    )

    assert outcomes(answers) == [1, 2, 3, 4]
    assert [answer.version for answer in answers if isinstance(answer, Receipt)] == [1, 1, 2, 3]
    assert len(whole_log(reader)) == 4


def test_a_refused_command_stops_no_other(ledger: PostgresLedger, reader: LogReader) -> None:
    deal_id, customer_id = a_deal(ledger), uuid4()

    answers = ledger.execute_all(
        [lose_it(deal_id), move(deal_id, "proposal"), touch(customer_id), register_person(customer_id)]
    )

    assert outcomes(answers) == [3, DealIsClosed, CustomerNotFound, 4]
    assert len(whole_log(reader)) == 4


def test_what_builds_on_a_refused_command_is_refused(ledger: PostgresLedger) -> None:
    deal_id = uuid4()

    answers = ledger.execute_all([open_a_deal(deal_id, uuid4()), move(deal_id, "proposal")])

    assert [type(answer).__name__ for answer in answers] == ["CustomerNotFound", "DealNotFound"]


def test_commands_overtaken_by_another_process_are_decided_again(
    ledger: PostgresLedger, other_process: PostgresLedger, reader: LogReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, open_still = a_deal(ledger), a_deal(ledger)
    append = ledger._recorder.append

    def append_a_moment_too_late(units: Sequence[Unit], patience: float) -> list[Outcome]:
        monkeypatch.undo()
        other_process.execute(lose_it(closed))
        other_process.execute(value(open_still, 7))
        return append(units, patience)

    monkeypatch.setattr(ledger._recorder, "append", append_a_moment_too_late)
    answers = ledger.execute_all(
        [move(closed, "proposal"), move(open_still, "proposal"), value(closed, 1), value(open_still, 8)]
    )

    assert outcomes(answers) == [DealIsClosed, 7, DealIsClosed, 8]
    deal = ledger.read(DEAL, open_still).state
    assert deal is not None
    assert deal.stage == "proposal"
    assert len(whole_log(reader)) == 8


UNSTORABLE = ["\x00", "a\x00b", "\ud800", "b\udfff", "\\\x00"]


def test_a_text_that_cannot_be_stored_is_refused_alone(ledger: PostgresLedger, reader: LogReader) -> None:
    customer_id = uuid4()
    ledger.execute(register_person(customer_id))
    asked = [touch(customer_id, text) for text in ("fine", *UNSTORABLE, "fine")]

    assert outcomes(ledger.execute_all(asked)) == [2, *[UnstorableText] * len(UNSTORABLE), 3]
    with pytest.raises(UnstorableText):
        ledger.execute(asked[1])
    assert len(whole_log(reader)) == 3


@pytest.mark.parametrize("place", ["actor", "reason", "on_behalf_of", "key", "value"])
def test_such_a_text_is_refused_wherever_it_stands(ledger: PostgresLedger, place: str) -> None:
    customer_id = uuid4()
    ledger.execute(register_person(customer_id))
    for text in UNSTORABLE:
        attributes = {text if place == "key" else "x": text if place == "value" else "y"}
        told = replace(by(), **cast(Any, {place: text} if place in ("actor", "reason", "on_behalf_of") else {}))
        profile = CustomerProfileChanged(attributes=dict(attributes))
        with pytest.raises(UnstorableText):
            ledger.execute(tell(CUSTOMER, customer_id, partial(_saying, profile), told))


def _saying(profile: CustomerProfileChanged, _: Customer) -> CustomerProfileChanged:
    return profile


def test_a_text_that_only_looks_like_it_is_stored(ledger: PostgresLedger, reader: LogReader) -> None:
    texts = ["\\u0000", "\\\\u0000", "\\", '"\\u0000"', "\ufffe\uffff", "\U0010ffff", "\x01\x7f"]
    attributes = {text: text for text in texts}
    ledger.execute(register_person(uuid4(), attributes=attributes))
    [fact] = whole_log(reader)

    assert getattr(fact.event, "attributes", None) == attributes


def test_a_decision_without_events_is_a_bug_that_carries_out_nothing(
    ledger: PostgresLedger, reader: LogReader
) -> None:
    customer_id = uuid4()
    strange = Command(customer_id, (), list, by())

    with pytest.raises(AssertionError, match="makes events, or refuses"):
        ledger.execute_all([register_person(customer_id), strange])

    assert whole_log(reader) == []
