"""Live, rebuilt, as of now and what-if with nothing changed: the same rows, for any history."""

from random import Random

import pytest

from domain.customers import EVENTS as CUSTOMER_EVENTS
from domain.customers import (
    CustomerDuplicatesFound,
    CustomerLeftOrganisation,
    CustomerMemberLeft,
)
from domain.horizon import Horizon
from domain.leads import EVENTS as LEAD_EVENTS
from domain.leads.assignment_events import LeadAssigned, LeadPooled, LeadReleased
from gateways.kafka.message import partition_of
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.catalogue import FOLDS
from projections.engine.as_of import state_as_of
from projections.engine.database import Connection, transaction
from projections.engine.digest import digest
from projections.engine.rebuild import rebuild
from projections.engine.tables import Tables
from projections.engine.what_if import scratch
from tests.projections.engine.conftest import PARTITIONS, digest_of, live, topic
from tests.support.log import CLOCK, tell_by_chance
from tests.support.log_of_customers import tell_of_customers_by_chance


@pytest.mark.parametrize("seed", range(4))
def test_all_runs_of_a_fold_give_the_same(
    seed: int, ledger: PostgresLedger, reads: Connection, reader: LogReader, dsn: str
) -> None:
    tell_by_chance(ledger, seed=seed, steps=500)
    tell_of_customers_by_chance(ledger, seed=seed, steps=400)
    random = Random(seed)  # noqa: S311
    told = topic(reader)
    for fold in FOLDS:
        folding = live(fold, reads, reader)
        done = 0
        while done < len(told):
            step = random.randrange(1, 40)
            folding.apply(reads, told[max(0, done - random.randrange(5)) : done + step])
            done += step
        lived = digest_of(reads, fold)

        with scratch(dsn, fold, reader) as cursor:
            assert digest(cursor, Tables(fold)) == lived
        rebuilt = rebuild(dsn, fold, reader, _partition, partitions=PARTITIONS, compare=True)
        assert rebuilt.same is True
        assert digest_of(reads, fold) == lived


@pytest.mark.parametrize("seed", range(2))
def test_as_of_now_is_the_live_state(
    seed: int, ledger: PostgresLedger, reads: Connection, reader: LogReader
) -> None:
    tell_by_chance(ledger, seed=seed, steps=300)
    tell_of_customers_by_chance(ledger, seed=seed, steps=300)
    for fold in FOLDS:
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
