"""The composition root's part for what comes in by the file."""

from datetime import datetime
from pathlib import Path

from api.cli.wiring import History, Progress
from api.http.examples import REPLAY_ID
from domain.ledger import Ledger
from domain.scoring import SCORING_MODELS
from domain.scoring.replaying import order_replay
from gateways.log.ledger import PostgresLedger
from process import collect_seldom, new_id, now
from projections.engine.reading import ReadModels
from projections.replays import desk
from projections.replays.jobs import ReplayJob

_PATIENCE_SECONDS = 60.0


def import_into(
    dsn: str, file: Path, mapping: Path, *, actor: str, rejects: Path | None, progress: Progress
) -> object:
    """What was imported, as text."""
    from gateways.imports.importer import import_file
    from gateways.imports.mapping_file import read_mapping
    from projections.duplicates.looking import look

    ledger, reads = PostgresLedger(dsn, patience_seconds=_PATIENCE_SECONDS), ReadModels(dsn)
    collect_seldom()
    try:
        return import_file(
            file,
            read_mapping(mapping),
            ledger,
            now=now(),
            new_id=new_id,
            actor=actor,
            rejects=rejects,
            progress=progress,
            look=lambda newcomers: look(reads, ledger, "import", newcomers),
        )
    finally:
        ledger.close()
        reads.close()


def load_demo_into(dsn: str, progress: Progress) -> History:
    """The demo's history, as it was told."""
    from gateways.demo.load import load

    ledger = PostgresLedger(dsn, patience_seconds=_PATIENCE_SECONDS)
    try:
        loaded = load(ledger, today=now().date(), now=now(), progress=progress)
        ask_for_replay(dsn, ledger, now())
        return loaded
    finally:
        ledger.close()


def ask_for_replay(dsn: str, ledger: Ledger, at: datetime) -> ReplayJob:
    """The demo's second scoring model, tried on its history as it was three months ago: once, however often asked.

    A worker of the scheduler runs it.
    """
    from gateways.demo.scoring_models import TRIED

    asked = order_replay(SCORING_MODELS.now(ledger), TRIED, as_of=None, now=at)
    return desk.ask(dsn, REPLAY_ID, asked, by="Greta", at=at)
