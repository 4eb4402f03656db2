"""Facts may decide which folds there are: what was defined is folded from then on, and from the beginning."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace as replace_struct

from domain import commands
from domain.events import Event
from domain.leads.qualification import LEAD_QUALIFICATION, LeadQualificationDefined, define_minimum
from domain.ledger import Ledger
from domain.scoring import SCORING_MODELS, Live, Stood, promote
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections import catalogue
from projections.deals.fold import DEALS
from projections.engine import positions
from projections.engine.database import Connection, transaction
from projections.engine.decided import DecidedFolds
from projections.engine.fold import Fold
from projections.scores.decided import SCORES
from projections.scores.fold import model_version
from projections.scores.query import Rows, rows_now
from tests.projections.engine.conftest import Silent, digest_of, fresh_within, projector, rebuilt, topic
from tests.support.facts import DAY, NOON, by
from tests.support.log import tell_by_chance
from tests.support.scoring_models import FIT

DECIDES = frozenset[type[Event]]({LeadQualificationDefined})


def _decided(ledger: Ledger, _: datetime) -> list[Fold[Any]]:
    """Deals once more under another name, in as many versions as the minimum for qualifying leads was set."""
    version = LEAD_QUALIFICATION.now(ledger).version
    return [replace(DEALS, name="deals_again", version=version)] if version else []


def _define(ledger: PostgresLedger) -> None:
    ledger.execute(commands.define(LEAD_QUALIFICATION, lambda _: [define_minimum(framework="bant")], by()))


@pytest.fixture
def ask(ledger: PostgresLedger, monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[Fold[Any], ...]]:
    monkeypatch.setattr(catalogue, "FOLDS", (DEALS,))
    monkeypatch.setattr(
        catalogue, "DECIDED", (DecidedFolds(DECIDES, _decided, lambda _log, _horizon, _moment: []),)
    )
    return lambda: catalogue.folds(ledger, NOON)


def test_a_fold_that_facts_decided_on_is_there_as_long_as_they_say_so(
    ledger: PostgresLedger, ask: Callable[[], tuple[Fold[Any], ...]]
) -> None:
    assert [fold.name for fold in ask()] == ["deals"]
    _define(ledger)

    assert [fold.name for fold in ask()] == ["deals", "deals_again"]
    assert catalogue.fold_named("deals_again", ledger, NOON).version == 1


def test_the_version_of_a_score_that_comes_is_folded_beside_the_one_that_is_live(ledger: PostgresLedger) -> None:
    """Its moment changes nothing but who is asked: the name leads to its rows from then on."""
    later = replace_struct(FIT, effective_from=NOON + DAY)
    for model in (FIT, later):
        ledger.execute(commands.define_scoring_model(model, by()))
        if model is FIT:
            ledger.execute(commands.define(SCORING_MODELS, lambda known: promote(known, "fit", 1, now=NOON), by()))

    def tables(moment: datetime) -> list[tuple[str, int]]:
        return [(fold.name, model_version(fold.version)) for fold in SCORES.folds(ledger, moment)]

    assert tables(NOON) == [("score_fit", 1), ("score_1_fit", 2)]
    assert tables(NOON + DAY) == [("score_1_fit", 2)]
    named = [catalogue.fold_named("score_fit", ledger, moment).name for moment in (NOON, NOON + DAY)]
    assert named == ["score_fit", "score_1_fit"]


@pytest.mark.parametrize(
    ("live", "there", "found"),
    [
        (Live(Stood(1)), {}, None),
        (Live(Stood(2), Stood(1)), {"score_fit": 2}, Rows("score_fit", 2)),
        (Live(Stood(2), Stood(1)), {"score_fit": 1}, Rows("score_fit", 1)),
        (Live(Stood(2, 1), Stood(1)), {"score_fit": 1, "score_1_fit": 2}, Rows("score_1_fit", 2)),
        (Live(Stood(2, 1), Stood(1)), {"score_fit": 1}, Rows("score_fit", 1)),
        (Live(Stood(3, 2), Stood(2, 1)), {"score_1_fit": 2, "score_2_fit": 3}, Rows("score_2_fit", 3)),
        (Live(Stood(4, 3), Stood(3, 2)), {"score_1_fit": 2, "score_2_fit": 3}, Rows("score_2_fit", 3)),
    ],
)
def test_until_its_own_rows_are_there_those_of_the_version_before_answer(
    live: Live, there: dict[str, int], found: Rows | None
) -> None:
    assert rows_now(there, "fit", live) == found


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
    assert rebuilt(reads, catalogue.fold_named("deals_again", ledger, NOON), reader).same is True
    assert lived == digest_of(reads, replace(DEALS, name="deals_again"))


def _version(reads: Connection) -> int | None:
    with transaction(reads) as cursor:
        return positions.stored_version(cursor, "deals_again")
