"""Both servers as one: what `crm up` runs, and what other terminals find."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import msgspec

from gateways.embedded.broker import EmbeddedBroker
from gateways.embedded.claim import Claim
from gateways.embedded.layout import lay_out, run_folder, save
from gateways.embedded.leftovers import end_leftovers
from gateways.embedded.postgres import EmbeddedPostgres
from gateways.embedded.problems import StackProblem
from gateways.embedded.processes import ProcessId, this_process


class Addresses(msgspec.Struct, frozen=True):
    """Where a running stack is reached, and by whom it is run. Only migrations use `owner_dsn`."""

    dsn: str
    owner_dsn: str
    bootstrap: str
    owner: ProcessId


class Stack:
    """PostgreSQL and the broker on one folder, run by this process and ended with it."""

    def __init__(self, postgres: EmbeddedPostgres, broker: EmbeddedBroker, undo: ExitStack) -> None:
        self.addresses = Addresses(postgres.dsn(), postgres.owner_dsn(), broker.bootstrap, this_process())
        self._postgres = postgres
        self._broker = broker
        self._undo = undo

    @classmethod
    def start(cls, folder: Path, *, durable: bool = True, broker_port: int | None = None) -> Stack:
        """Return when both answer; on a StackProblem nothing of it runs any more.

        The folder is made if it is missing, refused if another living process runs on it, and freed of what a
        killed owner left running on it.
        """
        try:
            folder = lay_out(folder)
            with ExitStack() as undo:
                undo.callback(Claim.on(folder).release)
                end_leftovers(folder)
                postgres = EmbeddedPostgres.start(folder, durable=durable)
                undo.callback(postgres.stop)
                broker = EmbeddedBroker.start(folder, port=broker_port)
                undo.callback(broker.stop)
                stack = cls(postgres, broker, undo)
                undo.callback(_file(folder).unlink, missing_ok=True)
                save(_file(folder), msgspec.json.encode(stack.addresses))
                stack._undo = undo.pop_all()
                return stack
        except OSError as why:
            raise StackProblem(f"The stack cannot run on {folder}: {why}") from why

    def check(self) -> None:
        """StackProblem, with the last lines of its log, if one of the two has ended."""
        self._postgres.check()
        self._broker.check()

    def stop(self) -> None:
        """End both, the broker first; harmless when they were stopped before."""
        self._undo.close()


def running(folder: Path) -> Addresses | None:
    """Where the stack on this folder is reached, for other processes than its owner; None if none runs."""
    try:
        addresses = msgspec.json.decode(_file(folder.expanduser()).read_bytes(), type=Addresses)
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
        return None
    except PermissionError as why:
        raise StackProblem(f"{folder} belongs to another user") from why
    return addresses if addresses.owner.lives() else None


def _file(folder: Path) -> Path:
    return run_folder(folder) / "stack.json"
