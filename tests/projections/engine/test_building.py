"""A build in bulk: over processes, on and on after a kill, and without harm to anybody where it fails."""

import hashlib
import resource
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from domain.facts import Fact
from domain.horizon import PRESENT
from gateways.embedded.postgres import EmbeddedPostgres
from gateways.log.ledger import PostgresLedger
from gateways.log.migrate import migrate
from gateways.log.reader import LogReader
from projections.customer_360.fold import CUSTOMER_360
from projections.deals.fold import DEALS
from projections.engine.bulk import builds
from projections.engine.bulk.building import AlreadyBeingBuilt, NoRoomToBuild, build
from projections.engine.bulk.builds import AnotherBuild
from projections.engine.bulk.filling import Filler
from projections.engine.bulk.rebuild import rebuild
from projections.engine.database import Connection, connect, transaction
from projections.engine.fold import Fold
from projections.engine.past.models import PastModel, PastModelNotBuilt, PastModels
from projections.engine.reading import ReadModels
from projections.engine.schema import create_schema
from tests.projections.engine.conftest import PARTITIONS, digest_of, live, topic
from tests.support.log import tell_by_chance

MADE = replace(CUSTOMER_360, name="made")
# The files that PostgreSQL writes ahead are of this size: the server needs them whatever else it has no room for.
_MEGABYTES = 17


@pytest.fixture(autouse=True)
def _history(ledger: PostgresLedger) -> None:
    tell_by_chance(ledger, seed=7, steps=300, customers=30)


def test_two_processes_build_what_one_builds(dsn: str, reader: LogReader, reads: Connection) -> None:
    build(dsn, MADE, reader, upto=reader.end(), processes=1)
    by_one = digest_of(reads, MADE)
    shared = replace(CUSTOMER_360, name="shared")

    built = build(dsn, shared, reader, upto=reader.end(), processes=2, events_a_range=60)

    assert digest_of(reads, shared) == by_one
    assert (built.keys, built.position) == (30, reader.end())


