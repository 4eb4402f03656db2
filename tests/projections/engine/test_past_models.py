"""Models of the past are kept for who asks again, within a budget; what cannot be built is refused."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.horizon import Horizon
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.customer_360.fold import CUSTOMER_360
from projections.deals.fold import DEALS
from projections.engine.bulk.building import build
from projections.engine.database import Connection, transaction
from projections.engine.past import registry
from projections.engine.past.keeping import PREFIX, Room, drop, make_room
from projections.engine.past.models import PastModel, PastModelBeingBuilt, PastModelNotBuilt, PastModels
from projections.engine.reading import ReadModels
from projections.leads.fold import LEADS
from projections.tasks.fold import TASKS
from tests.projections.engine.conftest import digest_of, live, topic
from tests.projections.engine.test_hard_cases import restored_to
from tests.support.facts import NOON
from tests.support.log import tell_by_chance
from tests.support.newer_program import tell_as_a_newer_program

END = Horizon(as_of=NOON + timedelta(days=9_999))
THEN = Horizon(as_of=NOON + timedelta(days=20))
Making = Callable[..., PastModels]


@pytest.fixture
def making(
    dsn: str,
    reads: Connection,
    ledger: PostgresLedger,
    reader: LogReader,
) -> Iterator[Making]:
    """Models over a history by chance, kept as the arguments say."""
    tell_by_chance(ledger, seed=1, steps=200)
    with ExitStack() as ends:
        asked = ends.enter_context(closing(ReadModels(dsn)))

        def make(*, room: Room | None = None, patience: float = 20.0) -> PastModels:
            return ends.enter_context(closing(PastModels(dsn, reader, asked, room=room, patience=patience)))

        yield make


def kept(reads: Connection) -> list[str]:
    """The folds of the models that are kept, those first that were not asked for longest."""
    with transaction(reads) as cursor:
        cursor.execute("SELECT fold FROM past_models WHERE position IS NOT NULL ORDER BY asked_at")
        return [fold for (fold,) in cursor.fetchall()]


def tables(reads: Connection) -> int:
    with transaction(reads) as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND starts_with(relname, %s)", (PREFIX,))
        found = cursor.fetchone()
        return int(found[0]) if found else 0


def ask(models: PastModels, model: PastModel) -> int:
    with models.rows(model) as (cursor, _):
        cursor.execute(f"SELECT count(*) FROM {model.fold.name}")
        found = cursor.fetchone()
        return int(found[0]) if found else 0


def orders(models: PastModels, model: PastModel) -> int:
    with models.rows(model) as (cursor, _):
        cursor.execute("SELECT sum(orders)::int FROM customer_360")
        found = cursor.fetchone()
        return int(found[0]) if found else 0


def test_those_not_asked_for_longest_make_room_for_others(making: Making, reads: Connection) -> None:
    models = making(room=Room(models=2))
    for fold in (DEALS, LEADS, TASKS):
        ask(models, PastModel(fold, THEN))

    assert kept(reads) == [LEADS.name, TASKS.name]
    assert ask(models, PastModel(DEALS, THEN)) > 0
    assert kept(reads) == [TASKS.name, DEALS.name]
    assert tables(reads) == 3  # that of the deals' intervals is one more


def test_they_take_no_more_room_than_they_may(making: Making, reads: Connection) -> None:
    models = making(room=Room(megabytes=0))
    ask(models, PastModel(LEADS, THEN))
    ask(models, PastModel(TASKS, THEN))

    assert kept(reads) == [TASKS.name], "the one that is asked for is there, whatever it takes"


def test_one_that_is_just_caught_up_is_dropped_behind_that(making: Making, reads: Connection, dsn: str) -> None:
    """Who catches it up holds its place and then writes its rows; who drops it comes from the same side."""
    model = PastModel(DEALS, THEN)
    ask(making(), model)
    with ThreadPoolExecutor(1) as beside:
        with transaction(reads) as cursor:
            registry.lock(cursor, model.name)
            dropping = beside.submit(drop, dsn, model.name)
            cursor.execute("SELECT pg_sleep(0.3)")
            cursor.execute(f"UPDATE {model.name} SET position = position")
        assert dropping.result()

    assert (tables(reads), kept(reads)) == (0, [])


def test_who_does_not_wait_is_told_so_and_the_building_goes_on(making: Making, reads: Connection) -> None:
    hurried, model = making(patience=0.0), PastModel(DEALS, THEN)
    with pytest.raises(PastModelBeingBuilt, match="deals of that time is being built"):
        ask(hurried, model)
    for _ in range(200):
        if kept(reads):
            break
        time.sleep(0.05)

    assert ask(hurried, model) == ask(making(), model) > 0


def test_another_process_asks_what_was_built_before(making: Making, reads: Connection) -> None:
    first, second = making(), making()
    ask(first, PastModel(DEALS, THEN))
    with transaction(reads) as cursor:
        cursor.execute("SELECT begun_at FROM builds")
        before = cursor.fetchall()

    assert ask(second, PastModel(DEALS, THEN)) > 0
    with transaction(reads) as cursor:
        cursor.execute("SELECT begun_at FROM builds")
        assert cursor.fetchall() == before


def begun_and_killed(dsn: str, reads: Connection, reader: LogReader, model: PastModel) -> None:
    """As a process leaves it that is killed in the middle."""

    class Killed(Exception): ...

    def kill(_: int, __: int) -> None:
        raise Killed

    with transaction(reads) as cursor:
        registry.begin(cursor, model.name, model.fold.name)
    with pytest.raises(Killed):
        build(dsn, model.kept, reader, upto=reader.end(), horizon=model.horizon, progress=kill)


def test_what_a_killed_process_began_is_cleared_up(
    making: Making, dsn: str, reads: Connection, reader: LogReader
) -> None:
    models = making()
    ask(models, PastModel(LEADS, THEN))
    begun_and_killed(dsn, reads, reader, PastModel(DEALS, THEN))
    assert tables(reads) == 3

    models.clear_up()

    assert (tables(reads), kept(reads)) == (1, [LEADS.name])
    assert ask(models, PastModel(DEALS, THEN)) > 0


def test_who_asks_for_what_a_killed_process_began_goes_on_with_it(
    making: Making, dsn: str, reads: Connection, reader: LogReader
) -> None:
    models, model = making(), PastModel(DEALS, THEN)
    begun_and_killed(dsn, reads, reader, model)

    last = reader.at([reader.end()])[0].recorded_at
    assert ask(models, model) == ask(models, PastModel(DEALS, Horizon(THEN.as_of, last))) > 0


def test_two_processes_that_build_the_same_at_once_fold_nothing_twice(
    making: Making, ledger: PostgresLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One has looked whether it is there when the other has built it, and caught it up since."""
    first, second = making(), making()
    model = PastModel(CUSTOMER_360, Horizon(as_of=NOON + timedelta(days=10_000)))
    looked = "projections.engine.past.models.make_room"

    def overtaken(*arguments: Any, **named: Any) -> None:
        monkeypatch.setattr(looked, make_room)
        ask(second, model)
        tell_by_chance(ledger, seed=2, steps=200)
        ask(second, model)

    monkeypatch.setattr(looked, overtaken)
    ask(first, model)

    assert orders(first, model) == orders(first, PastModel(CUSTOMER_360, END)) > 0


