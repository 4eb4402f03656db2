"""The audit trail over a real log."""

import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from msgspec.structs import replace

from domain.audit import AuditFilter, AuditPage, NoSuchPosition
from domain.facts import Fact
from domain.ledger import Command
from domain.trail import FieldChange
from gateways.log import trail_search
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from gateways.log.trail import Trail
from gateways.log.trail_filter import condition_of
from gateways.log.trail_search import Search, Span
from tests.support.facts import DAY, NOON
from tests.support.log import tell_by_chance
from tests.support.newer_program import tell_as_a_newer_program
from tests.support.told import capture_lead, move, open_a_deal, register_person, touch, whole_log

END = 2**62
ADA, BEN, DEAL = uuid4(), uuid4(), uuid4()
REQUEST = uuid4()


def told(command: Command, **circumstances: Any) -> Command:
    return replace(command, circumstances=replace(command.circumstances, **circumstances))


@pytest.fixture
def trail(reader: LogReader) -> Trail:
    return reader.trail


@pytest.fixture
def facts(ledger: PostgresLedger, reader: LogReader) -> list[Fact]:
    """A log in which every filter finds something, and not all."""
    ledger.execute(told(register_person(ADA, name="Ada"), actor="import", source="import:old"))
    ledger.execute(told(register_person(BEN), actor="ben", client="203.0.113.7", correlation_id=REQUEST))
    ledger.execute(told(open_a_deal(DEAL, ADA), occurred_at=NOON - 3 * DAY, correlation_id=REQUEST))
    ledger.execute(told(move(DEAL, "negotiation"), client="203.0.113.7"))
    ledger.execute_all([touch(ADA), told(touch(BEN), occurred_at=NOON - DAY)])
    return whole_log(reader)


def met(fact: Fact, wanted: AuditFilter) -> bool:
    """What a filter means, said in another way."""
    assert fact.recorded_at is not None
    kinds = fact.event.TYPE, fact.event.TYPE.partition(".")[0] + "."
    return all(
        (
            wanted.stream_id in (None, fact.stream_id),
            wanted.customer_id in (None, fact.customer_id),
            wanted.actor in (None, fact.actor),
            wanted.type is None or wanted.type in kinds,
            wanted.source in (None, fact.source),
            wanted.client in (None, fact.client),
            wanted.correlation_id in (None, fact.correlation_id),
            wanted.command_id in (None, fact.causation_id),
            wanted.recorded_from is None or fact.recorded_at >= wanted.recorded_from,
            wanted.recorded_until is None or fact.recorded_at < wanted.recorded_until,
            wanted.occurred_from is None or fact.occurred_at >= wanted.occurred_from,
            wanted.occurred_until is None or fact.occurred_at < wanted.occurred_until,
        )
    )


def positions(page: AuditPage) -> list[int]:
    return [fact.position for fact in page.facts]


def forwards(trail: Trail, wanted: AuditFilter, *, limit: int = 3) -> Iterator[int]:
    reached: int | None = 0
    while reached is not None:
        page = trail.after(reached, wanted, upto=END, limit=limit)
        yield from positions(page)
        reached = page.reached


def backwards(trail: Trail, wanted: AuditFilter, *, limit: int = 3) -> Iterator[int]:
    reached: int | None = END
    while reached is not None:
        page = trail.before(reached, wanted, limit=limit)
        yield from positions(page)
        reached = page.reached


def filters(fact: Fact) -> list[AuditFilter]:
    """One by each field, of what the fact has in it."""
    recorded, happened = fact.recorded_at, fact.occurred_at
    assert recorded is not None
    return [
        AuditFilter(),
        AuditFilter(stream_id=fact.stream_id),
        AuditFilter(customer_id=fact.customer_id),
        AuditFilter(actor=fact.actor),
        AuditFilter(type=fact.event.TYPE),
        AuditFilter(type=fact.event.TYPE.partition(".")[0] + "."),
        AuditFilter(source=fact.source),
        AuditFilter(client=fact.client),
        AuditFilter(correlation_id=fact.correlation_id),
        AuditFilter(command_id=fact.causation_id),
        AuditFilter(recorded_from=recorded),
        AuditFilter(recorded_until=recorded),
        AuditFilter(occurred_from=happened),
        AuditFilter(occurred_until=happened),
        AuditFilter(actor=fact.actor, customer_id=fact.customer_id, occurred_until=happened + DAY),
        AuditFilter(client=fact.client, type="deal.", recorded_from=recorded),
        AuditFilter(stream_id=fact.stream_id, actor="nobody"),
    ]


