"""Live, rebuilt, built in ranges, from the topic anew, as of now, what-if with nothing changed: the same rows."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain import commands
from domain.customers import (
    CUSTOMER,
    CustomerDuplicatesFound,
    CustomerLeftOrganisation,
    CustomerMemberLeft,
    change_profile,
    register,
)
from domain.customers import EVENTS as CUSTOMER_EVENTS
from domain.horizon import Horizon
from domain.leads import EVENTS as LEAD_EVENTS
from domain.leads.assignment_events import LeadAssigned, LeadPooled, LeadReleased
from gateways.kafka.message import partition_of
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.catalogue import FOLDS
from projections.engine.as_of import state_as_of
from projections.engine.bulk.building import build
from projections.engine.bulk.keys import FoldedKeys
from projections.engine.bulk.rebuild import rebuild
from projections.engine.bulk.what_if import scratch
from projections.engine.database import Connection, connect, transaction
from projections.engine.digest import digest
from projections.engine.fold import Fold
from projections.engine.schema import create_schema
from projections.engine.tables import Tables
from projections.scores.fold import score_fold
from tests.projections.engine.conftest import PARTITIONS, Told, digest_of, live, topic
from tests.support.facts import NOON, by
from tests.support.log import CLOCK, number, tell_by_chance
from tests.support.log_of_customers import tell_of_customers_by_chance
from tests.support.scoring_models import COMBINED

FOR_EVER = Horizon(as_of=CLOCK)
EVERY: tuple[Fold[Any], ...] = (*FOLDS, score_fold(COMBINED))


@dataclass(frozen=True)
class Arrivals:
    """How a history arrives: so many facts at once, so many of those before them once more; and in which ranges of
    keys it is built."""

    seed: int
    batches: Sequence[int]
    again: Sequence[int]
    events_a_range: int


ARRIVALS = st.builds(
    Arrivals,
    seed=st.integers(0, 10_000),
    batches=st.lists(st.integers(1, 60), min_size=1, max_size=9),
    again=st.lists(st.integers(0, 6), min_size=1, max_size=4),
    events_a_range=st.sampled_from([20, 90, 1_000]),
)


@settings(
    max_examples=5,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example takes seconds
)
@given(arrivals=ARRIVALS)
def test_all_runs_of_a_fold_give_the_same(
    arrivals: Arrivals, new_dsn: Callable[[], AbstractContextManager[str]]
) -> None:
    """Histories with late facts, links and their undoing, and what comes more than once."""
    with new_dsn() as dsn, closing(LogReader(dsn)) as reader, closing(connect(dsn)) as reads:
        with closing(PostgresLedger(dsn)) as ledger:
            tell_by_chance(ledger, seed=arrivals.seed, steps=200)
            tell_of_customers_by_chance(ledger, seed=arrivals.seed, steps=200)
        create_schema(reads)
        told = topic(reader)
        for fold in EVERY:
            lived = _lived(fold, reads, reader, told, arrivals)

            assert rebuild(dsn, fold, reader, _partition, partitions=PARTITIONS, compare=True).same is True
            assert digest_of(reads, fold) == lived
            assert _in_ranges(dsn, fold, reader, reads, arrivals.events_a_range) == lived
            assert _from_the_topic(fold, reads, reader, told) == lived
            with scratch(dsn, fold, reader) as cursor:
                assert digest(cursor, Tables(fold)) == lived
            with scratch(dsn, fold, reader, horizon=FOR_EVER) as cursor:
                assert digest(cursor, Tables(fold)) == lived


def _lived(fold: Fold[Any], reads: Connection, reader: LogReader, told: Sequence[Told], arrivals: Arrivals) -> str:
    """The digest after deliveries in batches, some of them more than once."""
    folding = live(fold, reads, reader)
    done = number = 0
    while done < len(told):
        step = arrivals.batches[number % len(arrivals.batches)]
        once_more = arrivals.again[number % len(arrivals.again)]
        folding.apply(reads, told[max(0, done - once_more) : done + step])
        done, number = done + step, number + 1
    return digest_of(reads, fold)


def _in_ranges(dsn: str, fold: Fold[Any], reader: LogReader, reads: Connection, events: int) -> str:
    ranged = replace(fold, name=f"{fold.name}_ranged")
    build(dsn, ranged, reader, upto=reader.end(), events_a_range=events)
    return digest_of(reads, ranged)


def _from_the_topic(fold: Fold[Any], reads: Connection, reader: LogReader, told: Sequence[Told]) -> str:
    """The digest of tables that begin empty, with the topic's first record."""
    anew = replace(fold, name=f"{fold.name}_anew")
    live(anew, reads, reader).apply(reads, told)
    return digest_of(reads, anew)


@pytest.mark.parametrize("seed", range(2))
def test_as_of_now_is_the_live_state(
    seed: int, ledger: PostgresLedger, reads: Connection, reader: LogReader
) -> None:
    tell_by_chance(ledger, seed=seed, steps=300)
    tell_of_customers_by_chance(ledger, seed=seed, steps=300)
    for fold in EVERY:
        live(fold, reads, reader).apply(reads, topic(reader))
        with transaction(reads) as cursor:
            cursor.execute(f"SELECT key FROM {fold.name}")
            keys = [key for (key,) in cursor.fetchall()]
            states = Tables(fold).load(cursor, keys)

        assert keys
        assert {key: state_as_of(fold, reader, key, Horizon(as_of=CLOCK)) for key in keys} == states


def _partition(customer_id: object) -> int:
    return partition_of(customer_id, PARTITIONS)  # type: ignore[arg-type]


def test_the_history_tells_of_leads_identity_and_custom_fields(ledger: PostgresLedger, reader: LogReader) -> None:
    tell_by_chance(ledger, seed=0, steps=10)
    tell_of_customers_by_chance(ledger, seed=0, steps=400)
    told = {type(delivery.fact.event) for delivery in topic(reader)}
    elsewhere = {CustomerDuplicatesFound, CustomerLeftOrganisation, CustomerMemberLeft}
    elsewhere |= {LeadAssigned, LeadReleased, LeadPooled}

    assert {*LEAD_EVENTS, *CUSTOMER_EVENTS} - told == elsewhere


@pytest.mark.parametrize("fold", FOLDS, ids=lambda fold: fold.name)
def test_what_is_told_of_a_time_before_the_registration_can_be_folded(
    fold: Fold[Any], ledger: PostgresLedger, reader: LogReader
) -> None:
    """As of then, the registration is not among the facts."""
    ada = number(1, 0)
    ledger.execute(commands.register_customer(ada, register(kind="person", name="Ada"), by(occurred_at=NOON)))
    late = by(occurred_at=NOON - timedelta(days=3))
    ledger.execute(commands.tell(CUSTOMER, ada, lambda known: change_profile(known, name="Ada L."), late))
    then = Horizon(as_of=NOON - timedelta(days=1))

    folded = FoldedKeys(fold, reader, upto=reader.end(), horizon=then)

    assert len(list(folded)) == folded.facts
    assert folded.parked == []
