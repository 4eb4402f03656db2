"""A command's guard decides who may know of its records, on the states that the decision is made on."""

from contextlib import closing
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from domain import commands
from domain.access import NotPermitted
from domain.customers import CUSTOMER, change_profile, register
from domain.ledger import Command
from gateways.log.ledger import PostgresLedger
from tests.support.facts import by


def registered(ledger: PostgresLedger, owner: str) -> UUID:
    customer_id = uuid4()
    ledger.execute(commands.register_customer(customer_id, register(kind="person", name="Ada", owner=owner), by()))
    return customer_id


def changed(customer_id: UUID, **fields: Any) -> Command:
    return commands.tell(CUSTOMER, customer_id, lambda known: change_profile(known, **fields), by())


def guarded(command: Command, owner: str) -> Command:
    def guard(customer: Any) -> None:
        if customer.owner != owner:
            raise NotPermitted(f"the customer is {customer.owner}'s")

    return replace(command, guard=guard)


def test_a_guard_is_asked_before_the_version_and_the_decision(ledger: PostgresLedger) -> None:
    customer_id = registered(ledger, owner="ann")
    nothing_changes = replace(changed(customer_id, name="Ada"), expected=frozenset({9}))

    with pytest.raises(NotPermitted):
        ledger.execute(guarded(nothing_changes, owner="ben"))


def test_what_the_guard_lets_through_is_carried_out(ledger: PostgresLedger) -> None:
    customer_id = registered(ledger, owner="ann")

    assert ledger.execute(guarded(changed(customer_id, name="Ada Lind"), owner="ann")).version == 2


def test_a_guard_never_rests_on_what_was_so_before(ledger: PostgresLedger, dsn: str) -> None:
    customer_id = registered(ledger, owner="ann")
    with closing(PostgresLedger(dsn)) as elsewhere:
        elsewhere.execute(changed(customer_id, owner="ben"))

    with pytest.raises(NotPermitted):
        ledger.execute(guarded(changed(customer_id, name="Ada Lind"), owner="ann"))
    assert ledger.execute(guarded(changed(customer_id, name="Ada Lind"), owner="ben")).version == 3


def test_each_command_of_a_bundle_is_guarded_on_what_those_before_it_did(ledger: PostgresLedger) -> None:
    customer_id = registered(ledger, owner="ann")
    told = [
        guarded(changed(customer_id, owner="ben"), owner="ann"),
        guarded(changed(customer_id, name="Ada Lind"), owner="ann"),
        guarded(changed(customer_id, name="Ada Lund"), owner="ben"),
    ]
    first, second, third = ledger.execute_all(told)

    assert isinstance(second, NotPermitted)
    assert not isinstance(first, Exception)
    assert not isinstance(third, Exception)
    assert (first.version, third.version) == (2, 3)
