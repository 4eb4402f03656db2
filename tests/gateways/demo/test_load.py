from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from domain.interactions import INTERACTION
from gateways.demo import load
from gateways.demo.history import LENGTH, history
from gateways.demo.load import SEED, Loaded
from gateways.demo.showcase import OPENING_ID
from gateways.log.ledger import PostgresLedger
from tests.gateways.demo.told import midnight

TODAY = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)


class Interrupted(Exception):
    pass


def _quietly(done: int, total: int) -> None:
    assert done <= total


def _at_once(done: int, total: int) -> None:
    raise Interrupted


def _in_the_middle(done: int, total: int) -> None:
    if done > total / 3:
        raise Interrupted


def _load(ledger: PostgresLedger, *, days_later: int) -> Loaded:
    later = timedelta(days=days_later)
    return load(ledger, today=TODAY + later, now=NOW + later, progress=_quietly)


def _versions(dsn: str) -> dict[UUID, int]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT stream_id, count(*) FROM crm.log GROUP BY stream_id").fetchall()
    return dict(rows)


def _expected(today: date) -> dict[UUID, int]:
    versions: dict[UUID, int] = {}
    for step in history(SEED, today):
        for _, stream_id in step.touched:
            versions[stream_id] = versions.get(stream_id, 0) + 1
    return versions


def test_an_interrupted_load_goes_on_and_a_third_adds_nothing(ledger: PostgresLedger, dsn: str) -> None:
    with pytest.raises(Interrupted):
        load(ledger, today=TODAY, now=NOW, progress=_in_the_middle)
    half = sum(_versions(dsn).values())

    rest = _load(ledger, days_later=1)
    again = _load(ledger, days_later=3)

    assert not rest.refused
    assert 0 < half < rest.events == half + rest.added
    assert again == Loaded(TODAY, rest.records, rest.events, added=0, refused=())
    assert _versions(dsn) == _expected(TODAY)
    assert sum(rest.records.values()) == len(_versions(dsn)) - 1  # the scoring models are no record


def test_a_day_that_has_not_begun_in_utc_is_left_out(ledger: PostgresLedger) -> None:
    with pytest.raises(Interrupted):
        load(ledger, today=TODAY + timedelta(days=1), now=NOW, progress=_at_once)

    assert ledger.read(INTERACTION, OPENING_ID).last_occurred_at == midnight(TODAY) - LENGTH
