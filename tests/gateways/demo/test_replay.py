"""A second scoring model, tried on the demo's history beside the one that is live."""

from contextlib import closing
from datetime import UTC, date, datetime

from gateways.demo import load
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from intake import ask_for_replay
from projections.engine.database import connect, transaction
from projections.replays import jobs
from projections.replays.comparing import with_live
from projections.replays.running import run_replay

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)


def test_the_second_model_is_compared_with_the_live_one_over_the_whole_history(
    ledger: PostgresLedger, dsn: str
) -> None:
    load(ledger, today=date(2026, 7, 1), now=NOW, progress=lambda *_: None)
    asked = ask_for_replay(dsn, ledger, NOW)
    assert ask_for_replay(dsn, ledger, NOW) == asked

    with closing(LogReader(dsn)) as log:
        assert run_replay(dsn, log, lambda: NOW) == asked.id

    with closing(connect(dsn)) as connection, transaction(connection) as cursor:
        report = jobs.found(cursor, asked.id).reported()
        assert report.changes == with_live(cursor, asked.table)
    assert asked.asked.live is not None
    assert report.live is not None
    assert report.changes is not None
    assert report.customers == report.changes.customers > 100
    assert 0 < report.outcomes < report.judged
    assert report.changes.movers
    for each in (report.tried, report.live):
        assert sum(decile.outcomes for decile in each.deciles) == report.outcomes
        assert each.auc is not None
        assert each.auc > 0.5
