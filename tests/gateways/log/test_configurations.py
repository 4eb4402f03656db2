"""Configurations are read from the log like any stream, and what was read once is decoded no more."""

from collections.abc import Sequence
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import args_row

from domain import commands
from domain.customers import CUSTOMER
from domain.horizon import PRESENT, Horizon
from domain.refusals import NotFound
from domain.scoring import SCORING_MODELS, promote
from gateways.log import configurations, stored
from gateways.log.configurations import ConfigurationFacts, ConfigurationStreams
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from gateways.log.stored import StoredFact
from projections.engine.as_of import stream_as_of
from tests.projections.engine.test_hard_cases import restored_to
from tests.support.facts import NOON, by
from tests.support.scoring_models import COMBINED, ENGAGEMENT, FIT, HEALTH


def _tell(ledger: PostgresLedger) -> None:
    for model in (FIT, ENGAGEMENT):
        ledger.execute(commands.define_scoring_model(model, by()))


def test_a_read_decodes_what_is_new_and_no_version_of_a_model_twice(
    ledger: PostgresLedger, reader: LogReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[int] = []

    def counted(row: StoredFact) -> object:
        decoded.append(row.originator_version)
        return stored.fact_or_unreadable(row)

    _tell(ledger)
    monkeypatch.setattr(configurations, "fact_or_unreadable", counted)
    for _ in range(3):
        assert SCORING_MODELS.now(ledger).version == 2
    assert decoded == [1, 2]
    ledger.execute(commands.define(SCORING_MODELS, lambda known: promote(known, "fit", 1, now=NOON), by()))
    assert SCORING_MODELS.now(ledger).at(NOON).version_of("fit") == 1
    assert decoded == [1, 2, 3]

    for horizon, version in ((Horizon(known_at=NOON), 0), (PRESENT, 3), (PRESENT, 3)):
        seen = stream_as_of(SCORING_MODELS.aggregate, reader, SCORING_MODELS.id, horizon, born=False)
        assert seen.version == version
    assert decoded == [1, 2, 3, 1, 2, 3], "once more for who reads the past, and then no more"


def test_a_configuration_is_no_other_kind_of_record(ledger: PostgresLedger) -> None:
    _tell(ledger)
    for _ in range(2):
        with pytest.raises(NotFound):
            ledger.read(CUSTOMER, SCORING_MODELS.id)
        assert SCORING_MODELS.now(ledger).version == 2


def test_of_a_log_that_was_restored_from_before_only_that_is_known(ledger: PostgresLedger, dsn: str) -> None:
    _tell(ledger)
    rows = _rows(dsn)
    there = list(rows)

    def select(_: UUID, first: int) -> Sequence[StoredFact]:
        return [row for row in there if row.originator_version >= first]

    streams = ConfigurationStreams(ConfigurationFacts(select))
    read = SCORING_MODELS.read

    def known() -> list[str]:
        stream = streams.of(read)
        return sorted(SCORING_MODELS.of(stream.state).models) if stream else []

    assert known() == ["engagement", "fit"]
    del there[1:]
    assert known() == ["fit"]
    there[:] = rows
    assert known() == ["engagement", "fit"]
    there.clear()
    assert known() == []


def test_of_one_that_has_grown_past_its_old_end_since_what_was_lost_is_known_no_more(
    ledger: PostgresLedger, other_process: PostgresLedger, reader: LogReader, owner_dsn: str
) -> None:
    """Other facts stand at the positions of those that were lost."""
    _tell(ledger)
    assert [fact.position for fact in reader.of_stream(SCORING_MODELS.id)] == [1, 2]
    assert sorted(SCORING_MODELS.now(ledger).models) == ["engagement", "fit"]

    restored_to(owner_dsn, 1)
    for model in (COMBINED, HEALTH):
        other_process.execute(commands.define_scoring_model(model, by()))

    assert sorted(SCORING_MODELS.now(ledger).models) == ["combined", "fit", "health"]
    assert reader.of_stream(SCORING_MODELS.id) == reader.at([1, 2, 3])


def _rows(dsn: str) -> list[StoredFact]:
    with psycopg.connect(dsn) as connection:
        cursor = connection.cursor(row_factory=args_row(StoredFact))
        cursor.execute(f"SELECT {stored.SELECTED} FROM crm.events ORDER BY originator_version")
        return cursor.fetchall()
