"""The logs of the processes that we start."""

from pathlib import Path
from typing import IO

LARGE = 10_000_000


def open_log(path: Path) -> IO[bytes]:
    """A log to append to. A large one is set aside first; of each process two are kept at most."""
    if path.exists() and path.stat().st_size > LARGE:
        path.replace(path.with_suffix(".old.log"))
    return path.open("ab")


def last_lines(path: Path, count: int = 15) -> str:
    """The end of a log, indented, for a message to a person."""
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - 16_384))
        lines = log.read().decode(errors="replace").splitlines()[-count:]
    return "\n".join(f"    {line}" for line in lines)
