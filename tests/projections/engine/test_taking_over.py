"""Processes share the partitions: who was overtaken writes nothing, and the trouble of a fold is its own."""

import time
from collections.abc import Iterator
from contextlib import closing
from threading import Timer

import psycopg2
import pytest

from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.customer_360.fold import CUSTOMER_360
from projections.deals.fold import DEALS
from projections.engine import positions
from projections.engine.database import Connection, Cursor, connect, transaction
from projections.engine.hosting import create
from projections.engine.live.run import Overtaken
from projections.engine.positions import Place
from projections.leads.fold import LEADS
from tests.projections.engine.conftest import PARTITIONS, Told, digest_of, rebuilt, run_of, topic
from tests.support.log import number, tell_by_chance

ALL = range(PARTITIONS)
FOLDS = (CUSTOMER_360, DEALS, LEADS)


@pytest.fixture(autouse=True)
def _history(ledger: PostgresLedger) -> None:
    tell_by_chance(ledger, seed=11, steps=500, customers=12)


@pytest.fixture
def other(dsn: str) -> Iterator[Connection]:
    with closing(connect(dsn)) as connection:
        yield connection


def test_two_processes_fold_each_event_once(reads: Connection, other: Connection, reader: LogReader) -> None:
    told = topic(reader)
    one, two = run_of(reads, reader, FOLDS, [0, 2]), run_of(other, reader, FOLDS, [1])
    for start in range(0, len(told), 20):
        batch = told[start : start + 20]
        one.apply(_of(batch, 0, 2))
        two.apply(_of(batch, 1))

    _check_whole(reads, reader)


def test_an_overtaken_process_writes_nothing(reads: Connection, other: Connection, reader: LogReader) -> None:
    """It was assigned the partitions, fell silent with a batch in hands, and comes back when another has them."""
    told = topic(reader)
    half = len(told) // 2
    zombie = run_of(reads, reader, FOLDS, ALL)
    zombie.apply(told[:half])
    heir = run_of(other, reader, FOLDS, [1])
    before = _all(reads)

    with pytest.raises(Overtaken, match="partition 1"):
        zombie.apply(told[half:])

    assert _all(reads) == before
    heir.apply(_of(told[half:], 1))
    zombie.hold([0, 2])
    zombie.catch_up(0)
    zombie.apply(_of(told[half:], 0, 2))
    _check_whole(reads, reader)


def test_an_overtaken_process_reads_nothing_from_the_log_either(
    reads: Connection, other: Connection, reader: LogReader
) -> None:
    zombie = run_of(reads, reader, FOLDS, ALL)
    run_of(other, reader, FOLDS, ALL)
    zombie.fall_behind()

    with pytest.raises(Overtaken):
        zombie.catch_up(reader.end())

    with transaction(reads) as cursor:
        assert sum(_rows(cursor, fold.name) for fold in FOLDS) == 0


def test_a_process_that_is_stopped_within_a_transaction_holds_nobody_up(
    dsn: str, reads: Connection, reader: LogReader
) -> None:
    """It holds the places of its partitions, and says no more; the server ends its session."""
    heir = run_of(reads, reader, FOLDS, [0])
    with closing(connect(dsn, held_seconds=0.3)) as connection, connection.cursor() as stopped:
        positions.claim(stopped, "deals", [1])
        heir.hold(ALL)
        deadline = time.monotonic() + 60
        while len(heir.claimed) < len(FOLDS) and time.monotonic() < deadline:
            time.sleep(0.05)
            heir.claim()
        with pytest.raises(psycopg2.Error):
            stopped.execute("SELECT 1")

    heir.catch_up(reader.end())
    _check_whole(reads, reader)


def test_a_fold_that_is_being_switched_stands_aside(
    reads: Connection, other: Connection, reader: LogReader
) -> None:
    told = topic(reader)
    running = run_of(reads, reader, FOLDS, ALL)
    with transaction(other) as switching:
        positions.lock(switching, "deals")
        running.apply(told)
        behind = running.behind

    assert behind
    assert _positions(reads) == {"customer_360": reader.end(), "deals": 0, "leads": reader.end()}
    running.catch_up(reader.end())
    assert not running.behind
    _check_whole(reads, reader)


