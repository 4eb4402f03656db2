"""What a command asks and tells, for as long as it runs."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from api.cli.wiring import Wiring
from api.ports import Services
from domain.problems import Problem
from domain.refusals import Refusal


@contextmanager
def opened(wiring: Wiring) -> Iterator[Services]:
    """Refusals become problems, which name the rule."""
    services = wiring.services()
    with closing(services.ledger):
        try:
            yield services
        except Refusal as refusal:
            raise Problem(f"{refusal.message} ({refusal.rule})") from refusal
