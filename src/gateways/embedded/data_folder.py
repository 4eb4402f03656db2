"""PostgreSQL's data folder before its server starts: of the right version, whole, and used by nobody."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from gateways.embedded.problems import StackProblem
from gateways.embedded.processes import Ending, ProcessId, working_in
from gateways.embedded.socket_folder import PORT
from gateways.embedded.system_user import SystemUser, switched_to

MAJOR = "18"
# Fast shutdown, then immediate, which leaves the rest to crash recovery.
ENDING: Ending = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))
_ORPHANS_ENDING: Ending = ((signal.SIGQUIT, 1.0), (signal.SIGKILL, 5.0))
_CLUSTER = [
    "--username=postgres", "--auth-local=trust", "--auth-host=reject",
    "--data-checksums", "--no-instructions",
    # Sorts alike on every machine and for ever; a collation of the system may change under an index.
    "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
]  # fmt: skip


def prepare(data: Path, *, binaries: Path, user: SystemUser | None, durable: bool) -> None:
    """Make the data folder if it is missing; end what works in it; refuse what is not for this version."""
    if not data.exists() or not any(data.iterdir()):
        _make(data, binaries=binaries, user=user, durable=durable)
    _check_version(data)
    if user and data.stat().st_uid != user.uid:
        user.own(data)
    _end_servers(data)


def environment() -> dict[str, str]:
    """Ours, without what would change PostgreSQL's ways or the language of its messages."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))} | {"LC_ALL": "C"}


def _check_version(data: Path) -> None:
    version = data / "PG_VERSION"
    if not version.exists():
        raise StackProblem(f"{data} is not a data folder of PostgreSQL. Choose another folder, or move it away.")
    found = version.read_text().strip()
    if found != MAJOR:
        raise StackProblem(
            f"{data} was made by PostgreSQL {found}; this release runs PostgreSQL {MAJOR}. "
            f"Move it away to start afresh, or carry its data over: dump it with PostgreSQL {found} "
            "(pg_dumpall) and load that into a new folder."
        )


def _make(data: Path, *, binaries: Path, user: SystemUser | None, durable: bool) -> None:
    # Beside, then renamed: an interrupted initdb leaves a folder that looks whole and never starts.
    for torn in data.parent.glob("postgres.new-*"):
        shutil.rmtree(torn, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=data.parent))
    if user:
        user.own(fresh)
    command: list[str | Path] = [binaries / "initdb", "-D", fresh, *_CLUSTER]
    if not durable:
        command.append("--no-sync")
    made = subprocess.run(  # noqa: S603 - the command is ours
        command,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
        cwd="/",
        # Ctrl-C is for us: it would end initdb half-way, which is soon done.
        start_new_session=True,
        **switched_to(user),
    )
    if made.returncode != 0:
        raise StackProblem(f"PostgreSQL's initdb failed:\n{made.stdout[-500:]}{made.stderr[-1500:]}")
    fresh.replace(data)


def _end_servers(data: Path) -> None:
    postmaster = _holder(data / "postmaster.pid")
    for server in working_in(data, name="postgres"):
        if server.pid == postmaster:
            server.end(ENDING)
    for orphan in working_in(data, name="postgres"):
        orphan.end(_ORPHANS_ENDING)
    # PostgreSQL takes any process with the number in its lock for a running server, and in a container the numbers
    # of one run are those of the next. Other locks stay, for its own eyes: they also guard the shared memory.
    for lock in (data / "postmaster.pid", data / f".s.PGSQL.{PORT}.lock"):
        holder = _holder(lock)
        if holder is not None and ProcessId.of(holder) is not None:
            lock.unlink()


def _holder(lock: Path) -> int | None:
    try:
        return int(lock.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