def test_each_filter_finds_what_it_means_in_both_orders(trail: Trail, facts: list[Fact]) -> None:
    for wanted in [each for fact in facts for each in filters(fact)]:
        expected = [fact.position for fact in facts if met(fact, wanted)]

        assert list(forwards(trail, wanted)) == expected, wanted
        assert list(backwards(trail, wanted)) == expected[::-1], wanted


def test_a_page_says_that_it_is_the_last(trail: Trail, facts: list[Fact]) -> None:
    whole = trail.before(END, AuditFilter(), limit=len(facts))
    first = trail.before(END, AuditFilter(), limit=len(facts) - 1)

    assert (len(whole.facts), whole.reached) == (len(facts), None)
    assert first.reached == 2
    assert trail.after(len(facts), AuditFilter(), upto=END, limit=1) == AuditPage([], None)


def test_imports_and_batches_are_told_like_single_commands(trail: Trail, facts: list[Fact]) -> None:
    imported = trail.before(END, AuditFilter(source="import:old"), limit=9)
    batch = trail.before(END, AuditFilter(type="interaction."), limit=9)

    assert imported.facts == [facts[0]]
    assert batch.facts == facts[:3:-1]


def test_paging_while_events_are_appended_misses_and_doubles_nothing(trail: Trail, ledger: PostgresLedger) -> None:
    ledger.execute(register_person(ADA))
    stopped = threading.Event()

    def append() -> None:
        while not stopped.is_set():
            ledger.execute_all([touch(ADA) for _ in range(7)])

    writer = threading.Thread(target=append)
    writer.start()
    try:
        followed = following(trail, AuditFilter(type="interaction."), 300)
        read_backwards = [list(backwards(trail, AuditFilter(actor="ann"), limit=50)) for _ in range(3)]
    finally:
        stopped.set()
        writer.join()

    assert followed == list(range(2, len(followed) + 2))
    for read in read_backwards:
        assert read == list(range(read[0], 0, -1))


def following(trail: Trail, wanted: AuditFilter, count: int) -> list[int]:
    """What is found behind what was found before, until it is enough."""
    found: list[int] = []
    while len(found) < count:
        found += positions(trail.after(found[-1] if found else 0, wanted, upto=END, limit=5))
    return found


