"""Facts may decide which folds there are: what was defined is folded from then on, and from the beginning."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from domain import commands
from domain.events import Event
from domain.leads.qualification import LEAD_QUALIFICATION, LeadQualificationDefined, define_minimum
from domain.ledger import Ledger
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections import catalogue
from projections.deals.fold import DEALS
from projections.engine import positions
from projections.engine.database import Connection, transaction
from projections.engine.decided import DecidedFolds
from projections.engine.fold import Fold
from tests.projections.engine.conftest import Silent, digest_of, fresh_within, projector, rebuilt, topic
from tests.support.facts import by
from tests.support.log import tell_by_chance

DECIDES = frozenset[type[Event]]({LeadQualificationDefined})


def _decided(ledger: Ledger) -> list[Fold[Any]]:
    """Deals once more under another name, in as many versions as the minimum for qualifying leads was set."""
    version = LEAD_QUALIFICATION.now(ledger).version
    return [replace(DEALS, name="deals_again", version=version)] if version else []


def _define(ledger: PostgresLedger) -> None:
    ledger.execute(commands.define(LEAD_QUALIFICATION, lambda _: [define_minimum(framework="bant")], by()))


@pytest.fixture
def ask(ledger: PostgresLedger, monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[Fold[Any], ...]]:
    monkeypatch.setattr(catalogue, "FOLDS", (DEALS,))
    monkeypatch.setattr(catalogue, "DECIDED", (DecidedFolds(DECIDES, _decided, lambda _log, _horizon: []),))
    return lambda: catalogue.folds(ledger)


def test_a_fold_that_facts_decided_on_is_there_as_long_as_they_say_so(
    ledger: PostgresLedger, ask: Callable[[], tuple[Fold[Any], ...]]
) -> None:
    assert [fold.name for fold in ask()] == ["deals"]
    _define(ledger)

    assert [fold.name for fold in ask()] == ["deals", "deals_again"]
    assert catalogue.fold_named("deals_again", ledger).version == 1


def test_a_running_projector_folds_what_is_decided_on_meanwhile(
    ledger: PostgresLedger,
    reads: Connection,
    reader: LogReader,
    dsn: str,
    ask: Callable[[], tuple[Fold[Any], ...]],
) -> None:
    """First a new fold, then another version of it; both times the log so far is in it, and what comes."""
    tell_by_chance(ledger, seed=1, steps=200)
    seen: list[int | None] = [None]

    class Deciding(Silent):
        """Delivers the topic as it grows; something is decided on twice."""

        def poll(self, _: float) -> list[Any]:
            if seen[-1] != (version := _version(reads)) or len(seen) == 1:
                seen.append(version)
                tell_by_chance(ledger, seed=len(seen), steps=50)
                if version != 2:
                    _define(ledger)
            return topic(reader)

    there = fresh_within(dsn, [replace(DEALS, name="deals_again", version=2)], reader.end)
    projector(dsn, ask, reader, 3, lambda: seen[-1] == 2 and there(), Deciding, DECIDES)

    assert seen == [None, None, 1, 2]
    lived = digest_of(reads, replace(DEALS, name="deals_again"))
    assert rebuilt(reads, catalogue.fold_named("deals_again", ledger), reader).same is True
    assert lived == digest_of(reads, replace(DEALS, name="deals_again"))


def _version(reads: Connection) -> int | None:
    with transaction(reads) as cursor:
        return positions.stored_version(cursor, "deals_again")
