"""The live run: each event once, in order, whatever the topic does."""

import pytest

from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.customer_360.fold import CUSTOMER_360
from projections.deals.fold import DEALS
from projections.engine import positions
from projections.engine.database import Connection, transaction
from projections.engine.positions import Place
from tests.projections.engine.conftest import Told, digest_of, keys_of, live, topic
from tests.support.log import number, tell_by_chance


@pytest.fixture(autouse=True)
def _history(ledger: PostgresLedger) -> None:
    tell_by_chance(ledger, seed=1, steps=600)


def test_batches_of_any_size_give_the_same(reads: Connection, reader: LogReader) -> None:
    folding = live(DEALS, reads, reader)
    folding.apply(reads, topic(reader))
    at_once = digest_of(reads, DEALS)
    _forget(reads)

    for delivery in topic(reader):
        folding.apply(reads, [delivery])

    assert digest_of(reads, DEALS) == at_once


def test_what_was_folded_before_is_dropped(reads: Connection, reader: LogReader) -> None:
    folding = live(CUSTOMER_360, reads, reader)
    told = topic(reader)
    folding.apply(reads, told[:80])
    folding.apply(reads, told[60:])
    before = digest_of(reads, CUSTOMER_360)

    folding.apply(reads, told[40:])

    assert digest_of(reads, CUSTOMER_360) == before


def test_what_the_topic_lost_is_read_from_the_log(reads: Connection, reader: LogReader) -> None:
    folding = live(CUSTOMER_360, reads, reader)
    told = topic(reader)
    folding.apply(reads, told)
    whole = digest_of(reads, CUSTOMER_360)
    _forget(reads, "customer_360")

    folding.apply(reads, told[:20])
    assert len(told) > 150, "the seed tells enough"
    folding.apply(reads, told[70:])

    assert digest_of(reads, CUSTOMER_360) == whole


def test_a_single_version_of_a_stream_that_is_missing_is_noticed_and_read_from_the_log(
    reads: Connection, reader: LogReader, caplog: pytest.LogCaptureFixture
) -> None:
    folding = live(DEALS, reads, reader)
    told = topic(reader)
    folding.apply(reads, told)
    whole = digest_of(reads, DEALS)
    _forget(reads)
    missing = next(each for each in told if each.fact.stream_id == number(2, 0) and each.fact.version == 2)

    folding.apply(reads, [each for each in told if each != missing])

    assert f"the topic lacks events before position {_next(told, missing).fact.position}" in caplog.text
    assert digest_of(reads, DEALS) == whole


def _next(told: list[Told], before: Told) -> Told:
    """The one behind it in its partition."""
    return next(e for e in told if e.partition == before.partition and e.offset == before.offset + 1)


def test_the_position_moves_with_the_rows(reads: Connection, reader: LogReader) -> None:
    folding = live(DEALS, reads, reader)
    told = topic(reader)

    folding.apply(reads, told)

    with transaction(reads) as cursor:
        places = positions.lock(cursor, "deals")
    last = {
        delivery.partition: Place(delivery.fact.position, delivery.offset + 1, delivery.fact.recorded_at)
        for delivery in told
    }
    assert places == last


def test_a_batch_that_fails_leaves_rows_and_position(
    reads: Connection, reader: LogReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    folding = live(DEALS, reads, reader)

    with monkeypatch.context() as broken:
        broken.setattr(positions, "advance", _power_cut)
        with pytest.raises(ConnectionError):
            folding.apply(reads, topic(reader))
    assert keys_of(reads, DEALS) == 0

    folding.apply(reads, topic(reader))
    assert keys_of(reads, DEALS) > 0


def _power_cut(*_: object) -> None:
    raise ConnectionError("the lights went out")


def _forget(connection: Connection, fold: str = "deals") -> None:
    """As if the fold were new."""
    with transaction(connection) as cursor:
        cursor.execute(f"TRUNCATE {fold}")
        cursor.execute("SELECT to_regclass(%s)", (f"{fold}_history",))
        found = cursor.fetchone()
        if found and found[0]:
            cursor.execute(f"TRUNCATE {fold}_history")
        cursor.execute("UPDATE fold_positions SET position = 0, next_offset = 0 WHERE fold = %s", (fold,))