@pytest.fixture
def small_strides(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the log were large: most of it is searched by pages, and put in order part by part."""
    monkeypatch.setattr(trail_search, "STRIDE", 10)
    monkeypatch.setattr(trail_search, "_FEW", 7)


@pytest.mark.usefixtures("small_strides")
@pytest.mark.parametrize(("limit", "seconds"), [(1, 1.0), (7, 1.0), (500, 1.0), (500, -1.0)])
def test_a_search_by_pages_finds_the_same_however_slow_it_is(
    trail: Trail, ledger: PostgresLedger, reader: LogReader, owner_dsn: str, monkeypatch: pytest.MonkeyPatch,
    limit: int, seconds: float,
) -> None:  # fmt: skip
    monkeypatch.setattr(trail_search, "_SECONDS", seconds)
    tell_by_chance(ledger, seed=limit, steps=600)
    ledger.execute(told(register_person(BEN), actor="ben"))
    facts = whole_log(reader)
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute("SELECT brin_summarize_new_values('crm.events_trail')")
    middle = facts[len(facts) // 2]
    for wanted in (*filters(facts[0]), *filters(middle), *filters(facts[-1])):
        expected = [fact.position for fact in facts if met(fact, wanted)]

        assert list(forwards(trail, wanted, limit=limit)) == expected, wanted
        assert list(backwards(trail, wanted, limit=limit)) == expected[::-1], wanted


@pytest.mark.usefixtures("small_strides")
@pytest.mark.parametrize("newest_first", [True, False])
def test_a_search_without_end_stops_after_a_second_and_goes_on_where_it_stopped(
    ledger: PostgresLedger, dsn: str, newest_first: bool
) -> None:
    tell_by_chance(ledger, seed=1, steps=400)
    condition = condition_of(AuditFilter(actor="nobody"))
    seconds = iter(range(10_000))
    span, parts = Span(0, 200), []
    with psycopg.connect(dsn) as connection:
        while True:
            search = Search(connection, condition, newest_first=newest_first, clock=lambda: next(seconds))
            rows, reached = search.run(span, limit=5)
            assert rows == []
            if reached is None:
                break
            parts.append(reached)
            span = Span(span.low, reached - 1) if newest_first else Span(reached, span.high)

    assert len(parts) > 1
    assert parts == sorted(parts, reverse=newest_first)


def test_old_and_new_values_of_a_page_come_from_the_whole_of_its_streams(trail: Trail, facts: list[Fact]) -> None:
    page = trail.before(END, AuditFilter(type="deal.stage_moved"), limit=5)
    changes = trail.changes(page.facts)

    assert list(changes) == [4]
    assert changes[4].fields[0] == FieldChange("stage", "prospecting", "negotiation")


def test_an_unreadable_event_is_in_the_trail(trail: Trail, ledger: PostgresLedger, owner_dsn: str) -> None:
    ledger.execute(register_person(ADA))
    tell_as_a_newer_program(owner_dsn, ADA, "customer.teleported", schema=1)
    page = trail.before(END, AuditFilter(type="customer."), limit=5)
    changes = trail.changes(page.facts)

    assert positions(page) == [2, 1]
    assert changes[1].problem is None
    assert "'customer.teleported' is unknown" in (changes[2].problem or "")


def reacting(ledger: PostgresLedger, caused_by: int | None, count: int = 1) -> list[int]:
    """Commands that react to an event; the positions of their events."""
    commands = [told(touch(ADA), caused_by=caused_by) for _ in range(count)]
    return [receipt.position for receipt in ledger.execute_all(commands) if not isinstance(receipt, Exception)]


def test_causes_lead_up_to_the_root_and_down_to_all_that_came_of_it(trail: Trail, ledger: PostgresLedger) -> None:
    ledger.execute(register_person(ADA))
    (root,) = reacting(ledger, None)
    first, beside = reacting(ledger, root, 2)
    (second,) = reacting(ledger, first)
    third, also_third = reacting(ledger, second, 2)
    reacting(ledger, beside)

    assert positions_of(trail, second) == [root, first, second, third, also_third]
    assert positions_of(trail, third) == [root, first, second, third]
    assert len(positions_of(trail, root)) == 7
    assert positions_of(trail, 1) == [1]


def positions_of(trail: Trail, position: int, *, limit: int = 100) -> list[int]:
    return [fact.position for fact in trail.causes(position, limit=limit).facts]


def test_all_events_of_a_command_belong_together(trail: Trail, ledger: PostgresLedger) -> None:
    ledger.execute(register_person(BEN))
    captured = ledger.execute(capture_lead(uuid4(), ADA)).position
    (reaction,) = reacting(ledger, captured - 1)

    assert positions_of(trail, captured) == [captured - 1, captured, reaction]
    assert positions_of(trail, reaction) == [captured - 1, captured, reaction]


def test_what_is_too_much_is_cut_and_says_so(trail: Trail, ledger: PostgresLedger) -> None:
    ledger.execute(register_person(ADA))
    (root,) = reacting(ledger, None)
    reacting(ledger, root, 30)
    cut, whole = trail.causes(root, limit=10), trail.causes(root, limit=31)

    assert (len(cut.facts), cut.cut) == (10, True)
    assert (len(whole.facts), whole.cut) == (31, False)


def test_where_nothing_is_recorded_nothing_has_causes(trail: Trail) -> None:
    with pytest.raises(NoSuchPosition):
        trail.causes(1, limit=10)
