"""Questions to the read model of blocks, over a real log."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from psycopg2.extensions import cursor as Cursor

from domain.commands import dismiss, link_customers, register_customer
from domain.customers import register
from domain.duplicates import DuplicateRules, Profile
from domain.ledger import Command
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.duplicates.fold import DUPLICATES
from projections.duplicates.proposals import proposals, proposals_of
from projections.duplicates.query import MOST_MEMBERS, candidates
from projections.engine.bulk.what_if import scratch
from tests.support.facts import by
from tests.support.log import number

RULES = DuplicateRules(card={"city": ("attributes.city",), "date_of_birth": ("attributes.born",)})
ADA, ALSO_ADA, BEN = number(1, 1), number(1, 2), number(1, 3)


def person(ledger: PostgresLedger, place: UUID, name: str, **fields: str) -> None:
    email = fields.pop("email", None)
    registered = register(kind="person", name=name, email=email, attributes=dict(fields))
    ledger.execute(register_customer(place, registered, by()))


@pytest.fixture
def known(ledger: PostgresLedger) -> None:
    person(ledger, ADA, "Ada Nilsson", email="ada@b.se", born="1972-08-12", shoe="38x")
    person(ledger, ALSO_ADA, "Nilsson Ada", born="1972-08-12", city="Oslo")
    person(ledger, BEN, "Ben Okafor", email="ben@b.se", shoe="38x")


@pytest.fixture
def folded(known: None, dsn: str, reader: LogReader) -> Iterator[Cursor]:
    with scratch(dsn, DUPLICATES, reader) as cursor:
        yield cursor


def test_who_shares_a_block_is_compared_the_likeliest_first(folded: Cursor) -> None:
    newcomer = Profile(kind="person", name="Ada Nilson", email="ada@b.se")
    nobody = Profile(kind="person", name="Xu Wei")
    near, alone = candidates(folded, [newcomer, nobody], RULES)

    assert [each.id for each in near.candidates] == [ADA, ALSO_ADA]
    assert [each.same for each in near.candidates] == [("email",), ()]
    assert (alone.candidates, alone.passed_over) == ([], [])


def test_values_bring_records_together_as_the_rules_say_now(folded: Cursor) -> None:
    barefoot = Profile(kind="person", values={"attributes.shoe": "38x"})
    by_shoe = DuplicateRules(card={"other_id": ("attributes.shoe",)})

    assert candidates(folded, [barefoot], RULES)[0].candidates == []
    assert {each.id for each in candidates(folded, [barefoot], by_shoe)[0].candidates} == {ADA, BEN}


def test_a_block_that_too_many_are_in_is_passed_over_and_said_so(
    ledger: PostgresLedger, dsn: str, reader: LogReader
) -> None:
    ledger.execute_all(
        [
            register_customer(number(2, place), register(kind="person", attributes={"city": "Oslo"}), by())
            for place in range(MOST_MEMBERS)
        ]
    )
    of_oslo = Profile(kind="person", values={"attributes.city": "oslo"})
    with scratch(dsn, DUPLICATES, reader) as cursor:
        [near] = candidates(cursor, [of_oslo], RULES)
    assert (len(near.candidates), near.passed_over) == (MOST_MEMBERS, [])

    person(ledger, ADA, "Ada Nilsson", city="Oslo")
    with scratch(dsn, DUPLICATES, reader) as cursor:
        [near] = candidates(cursor, [of_oslo], RULES)
    assert (near.candidates, near.passed_over) == ([], ["Pv:attributes.city:oslo"])


def test_a_pair_is_proposed_once_and_of_either_when_asked(folded: Cursor) -> None:
    page = proposals(folded, RULES, at_least=0.9)
    of_the_other = proposals_of(folded, ALSO_ADA, RULES, at_least=0.9)

    assert [(each.customer.id, [other.id for other in each.duplicates]) for each in page.items] == [
        (ADA, [ALSO_ADA])
    ]
    assert of_the_other is not None
    assert [other.id for other in of_the_other.duplicates] == [ADA]
    assert proposals_of(folded, number(1, 9), RULES, at_least=0.9) is None


@pytest.mark.parametrize("decided", [dismiss, link_customers])
def test_what_was_decided_is_not_proposed_again(
    decided: Callable[..., Command], known: None, ledger: PostgresLedger, dsn: str, reader: LogReader
) -> None:
    ledger.execute(decided(ALSO_ADA, ADA, by(reason="as they said themselves")))

    with scratch(dsn, DUPLICATES, reader) as cursor:
        assert proposals(cursor, RULES, at_least=0.9).items == []
        of_the_other = proposals_of(cursor, ALSO_ADA, RULES, at_least=0.9)
    assert of_the_other is not None
    assert of_the_other.duplicates == []
