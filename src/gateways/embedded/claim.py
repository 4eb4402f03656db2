"""One owner of a folder at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from gateways.embedded.layout import run_folder
from gateways.embedded.leftovers import occupied


class Claim:
    """The right to run the stack on a folder: one living process has it, and loses it with its life."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def on(cls, folder: Path) -> Claim:
        path = run_folder(folder) / "owner"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise occupied(folder, path.read_text().strip() or "unknown") from None
        os.truncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        return cls(descriptor)

    def release(self) -> None:
        os.close(self._descriptor)
