"""A replay of a scoring model over a long history: everybody scored as of half a year ago, judged by what came
then.

`rescored`: the events of leads and customers that the models look at, a second, in one process; with the model
alone, and beside the live one. `reading_share`: the share of that time that went into reading them out of the log.
`report`: the seconds that the measures take on top. A log of 1.5 million events, of which 1 million
are read; of 15 million with FULL=1.
"""

import time
import tomllib
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from msgspec.structs import replace

from benchmarks.long_log import grow
from benchmarks.report import figure, full
from benchmarks.setting import new_log, own_server, owner_dsn, run
from domain.scoring import ModelVersion, ScoringModel, ScoringModels, model_of
from domain.scoring.replaying import Replay, order_replay
from gateways.log.reader import LogReader
from projections.engine.database import connect, transaction
from projections.engine.schema import create_schema
from projections.replays import desk, jobs
from projections.replays.running import run_replay

_EVENTS = 1_500_000
_SCORES = Path(__file__).parents[1] / "docs" / "scores"


def main() -> None:
    now = datetime.now(UTC)
    tried, live = _model("engagement_v2.toml"), _model("engagement.toml")
    alone = order_replay(ScoringModels(), tried, as_of=now - timedelta(days=180), now=now)
    beside = replace(alone, live=ModelVersion(model=live, version=1, defined_at=now, defined_by="bench"))
    with own_server() as (postgres, _):
        dsn = new_log(postgres, "replay")
        events = grow(dsn, owner_dsn(postgres, "replay"), 10 * _EVENTS if full() else _EVENTS)
        figure("replay", "log", ours=events, unit="events")
        with closing(connect(dsn)) as connection:
            create_schema(connection)
        for name, asked in (("alone", alone), ("beside_live", beside)):
            _replay(dsn, name, asked, now)


def _replay(dsn: str, name: str, asked: Replay, now: datetime) -> None:
    job = desk.ask(dsn, uuid4(), asked, by="bench", at=now)
    began = time.perf_counter()
    with closing(LogReader(dsn)) as log:
        run_replay(dsn, log, lambda: now)
    seconds = time.perf_counter() - began
    with closing(connect(dsn)) as connection, transaction(connection) as cursor:
        report = jobs.found(cursor, job.id).reported()
    figure("replay", f"customers_{name}", ours=report.customers, unit="customers")
    figure("replay", f"read_{name}", ours=report.run.events, unit="events")
    figure("replay", f"rescored_{name}", ours=report.run.events / report.run.seconds, unit="events/s")
    figure("replay", f"reading_share_{name}", ours=report.run.reading_share, unit="of the time")
    figure("replay", f"report_{name}", ours=seconds - report.run.seconds, unit="s")


def _model(name: str) -> ScoringModel:
    return model_of(tomllib.loads((_SCORES / name).read_text(encoding="utf-8")))


if __name__ == "__main__":
    run(main)
