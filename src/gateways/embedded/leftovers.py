"""What runs on a folder, written down, so that the next start can end what a killed owner left behind."""

from pathlib import Path

import msgspec

from gateways.embedded.layout import run_folder, save
from gateways.embedded.problems import StackProblem
from gateways.embedded.processes import Ending, ProcessId, this_process


class Record(msgspec.Struct, frozen=True):
    process: ProcessId
    owner: ProcessId
    ending: Ending


def record(folder: Path, name: str, pid: int, ending: Ending) -> None:
    process = ProcessId.of(pid)
    if process is not None:
        path = _path(folder, name)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        save(path, msgspec.json.encode(Record(process, this_process(), ending)))


def forget(folder: Path, name: str, pid: int) -> None:
    """Remove the record of this process, and not that of a later one of the same name."""
    path = _path(folder, name)
    found = _read(path)
    if found is not None and found.process.pid == pid:
        path.unlink(missing_ok=True)


def end_leftovers(folder: Path, *names: str) -> None:
    """End what a dead owner left running: of these names, or all. StackProblem if the owner lives.

    A process is ended only if it is the one recorded, never another that got its id.
    """
    for path in [_path(folder, name) for name in names] or sorted(_path(folder, "*").parent.glob("*.json")):
        left = _read(path)
        if left is not None and left.process.lives():
            if left.owner.lives():
                raise occupied(folder, left.owner.pid)
            left.process.end(left.ending)
        path.unlink(missing_ok=True)


def occupied(folder: Path, owner: object) -> StackProblem:
    return StackProblem(f"another `crm up` (pid {owner}) runs on {folder}. Stop it, or choose another folder.")


def _read(path: Path) -> Record | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Record)
    except (FileNotFoundError, msgspec.DecodeError):
        # A torn record is from before a crash of the machine, which no process outlives.
        return None


def _path(folder: Path, name: str) -> Path:
    return run_folder(folder) / "processes" / f"{name}.json"
