"""Runs the replays that were asked for, one after the other."""

from api.ports import Services
from projections.replays.running import run_replay


class Replays:
    """A job of the scheduler, in a thread of its own: what is due is not held up. Ended in the middle of one, it
    is gone on with by the next scheduler."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def __call__(self) -> None:
        services = self._services
        while run_replay(services.dsn, services.log, services.clock) is not None:
            pass