def test_a_fold_whose_tables_are_gone_stops_no_other(
    reads: Connection, reader: LogReader, caplog: pytest.LogCaptureFixture
) -> None:
    running = run_of(reads, reader, FOLDS, ALL)
    with transaction(reads) as cursor:
        cursor.execute("ALTER TABLE deals RENAME TO elsewhere")

    running.apply(topic(reader))

    assert _positions(reads) == {"customer_360": reader.end(), "deals": 0, "leads": reader.end()}
    assert "deals stands aside: UndefinedTable" in caplog.text
    with transaction(reads) as cursor:
        cursor.execute("ALTER TABLE elsewhere RENAME TO deals")
    running.catch_up(reader.end())
    _check_whole(reads, reader)


def test_a_server_that_goes_away_parks_nothing(reads: Connection, other: Connection, reader: LogReader) -> None:
    """What says nothing of a key is told to who runs the process; it begins again where the database is."""
    running = run_of(other, reader, FOLDS, ALL)
    with transaction(reads) as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", (other.get_backend_pid(),))

    with pytest.raises((psycopg2.OperationalError, psycopg2.InterfaceError)):
        running.apply(topic(reader))

    with transaction(reads) as cursor:
        cursor.execute("SELECT count(*) FROM parked")
        assert cursor.fetchone() == (0,)
    run_of(reads, reader, FOLDS, ALL).apply(topic(reader))
    _check_whole(reads, reader)


def test_a_server_that_is_short_of_something_parks_nothing(reads: Connection, reader: LogReader) -> None:
    """Each statement takes longer than it may, as on a server under too much load."""
    running = run_of(reads, reader, FOLDS, ALL)
    with transaction(reads) as cursor:
        cursor.execute("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
                       "'BEGIN PERFORM pg_sleep(10); RETURN NEW; END'")  # fmt: skip
        cursor.execute("CREATE TRIGGER slow BEFORE INSERT ON deals FOR EACH ROW EXECUTE FUNCTION slow()")
        cursor.execute("SET statement_timeout = '100ms'")

    with pytest.raises(psycopg2.OperationalError):
        running.apply(topic(reader))

    with transaction(reads) as cursor:
        cursor.execute("DROP TRIGGER slow ON deals; SELECT count(*) FROM parked")
        assert cursor.fetchone() == (0,)
    running.apply(topic(reader))
    _check_whole(reads, reader)


def _of(told: list[Told], *partitions: int) -> list[Told]:
    return [each for each in told if each.partition in partitions]


def _rows(cursor: Cursor, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {table}")
    found = cursor.fetchone()
    return int(found[0]) if found else 0


def _all(connection: Connection) -> list[str]:
    return [*(digest_of(connection, fold) for fold in FOLDS), str(_positions(connection))]


def _positions(connection: Connection) -> dict[str, int]:
    """How far each fold has come in the partition that is furthest."""
    with transaction(connection) as cursor:
        there = positions.places(cursor, [fold.name for fold in FOLDS])
    return {name: max(place.position for place in places.values()) for name, places in sorted(there.items())}


def _check_whole(connection: Connection, reader: LogReader) -> None:
    for fold in FOLDS:
        assert rebuilt(connection, fold, reader).same is True


def test_what_is_parked_while_places_are_being_locked_is_not_passed_over(
    reads: Connection, other: Connection
) -> None:
    """The rows were switched between the beginning of the statement and its lock: parked keys came with them."""
    with transaction(reads) as cursor:
        create(cursor, DEALS, 1)
        epochs = positions.claim(cursor, DEALS.name, [0])
        cursor.execute(
            "ALTER TABLE parked RENAME TO parked_soon; CREATE FUNCTION slowly() RETURNS boolean LANGUAGE plpgsql "
            "AS $$BEGIN PERFORM pg_sleep(0.5); RETURN true; END$$; CREATE VIEW parked AS "
            "SELECT p.* FROM (SELECT slowly() AS done OFFSET 0) s JOIN LATERAL "
            "(SELECT * FROM parked_soon UNION ALL SELECT 'other', %s, 1, '', '', now() OFFSET 0) p ON s.done",
            (number(2, 0),),
        )

    def switch() -> None:
        with transaction(other) as cursor:
            cursor.execute(
                "INSERT INTO parked_soon (fold, key, position) VALUES ('deals', %s, 5)", (number(2, 0),)
            )
            positions.move(cursor, DEALS.name, {0: Place(9, 0)})

    switching = Timer(0.2, switch)
    switching.start()
    with transaction(reads) as cursor:
        [found] = positions.lock_claimed(cursor, {DEALS.name: epochs})
    switching.join()

    assert (found.place.position, found.parked) == (9, True)