def test_one_that_was_broken_off_goes_on_where_it_was(dsn: str, reader: LogReader, reads: Connection) -> None:
    build(dsn, MADE, reader, upto=reader.end())
    whole = digest_of(reads, MADE)
    again = replace(CUSTOMER_360, name="again")

    def break_off(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(dsn, again, reader, upto=reader.end(), events_a_range=60, progress=break_off)
    ranges: list[int] = []
    built = build(dsn, again, reader, upto=reader.end(), progress=lambda done, _: ranges.append(done))

    assert built.resumed
    assert ranges[0] >= 2
    assert digest_of(reads, again) == whole


def test_one_that_was_killed_goes_on_too(dsn: str, reader: LogReader, reads: Connection) -> None:
    build(dsn, MADE, reader, upto=reader.end())
    program = f"""
        from dataclasses import replace
        from multiprocessing import active_children
        from gateways.log.reader import LogReader
        from projections.customer_360.fold import CUSTOMER_360
        from projections.engine.bulk.building import build

        if __name__ == "__main__":
            log = LogReader({dsn!r})
            tell = lambda done, total: print(done, *(child.pid for child in active_children()), flush=True)
            fold = replace(CUSTOMER_360, name="again")
            build({dsn!r}, fold, log, upto=log.end(), processes=2, events_a_range=20, progress=tell)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = [[int(each) for each in process.stdout.readline().split()] for _ in range(3)]
        process.send_signal(signal.SIGKILL)
    again = replace(CUSTOMER_360, name="again")
    ranges: list[int] = []

    built = build(dsn, again, reader, upto=reader.end(), progress=lambda done, _: ranges.append(done))

    done, *children = told[-1]
    assert (done, len(children)) == (2, 2)
    assert [each for each in children if _lives(each)] == []
    assert built.resumed
    assert ranges[0] >= 2
    assert digest_of(reads, again) == digest_of(reads, MADE)


def _lives(process: int) -> bool:
    """For longer than a moment: a process without a parent ends by itself."""
    for _ in range(100):
        if not Path(f"/proc/{process}").exists():
            return False
        time.sleep(0.05)
    return True


def test_one_of_whose_processes_one_is_killed_goes_on_when_it_is_asked_for_again(
    dsn: str, reader: LogReader, monkeypatch: pytest.MonkeyPatch, reads: Connection
) -> None:
    """As the system does that is short of memory."""
    build(dsn, MADE, reader, upto=reader.end())
    monkeypatch.setattr("projections.engine.past.models._EVENTS_A_RANGE", 20)
    model = PastModel(CUSTOMER_360, PRESENT)
    with (
        closing(ReadModels(dsn)) as asked,
        closing(PastModels(dsn, reader, asked, processes=2, patience=60)) as models,
        ThreadPoolExecutor(1) as beside,
    ):
        killed = beside.submit(_kill_a_child)
        with pytest.raises(PastModelNotBuilt, match="what is done is kept"), models.rows(model):
            pass
        killed.result()
    assert active_children() == []

    assert build(dsn, model.kept, reader, upto=reader.end()).resumed
    assert digest_of(reads, model.kept) == digest_of(reads, MADE)


def _kill_a_child() -> None:
    while not (children := active_children()):
        time.sleep(0.01)
    children[0].kill()


def test_whoever_was_taken_over_writes_nothing_more(dsn: str, reader: LogReader, reads: Connection) -> None:
    with pytest.raises(KeyboardInterrupt):
        build(dsn, MADE, reader, upto=reader.end(), events_a_range=60, progress=_interrupt)
    with transaction(reads) as cursor:
        going = builds.found(cursor, "made")
        waiting = builds.left(cursor, "made")
    assert going is not None
    build(dsn, MADE, reader, upto=reader.end())
    whole = digest_of(reads, MADE)

    with closing(Filler(dsn, MADE, reader, going)) as zombie, pytest.raises(AnotherBuild):
        zombie.fill(waiting[0])

    assert digest_of(reads, MADE) == whole


def test_two_do_not_build_the_same_at_once(dsn: str, reader: LogReader, reads: Connection) -> None:
    def begin_too(*_: int) -> None:
        build(dsn, MADE, reader, upto=reader.end())

    with pytest.raises(AlreadyBeingBuilt, match="made is being built by another process"):
        build(dsn, MADE, reader, upto=reader.end(), progress=begin_too)


def _interrupt(*_: int) -> None:
    raise KeyboardInterrupt


class Wide(msgspec.Struct, frozen=True):
    text: str


def _widened(_: Wide | None, fact: Fact) -> Wide:
    return Wide(hashlib.shake_256(str(fact.position).encode()).hexdigest(500_000))


def _no_columns(_: Wide) -> tuple[()]:
    return ()


WIDE: Fold[Wide] = Fold(
    name="deals",
    version=99,
    rule="Half a megabyte a deal.",
    keyed_by="stream",
    types=DEALS.types,
    state=Wide,
    evolve=_widened,
    columns={},
    row=_no_columns,
)


@pytest.fixture
def full_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that has no room for large tables."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MEGABYTES * 2**20, limits[1]))
    try:
        server = EmbeddedPostgres.start(tmp_path_factory.mktemp("full"), durable=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    try:
        with psycopg.connect(server.owner_dsn("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE small")
        migrate(server.owner_dsn("small"), server.dsn("small"))
        yield server.dsn("small")
    finally:
        server.stop()


def test_where_there_is_no_room_the_live_rows_stay(full_disk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        closing(PostgresLedger(full_disk)) as ledger,
        closing(LogReader(full_disk)) as reader,
        closing(connect(full_disk)) as reads,
    ):
        tell_by_chance(ledger, seed=7, steps=60)
        create_schema(reads)
        live(DEALS, reads, reader).apply(reads, topic(reader))
        before = digest_of(reads, DEALS)
        refused = partial(pytest.raises, NoRoomToBuild, match="no room to build deals__new: .*extend file")

        def grow(*_: int) -> None:
            """While it is built, so much happens that it does not fit any more."""
            tell_by_chance(ledger, seed=8, steps=300, customers=30)

        with refused():
            rebuild(full_disk, WIDE, reader, lambda _: 0, partitions=PARTITIONS, progress=Once(grow))
        assert _tables_named(reads, "deals__new") == [], "in the step that the live run waits for"
        monkeypatch.setattr("projections.engine.bulk.following._NEAR", 0)
        with suppress(KeyboardInterrupt):
            build(full_disk, replace(WIDE, name="deals__new"), reader, upto=100, progress=_interrupt)
        with refused():
            rebuild(full_disk, WIDE, reader, lambda _: 0, partitions=PARTITIONS)
        with refused():  # told by one of several processes
            rebuild(full_disk, WIDE, reader, lambda _: 0, partitions=PARTITIONS, processes=2, events_a_range=100)
        assert _tables_named(reads, "deals__new") == [], "on the way there"

        with (
            closing(ReadModels(full_disk)) as asked,
            closing(PastModels(full_disk, reader, asked)) as models,
            pytest.raises(PastModelNotBuilt, match="no room to build"),
            models.rows(PastModel(WIDE, PRESENT)),
        ):
            pass
        assert digest_of(reads, DEALS) == before


def test_so_it_is_where_there_is_no_room_to_sort(
    dsn: str, owner_dsn: str, reader: LogReader, reads: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(PostgresLedger(dsn)) as ledger:
        tell_by_chance(ledger, seed=8, steps=1_200)
    with psycopg.connect(owner_dsn, autocommit=True) as owner:
        owner.execute(f"ALTER DATABASE {owner.info.dbname} SET temp_file_limit = '64kB'".encode())
    monkeypatch.setattr(
        "gateways.log.by_key._SETTINGS", "-c timezone=UTC -c work_mem=64kB -c enable_indexscan=off"
    )

    with pytest.raises(NoRoomToBuild, match="no room to build made: the log cannot be sorted"):
        build(dsn, MADE, reader, upto=reader.end())
    assert _tables_named(reads, "made") == []


class Once:
    """Does something the first time that it is told of progress."""

    def __init__(self, happens: Callable[[], object]) -> None:
        self._happens = [happens]

    def __call__(self, *_: int) -> None:
        if self._happens:
            self._happens.pop()()


def _tables_named(reads: Connection, name: str) -> list[Any]:
    with transaction(reads) as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename = %s", (name,))
        return cursor.fetchall()
