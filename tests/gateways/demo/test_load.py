from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from domain.interactions import INTERACTION
from gateways.demo import load
from gateways.demo.history import LENGTH, history
from gateways.demo.load import SEED, Loaded
from gateways.demo.showcase import CUSTOMER_ID, OPENING_ID
from gateways.demo.steps import Step
from gateways.log.ledger import PostgresLedger
from tests.gateways.demo.told import midnight
from tests.support.told import touch

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


def test_a_history_that_an_older_release_told_is_left_as_it_is_and_called_older(
    ledger: PostgresLedger, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_before(seed: int, today: date) -> list[Step]:
        """It had less to tell; its end was the same."""
        steps = history(seed, today)
        return [*steps[:50], steps[-1]]

    with monkeypatch.context() as before:
        before.setitem(load.__globals__, "history", of_before)
        assert not _load(ledger, days_later=0).older
        assert not _load(ledger, days_later=1).older
    held = _versions(dsn)

    assert _load(ledger, days_later=1) == Loaded(TODAY, {}, events=0, added=0, refused=(), older=True)
    assert _versions(dsn) == held


def test_what_people_told_in_the_demo_makes_its_history_no_older(ledger: PostgresLedger) -> None:
    _load(ledger, days_later=0)
    ledger.execute(touch(CUSTOMER_ID))

    assert not _load(ledger, days_later=1).older


def test_a_day_that_has_not_begun_in_utc_is_left_out(ledger: PostgresLedger) -> None:
    with pytest.raises(Interrupted):
        load(ledger, today=TODAY + timedelta(days=1), now=NOW, progress=_at_once)

    assert ledger.read(INTERACTION, OPENING_ID).last_occurred_at == midnight(TODAY) - LENGTH
