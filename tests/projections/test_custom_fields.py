"""Lists by custom fields: what meets a condition, and that what few records have is found over an index."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import cursor as Cursor

from domain.custom_fields import Condition, CustomFieldsChanged, Value
from domain.customers import CustomerFieldsChanged, register
from domain.deals import DealFieldsChanged, DealOpened
from domain.events import Event
from domain.leads import LeadCaptured, LeadFieldsChanged
from domain.money import Money
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.query import customer_list
from projections.deals import listing as deals
from projections.deals.fold import DEALS
from projections.engine.database import connect, transaction
from projections.engine.fold import Fold
from projections.engine.folding import folded
from projections.engine.tables import Tables
from projections.leads import listing as leads
from projections.leads.fold import LEADS
from tests.support.facts import fact
from tests.support.log import number

MANY, RARE = 10_000, 1_000
List = Callable[..., list[UUID]]


def of_customers(cursor: Cursor, *asked: Condition) -> list[UUID]:
    return [line.id for line in customer_list(cursor, conditions=asked)]


def of_leads(cursor: Cursor, *asked: Condition) -> list[UUID]:
    return [line.id for line in leads.lead_list(cursor, leads.Wanted(custom_fields=asked))]


def of_deals(cursor: Cursor, *asked: Condition) -> list[UUID]:
    return [line.id for line in deals.deal_list(cursor, deals.Wanted(custom_fields=asked))]


Kind = tuple[Fold[Any], Event, type[CustomFieldsChanged], List]
KINDS: dict[str, Kind] = {
    "customers": (CUSTOMER_360, register(kind="person", name="Ada"), CustomerFieldsChanged, of_customers),
    "leads": (LEADS, LeadCaptured(channel="web"), LeadFieldsChanged, of_leads),
    "deals": (
        DEALS,
        DealOpened(name="Seats", pipeline="p", stage="s", probability=9, category="pipeline"),
        DealFieldsChanged,
        of_deals,
    ),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
def cursor(kind: Kind, dsn: str) -> Iterator[Cursor]:
    """With the tables of the fold, empty."""
    connection = connect(dsn)
    with transaction(connection) as cursor:
        Tables(kind[0]).create(cursor, temporary=True)
        Tables(kind[0]).index(cursor)
        yield cursor
    connection.close()


def put(cursor: Cursor, kind: Kind, place: int, values: Mapping[str, Value]) -> UUID:
    """A record that begins with these values, those in `p…` personal, as its fold writes it."""
    id_ = number(7, place)
    [row] = rows(kind, {id_: values})
    Tables(kind[0]).save(cursor, {id_: row[1]}, {})
    return id_


def rows(kind: Kind, records: Mapping[UUID, Mapping[str, Value]]) -> list[tuple[UUID, Any]]:
    fold, born, changed, _ = kind
    found = []
    for id_, values in records.items():
        state = fold.evolve(None, fact(born, stream_id=id_, customer_id=id_))
        if values:
            told = {name: value for name, value in values.items() if not name.startswith("p")}
            personal = {name: value for name, value in values.items() if name.startswith("p")}
            event = changed(values=told, personal_values=personal, fields_version=1)
            state = fold.evolve(state, fact(event, version=2, stream_id=id_, customer_id=id_))
        found.append((id_, folded(fold, state, 1)))
    return found


EUROS, CROWNS = Money(Decimal("100.00"), "EUR"), Money(Decimal("2500.00"), "SEK")
VALUES: dict[str, Value] = {
    "text": 'a "b" \\ \n 100% ?& ö 🜚',
    "seats": 12.5,
    "debt": -3,
    "budget": EUROS,
    "due": "2026-03-02",
    "vip": False,
    "p_passport": "X 1",
}
BOTH: list[Condition] = [Condition("text", "equals", (VALUES["text"],)), Condition("seats", "to", (12.5,))]


@pytest.mark.parametrize(
    ("asked", "met"),
    [
        *(([Condition(name, "equals", (value,))], True) for name, value in VALUES.items()),
        *(([Condition(name, "is_set")], True) for name in VALUES),
        *(([Condition(name, "is_not_set")], False) for name in VALUES),
        ([Condition("other", "is_set")], False),
        ([Condition("other", "is_not_set")], True),
        ([Condition("other", "equals", ("x",))], False),
        ([Condition("text", "equals", ("a",))], False),
        ([Condition("text", "in", ("a", VALUES["text"]))], True),
        ([Condition("text", "in", ("a", "b"))], False),
        ([Condition("vip", "equals", (True,))], False),
        ([Condition("vip", "equals", ("false",))], False),
        ([Condition("seats", "from", (12.5,))], True),
        ([Condition("seats", "from", (12.51,))], False),
        ([Condition("seats", "to", (12.5,))], True),
        ([Condition("seats", "to", (9,))], False),
        ([Condition("seats", "from", (9,)), Condition("seats", "to", (100,))], True),
        ([Condition("debt", "from", (-2,))], False),
        ([Condition("debt", "to", (-2,))], True),
        ([Condition("due", "from", ("2026-03-02",)), Condition("due", "to", ("2026-03-02",))], True),
        ([Condition("due", "from", ("2026-03-03",))], False),
        ([Condition("due", "to", ("2026-03-01",))], False),
        ([Condition("budget", "from", (Money(Decimal("9.00"), "EUR"),))], True),
        ([Condition("budget", "from", (Money(Decimal("100.01"), "EUR"),))], False),
        ([Condition("budget", "to", (Money(Decimal("1000.00"), "EUR"),))], True),
        ([Condition("budget", "to", (CROWNS,))], False),
        ([Condition("budget", "equals", (Money(Decimal("100.00"), "SEK"),))], False),
        (BOTH, True),
        ([*BOTH, Condition("other", "is_set")], False),
        ([*BOTH, Condition("other", "is_not_set")], True),
    ],
)
def test_a_record_is_listed_if_its_values_meet_all_conditions(
    cursor: Cursor, kind: Kind, asked: list[Condition], met: bool
) -> None:
    full, empty = put(cursor, kind, 1, VALUES), put(cursor, kind, 2, {})
    listed = kind[3](cursor, *asked)

    assert (full in listed) == met
    assert (empty in listed) == all(each.operator == "is_not_set" for each in asked)


def test_a_value_that_changed_or_is_gone_is_not_found(cursor: Cursor, kind: Kind) -> None:
    put(cursor, kind, 1, {"region": "south", "size": "big"})
    record = put(cursor, kind, 1, {"region": "north"})

    assert kind[3](cursor, Condition("region", "equals", ("north",))) == [record]
    assert kind[3](cursor, Condition("region", "equals", ("south",))) == []
    assert kind[3](cursor, Condition("size", "is_set")) == []


def test_what_few_records_have_is_found_without_reading_all(cursor: Cursor, kind: Kind) -> None:
    some: dict[UUID, Mapping[str, Value]] = {}
    for place in range(MANY):
        usual: dict[str, Value] = {"region": "north", "code": f"c{place}", "seats": place % 50}
        rare: dict[str, Value] = {"region": "south", "size": "big", "budget": EUROS, "left": 5}
        some[number(7, place)] = usual if place % RARE else {**usual, **rare}
    Tables(kind[0]).copy(cursor, rows(kind, some))
    cursor.execute(f"ANALYZE {kind[0].name}")

    for asked, found in (
        (Condition("region", "equals", ("south",)), MANY // RARE),
        (Condition("code", "equals", ("c77",)), 1),
        (Condition("code", "in", ("c77", "c78", "none")), 2),
        (Condition("budget", "equals", (EUROS,)), MANY // RARE),
        (Condition("size", "is_set"), MANY // RARE),
        (Condition("left", "from", (3,)), MANY // RARE),
    ):
        counting = Counting(cursor)
        assert len(kind[3](counting, asked)) == found
        assert counting.read == found, asked


class Counting:
    """A cursor that counts the rows that its questions read, those too that they do not show."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self.read = 0

    def execute(self, statement: str, parameters: Mapping[str, Any]) -> None:
        self._cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
        [[[explained]]] = self._cursor.fetchall()
        self.read += _read(explained["Plan"])
        self._cursor.execute(statement, parameters)

    def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()


def _read(step: Mapping[str, Any]) -> int:
    """The rows of tables that a step of a plan, and those below it, came by."""
    here = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    own = sum(int(step.get(each, 0)) for each in here) if "Relation Name" in step else 0
    return own + sum(_read(each) for each in step.get("Plans", ()))
