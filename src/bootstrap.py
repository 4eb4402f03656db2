"""The composition root: the only place that knows every part."""

import logging
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from api.cli.app import create_cli
from api.cli.wiring import Addresses, History, NotWired, Progress, Stack
from api.ports import Services
from gateways.log.ledger import PostgresLedger
from gateways.log.migrate import check_up_to_date, migrate
from gateways.log.reader import LogReader
from gateways.log.self_test import check_append_only
from process import collect_seldom, new_id, now
from projections.engine.bulk.rebuild import Rebuilt
from projections.engine.fold import Fold
from projections.engine.past.keeping import Room
from projections.engine.past.models import PastModels
from projections.engine.past.states import PastStates
from projections.engine.reading import ReadModels
from settings import Settings

if TYPE_CHECKING:
    from analysis import Analysis
    from gateways.embedded.stack import Addresses as EmbeddedAddresses
    from gateways.identity.identities import Identities

__all__ = ["Wiring", "collect_seldom", "main", "new_id", "now", "open_log"]


class Wiring:
    """Builds each part on demand, over the servers that the settings name, or over the embedded stack."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def addresses(self) -> Addresses:
        """Where the servers are.

        Raises:
            NotWired: no servers are named, and no embedded stack runs.
        """
        settings = self.settings
        if settings.postgres_dsn is not None:
            return Addresses(settings.postgres_dsn, settings.kafka_bootstrap or "127.0.0.1:9092")
        found = self._embedded()
        return Addresses(found.dsn, found.bootstrap)

    def services(self) -> Services:
        dsn, settings = self._checked().dsn, self.settings
        log, reads, room = LogReader(dsn), ReadModels(dsn), Room(settings.past_models, settings.past_megabytes)
        return Services(
            ledger=PostgresLedger(dsn, patience_seconds=settings.command_seconds),
            log=log,
            reads=reads,
            # Two processes: of a long log not in the one that answers.
            past=PastModels(dsn, log, reads, room=room, processes=2),
            past_states=PastStates(log.stories),
            dsn=dsn,
            topic=settings.topic,
            clock=now,
            new_id=new_id,
        )

    def clock(self) -> datetime:
        return now()

    def analysis(self) -> "Analysis":
        from analysis import Analysis

        return Analysis(self._checked().dsn, self.settings.topic, now)

    def identities(self, services: Services) -> "Identities":
        """Finds out who asks; to be closed."""
        from gateways.identity.identities import Identities

        return Identities(services.ledger, services.log, clock=services.clock, provider=self.settings.provider)

    def migrate(self) -> list[str]:
        settings = self.settings
        if settings.postgres_dsn is None and settings.postgres_owner_dsn is None:
            found = self._embedded()
            return migrate(found.owner_dsn, found.dsn)
        if settings.postgres_dsn is None or settings.postgres_owner_dsn is None:
            raise NotWired(
                "`crm migrate` needs two addresses of the database: set CRM_POSTGRES_OWNER_DSN to it as the role "
                "that owns the log, and CRM_POSTGRES_DSN to it as the application's role, made where it is missing"
            )
        return migrate(settings.postgres_owner_dsn, settings.postgres_dsn)

    def serve(self, host: str, port: int) -> None:
        import uvicorn

        from api.cli.running import stop_signal
        from api.http.app import create_app

        self._read_models()
        services = self.services()
        services.past.clear_up()
        # The server ends by sending itself the signal again, to die of it; there is something left to be closed.
        stop_signal(hard_after=2)
        # Closed after the server, which ends when the requests in flight are answered.
        with closing(services.ledger), closing(services.past), closing(self.identities(services)) as identity:
            app = create_app(services, identity)
            collect_seldom()
            # The writer begins with the first commands of a burst, not when the event loop is through with all:
            # 8 to 18 % more commands a second than with Python's own 5 ms, 3 to 12 % more than with 0.5 ms.
            sys.setswitchinterval(0.002)
            uvicorn.run(
                app,
                host=host,
                port=port,
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=12,  # longer than any answer takes
            )

    def relay(self, stopped: Callable[[], bool]) -> None:
        from api.cli.running import keep_running
        from gateways.kafka.running_relay import run_relay

        addresses, settings = self._checked(), self.settings
        reader = LogReader(addresses.dsn)
        collect_seldom()
        keep_running(
            lambda: run_relay(
                addresses.dsn, addresses.bootstrap, settings.topic, settings.partitions, reader, stopped
            ),
            stopped,
        )

    def project(self, stopped: Callable[[], bool]) -> None:
        from api.cli.running import keep_running

        self._checked()
        ran: dict[str, int] = {}
        keep_running(lambda: self.project_once(stopped, ran), stopped)

    def schedule(self, stopped: Callable[[], bool]) -> None:
        from api.schedule.due_tasks import DueTasks
        from api.schedule.jobs import Job
        from api.schedule.recalls import Recalls
        from api.schedule.replays import Replays
        from api.schedule.running import run_scheduler

        services = self.services()
        jobs = [
            Job("tasks", every=1.0, run=DueTasks(services)),
            Job("recalls", every=2.0, run=Recalls(services)),
            Job("replays", every=1.0, run=Replays(services)),
        ]
        with closing(services.ledger):
            run_scheduler(jobs, services, stopped)

    def rebuild(self, fold: Fold[Any], *, compare: bool, processes: int, progress: Progress) -> Rebuilt:
        from gateways.kafka.message import partition_of
        from projections.engine.bulk.rebuild import rebuild

        partitions, dsn = self.settings.partitions, self._read_models()
        with closing(LogReader(dsn)) as log:
            return rebuild(
                dsn,
                fold,
                log,
                lambda customer_id: partition_of(customer_id, partitions),
                partitions=partitions,
                compare=compare,
                processes=processes,
                progress=progress,
            )

    def switch_back(self, fold: Fold[Any]) -> None:
        from projections.engine.bulk.rebuild import back

        back(self._read_models(), fold, partitions=self.settings.partitions)

    def import_file(
        self, file: Path, mapping: Path, *, actor: str, rejects: Path | None, progress: Progress
    ) -> object:
        from intake import import_into

        return import_into(self._checked().dsn, file, mapping, actor=actor, rejects=rejects, progress=progress)

    def load_demo(self, progress: Progress) -> History:
        from intake import load_demo_into

        return load_demo_into(self.addresses.dsn, progress)

    def stack(self) -> Stack:
        """The embedded servers with our own processes on them, started."""
        from gateways.embedded.running_stack import RunningStack

        settings = self.settings
        return RunningStack.start(settings.data_folder, settings.api_host, settings.api_port, self._prepare)

    def _checked(self) -> Addresses:
        """Where the servers are, after a look whether the log is of our version and closed to changes."""
        addresses = self.addresses
        check_up_to_date(addresses.dsn)
        check_append_only(addresses.dsn)
        return addresses

    def _read_models(self) -> str:
        """Where the read models are, in a schema that is there."""
        from projections.engine.database import connect
        from projections.engine.schema import create_schema

        dsn = self._checked().dsn
        with closing(connect(dsn)) as connection:
            create_schema(connection)
        return dsn

    def _embedded(self) -> "EmbeddedAddresses":
        from gateways.embedded.stack import running

        folder = self.settings.data_folder
        found = running(folder)
        if found is None:
            raise NotWired(
                f"no embedded stack runs on {folder.absolute()}; start it with `crm up`, "
                "or name the servers in CRM_POSTGRES_DSN and CRM_KAFKA_BOOTSTRAP"
            )
        return found

    def _prepare(self, addresses: Any) -> None:
        """What the embedded servers need before our processes start; the broker forgets all when it ends."""
        from gateways.kafka.topic import ensure_topic

        migrate(addresses.owner_dsn, addresses.dsn)
        ensure_topic(addresses.bootstrap, self.settings.topic, self.settings.partitions)

    def project_once(self, stopped: Callable[[], bool], ran: dict[str, int]) -> None:
        from gateways.kafka.consumer import EventConsumer
        from gateways.kafka.message import partition_of
        from gateways.kafka.topic import ensure_topic
        from projections.catalogue import DECISIVE, folds
        from projections.engine.projector import Projector

        addresses, settings = self.addresses, self.settings
        ensure_topic(addresses.bootstrap, settings.topic, settings.partitions)
        # Each is closed where the next one cannot be built: it is tried again and again.
        with closing(PostgresLedger(addresses.dsn)) as ledger, closing(LogReader(addresses.dsn)) as log:
            projector = Projector(
                addresses.dsn,
                lambda: folds(ledger, now()),
                log,
                lambda: EventConsumer(
                    addresses.bootstrap,
                    settings.topic,
                    settings.partitions,
                    session_seconds=settings.session_seconds,
                ),
                topic=settings.topic,
                partitions=settings.partitions,
                partition_of=lambda customer_id: partition_of(customer_id, settings.partitions),
                decisive=DECISIVE,
                ran=ran,
            )
            collect_seldom()
            with closing(projector):
                projector.run(stopped)


def open_log(dsn: str | None = None) -> LogReader:
    """The log, for those who fold it themselves: at that address, else where the settings (or the embedded stack)
    say that it is.

    Raises:
        NotWired: no servers are named, and no embedded stack runs.
    """
    return LogReader(dsn or Wiring(Settings()).addresses.dsn)


def main() -> None:
    """The `crm` command."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # It tells of each try to connect; what comes of it, we say ourselves.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    try:
        settings = Settings()
    except ValidationError as error:
        for each in error.errors():
            print(f"crm: CRM_{str(each['loc'][0]).upper()}: {each['msg']}", file=sys.stderr)
        sys.exit(2)
    try:
        create_cli(Wiring(settings))()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