def test_what_was_built_before_the_log_was_restored_is_built_anew(
    making: Making, reader: LogReader, ledger: PostgresLedger, owner_dsn: str
) -> None:
    models, model = making(), PastModel(CUSTOMER_360, END)
    ask(models, model)
    restored_to(owner_dsn, 3)

    with models.rows(model) as (cursor, _):
        cursor.execute("SELECT max(position) FROM customer_360")
        assert cursor.fetchone() == (3,)


def test_an_event_that_cannot_be_read_is_refused_and_harms_nothing(
    making: Making, reads: Connection, reader: LogReader, owner_dsn: str
) -> None:
    """The list would else lack a record, and nobody would know."""
    live(DEALS, reads, reader).apply(reads, topic(reader))
    models, before = making(), digest_of(reads, DEALS)
    position = tell_as_a_newer_program(owner_dsn, a_deal(reader), "deal.stage_moved")

    with pytest.raises(PastModelNotBuilt, match=f"deals of that time cannot be folded: position {position}: .*99"):
        ask(models, PastModel(DEALS, Horizon(known_at=reader.at([position])[0].recorded_at)))
    assert (tables(reads), kept(reads)) == (0, [])
    assert ask(models, PastModel(DEALS, THEN)) > 0, "from there it is not seen"
    assert digest_of(reads, DEALS) == before


def test_so_it_is_where_it_comes_into_a_model_that_is_kept(
    making: Making, reader: LogReader, owner_dsn: str
) -> None:
    models, model = making(), PastModel(DEALS, Horizon(as_of=NOON + timedelta(days=10_000)))
    ask(models, model)
    position = tell_as_a_newer_program(owner_dsn, a_deal(reader), "deal.stage_moved")

    for _ in range(2):
        with pytest.raises(PastModelNotBuilt, match=f"position {position}"):
            ask(models, model)


def a_deal(reader: LogReader) -> UUID:
    facts = (fact for page in reader.after(0, upto=reader.end()) for fact in page)
    return next(fact.stream_id for fact in facts if fact.event.TYPE.startswith("deal."))
