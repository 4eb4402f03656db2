"""What is found by a search, in which order, and over indexes."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import cursor as Cursor

from domain import commands, deals
from domain.aggregates import Aggregate
from domain.customers import CUSTOMER, change_profile, register
from domain.horizon import Horizon
from domain.leads import LeadCaptured
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.engine.bulk.what_if import scratch
from projections.engine.database import Connection, connect, transaction
from projections.engine.folding import folded
from projections.engine.tables import Tables
from projections.search.asked import asked
from projections.search.fold import SEARCH
from projections.search.likeness import likeness
from projections.search.matched import matched
from projections.search.query import FEW, Hit, Owners, Place, search
from projections.search.record import KINDS, Kind, Record
from tests.support.facts import NOON, by
from tests.support.log import number

JOHN, JANE, ZOE, ACME = (number(1, place) for place in range(4))
LEAD, DEAL = number(5, 0), number(2, 0)
ALL: Owners = {"customer": None, "lead": None, "deal": None}


@pytest.fixture
def known(ledger: PostgresLedger) -> None:
    def person(id_: UUID, name: str | None, **fields: Any) -> None:
        ledger.execute(commands.register_customer(id_, register(kind="person", name=name, **fields), by()))

    person(JOHN, "John Smith", email="john.smith@fjord.example", phone="+46 8 123 456", owner="ann")
    person(JANE, "Jane Smithson", attributes={"city": "Göteborg"}, owner="ben")
    person(ZOE, "Zoë Иванова", email="o'hara\\x@b.se")
    ledger.execute(commands.register_customer(ACME, register(kind="organisation", name="Acme & Co. AB"), by()))
    captured = LeadCaptured(channel="web", company="Fjord Shipping", owner="ann")
    ledger.execute(commands.capture_lead(LEAD, JOHN, captured, by()))
    opening = deals.Opening(name="Two hundred seats", number="D-2026/0042", owner="ben")
    ledger.execute(commands.open_deal(DEAL, JOHN, opening, by()))


@pytest.fixture
def company(known: None, dsn: str, reader: LogReader) -> Iterator[Cursor]:
    with scratch(dsn, SEARCH, reader) as cursor:
        yield cursor


def hits(
    cursor: Cursor, text: str, owners: Owners = ALL, *, kinds: tuple[Kind, ...] = KINDS, country: str | None = None
) -> list[Hit]:
    wanted = asked(text, country=country)
    return [] if wanted is None else search(cursor, wanted, owners, kinds=kinds, after=None, limit=100)


def found(cursor: Cursor, text: str, owners: Owners = ALL, **more: Any) -> list[UUID]:
    return [hit.id for hit in hits(cursor, text, owners, **more)]


@pytest.mark.parametrize(
    ("text", "first", "how", "why"),
    [
        (" John.Smith@FJORD.example ", JOHN, "exact", ("email", "john.smith@fjord.example")),
        ("+46 (0)8-123 456", JOHN, "exact", ("phone", "+468123456")),
        ("08 123 456", JOHN, "exact", ("phone", "+468123456")),
        ("d2026-0042", DEAL, "exact", ("number", "D-2026/0042")),
        (str(JANE).upper(), JANE, "exact", ("id", str(JANE))),
        ("john smith", JOHN, "words", ("name", "John Smith")),
        ("SMITH, jo", JOHN, "words", ("name", "John Smith")),
        ("+46812", JOHN, "words", ("phone", "+468123456")),
        ("goteborg", JANE, "words", ("attributes.city", "Göteborg")),
        ("zoe", ZOE, "words", ("name", "Zoë Иванова")),
        ("o'hara\\x@b.se", ZOE, "exact", ("email", "o'hara\\x@b.se")),
        ("fjord ship", LEAD, "words", ("company", "Fjord Shipping")),
        ("seats", DEAL, "words", ("name", "Two hundred seats")),
        ("Jonh Smiht", JOHN, "similar", ("name", "John Smith")),
        ("Ивонова", ZOE, "similar", ("name", "Zoë Иванова")),
        ("jnoh", JOHN, "similar", ("name", "John Smith")),
        ("acmee", ACME, "similar", ("name", "Acme & Co. AB")),
        ("hundrad", DEAL, "similar", ("name", "Two hundred seats")),
    ],
)
def test_what_is_meant_comes_first_and_says_why(
    company: Cursor, text: str, first: UUID, how: str, why: tuple[str, str]
) -> None:
    wanted = asked(text, country="SE")
    assert wanted is not None
    hit = search(company, wanted, ALL, kinds=KINDS, after=None, limit=10)[0]

    assert (hit.id, hit.how, matched(hit, wanted)) == (first, how, why)


def test_exactly_that_is_before_its_words_and_these_before_their_likeness(company: Cursor) -> None:
    ranked = hits(company, "smith")

    assert [hit.id for hit in ranked if not hit.theirs] == [JOHN, JANE]
    assert [hit.rank for hit in ranked] == sorted((hit.rank for hit in ranked), reverse=True)
    assert 0.45 <= ranked[-1].rank < ranked[0].rank < hits(company, "+468123456")[0].rank == 1
    assert hits(company, "smiht")[0].rank < 0.45


def test_leads_and_deals_are_found_by_their_customer(company: Cursor) -> None:
    of_john = hits(company, "john smith")

    assert [(hit.id, hit.theirs) for hit in of_john[:3]] == [(JOHN, False), (DEAL, True), (LEAD, True)]
    assert {hit.customer for hit in of_john[:3]} == {"John Smith"}
    assert found(company, "john smith", kinds=("lead",)) == [LEAD]


def test_a_lead_tells_nothing_of_a_customer_whom_one_may_not_see(company: Cursor) -> None:
    leads_only: Owners = {"lead": None}
    of_ben: Owners = {"customer": ["ben"], "lead": ["ann"]}

    for owners in (leads_only, of_ben):
        assert found(company, "john smith", owners) in ([], [JANE])
        assert LEAD not in found(company, "john.smith@fjord.example", owners)
        [lead] = hits(company, "shipping", owners)
        assert (lead.id, lead.title, lead.customer) == (LEAD, "Fjord Shipping", None)


def test_each_kind_is_found_within_its_own_reach(company: Cursor) -> None:
    assert found(company, "smith", {"customer": ["ben"]}) == [JANE]
    assert found(company, "john smith", {"customer": None, "deal": ["ben"]}) == [JOHN, DEAL]
    assert found(company, "john smith", {"customer": None, "deal": ["ann"]}) == [JOHN]
    assert found(company, "john smith", {"deal": []}) == []
    assert found(company, str(JOHN), {"customer": ["ben"], "lead": None, "deal": None}) == []


@pytest.mark.parametrize("text", ["", " ", "???", "\x00", "&|!():*'\\", "🙂", "\ufffd", "''"])
def test_where_neither_letter_nor_digit_is_asked_for_nothing_is_found(text: str) -> None:
    assert asked(text) is None


@pytest.mark.parametrize(
    "text", ["a\x00b", "'; DROP", "a:*b", "x" * 5000, "山田太郎", "ẞ İ ﬁ", "\u202ea", "a'\\", "0"]
)
def test_any_other_text_is_asked_for_without_harm(company: Cursor, text: str) -> None:
    assert [hit for hit in hits(company, text) if hit.how != "similar"] == []


def test_a_changed_record_is_found_by_what_it_is_now(
    known: None, ledger: PostgresLedger, dsn: str, reader: LogReader
) -> None:
    def tell(aggregate: Aggregate[Any], id_: UUID, decide: Any) -> None:
        ledger.execute(commands.tell(aggregate, id_, decide, by()))

    tell(CUSTOMER, JANE, lambda each: change_profile(each, name="Jane Doe", attributes={"city": None}))
    tell(CUSTOMER, JANE, lambda each: change_profile(each, phone="+4670111222"))
    with scratch(dsn, SEARCH, reader) as cursor:
        assert JANE not in found(cursor, "smithson")
        assert found(cursor, "göteborg") == []
        assert found(cursor, "jane doe")[0] == JANE
        assert found(cursor, "0046 70 111222", country="SE") == [JANE]


@pytest.fixture
def many(dsn: str) -> Iterator[Connection]:
    """3,000 persons, with two words each that few others have, and statistics."""
    connection = connect(dsn)
    tables = Tables(SEARCH)
    names = [f"n{place % 100} {sha256(b'%d' % place).hexdigest()}" for place in range(3000)]
    people = {number(1, place): name for place, name in enumerate(names)}
    with transaction(connection) as cursor:
        tables.create(cursor)
        tables.copy(
            cursor,
            [
                (id_, folded(SEARCH, Record("person", id_, fields={"name": name}), 1))
                for id_, name in people.items()
            ],
        )
        tables.index(cursor)
        cursor.execute("ANALYZE search; SET enable_seqscan = off")
    yield connection
    connection.close()


def test_pages_follow_each_other_without_gap_or_repeat(many: Connection) -> None:
    wanted = asked("n7")
    assert wanted is not None
    with transaction(many) as cursor:
        whole = search(cursor, wanted, ALL, kinds=KINDS, after=None, limit=500)
        pages: list[Hit] = []
        place: Place | None = None
        while page := search(cursor, wanted, ALL, kinds=KINDS, after=place, limit=37):
            pages += page
            place = page[-1].place

    assert len(whole) > FEW
    assert [hit.id for hit in pages] == [hit.id for hit in whole]


def test_a_search_goes_over_its_indexes(many: Connection) -> None:
    with transaction(many) as cursor:
        for text in ("n7 6b86b", "n7 6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4c"):
            assert _read_through(cursor, text) == set()


def _read_through(cursor: Cursor, text: str) -> set[str]:
    """The tables that a search reads from end to end."""
    wanted = asked(text)
    assert wanted is not None
    explained = Explaining(cursor)
    search(explained, wanted, ALL, kinds=KINDS, after=None, limit=50)  # type: ignore[arg-type]
    return {line.split(" on ")[1].split()[0] for line in explained.plan if "Seq Scan" in line}


class Explaining:
    """A cursor that has each statement explained before."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self.plan: list[str] = []

    def execute(self, statement: str, parameters: Mapping[str, Any]) -> None:
        self._cursor.execute(f"EXPLAIN {statement}", parameters)
        self.plan += [line for (line,) in self._cursor.fetchall()]
        self._cursor.execute(statement, parameters)

    def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()


def test_words_are_alike_by_slips_of_the_pen() -> None:
    assert likeness(["jonh", "smiht"], "John Smith") > likeness(["jonh", "smiht"], "Joth Smiha") > 0.75
    assert likeness(["acmecorp"], "Acme Corp") == 1
    assert likeness(["jonh", "smiht"], "Smilla Jonsson") < 0.75
    assert (likeness([], "Ada"), likeness(["ada"], "?")) == (0, 0)


def test_who_was_not_registered_by_then_is_found_by_nothing(
    known: None, ledger: PostgresLedger, dsn: str, reader: LogReader
) -> None:
    """What was told late of that time belongs to nobody yet."""
    before = NOON - timedelta(days=3)
    told = by(occurred_at=before)
    ledger.execute(commands.tell(CUSTOMER, JANE, lambda jane: change_profile(jane, name="Jane Before"), told))

    with scratch(dsn, SEARCH, reader, horizon=Horizon(as_of=NOON - timedelta(days=1))) as cursor:
        assert hits(cursor, "Jane") == hits(cursor, str(JANE)) == hits(cursor, "Jnae Bfeore") == []
