"""Appending to a log with ten times the history (the short run: twice): its rate, and the process's memory.

A log of a million events is copied as a database, and the copy grows to ten million (two). Both are on the same
server and take turns, so that neither the machine's moods nor a warmer cache favour one side. At each turn a fresh
process sends the same number of commands, those of `bench_append`, about random customers of the history.
`rate_at_ten_times` is the large log's rate against the small one's; `memory_…` is resident memory and
`proportional_…` the same with shared pages counted in part, where the system tells. Each is told of the turn whose
ratio is the median.
"""

import shutil
import sys
from itertools import cycle, islice
from pathlib import Path

from benchmarks.append_process import Appended, append_in_a_process
from benchmarks.history import grow
from benchmarks.report import figure, full
from benchmarks.setting import application_dsn, new_database, new_log, own_server, owner_dsn, run

SMALL = 1_000_000
BYTES_AN_EVENT = 1_000  # with indexes, and with what the write-ahead log takes meanwhile


def main() -> None:
    factor, name, turns, commands = (10, "ten_times", 11, 40_000) if full() else (2, "twice", 7, 10_000)
    with own_server() as (postgres, folder):
        _check_space(folder, SMALL * (1 + factor))
        small = new_log(postgres, "small")
        grow(owner_dsn(postgres, "small"), SMALL)
        new_database(postgres, "large", template="small")
        grow(owner_dsn(postgres, "large"), SMALL * factor)
        large = application_dsn(postgres, "large")
        _turn(large, small, commands)  # fills the server's caches
        orders = islice(cycle([(large, small), (small, large)]), turns)
        measured = [_turn(*order, commands) for order in orders]
    for what, part, unit in (
        ("rate", "commands_a_second", "commands/s"),
        ("memory", "resident", "MB"),
        ("proportional_memory", "proportional", "MB"),
    ):
        ours, theirs = _median([(getattr(turn[large], part), getattr(turn[small], part)) for turn in measured])
        figure("history", f"{what}_at_{name}", ours=ours, theirs=theirs, unit=unit)


def _turn(first: str, second: str, commands: int) -> dict[str, Appended]:
    """Both logs, one right after the other; each goes first as often as the other."""
    return {dsn: append_in_a_process(dsn, commands) for dsn in (first, second)}


def _median(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """The turn whose ratio is the median: on a busy machine it tells more than the ratio of the medians."""
    return sorted(pairs, key=lambda pair: pair[0] / max(pair[1], 1e-9))[len(pairs) // 2]


def _check_space(folder: Path, events: int) -> None:
    needed, free = events * BYTES_AN_EVENT, shutil.disk_usage(folder).free
    if free < needed:
        sys.exit(f"bench history needs {needed / 1e9:.0f} GB in {folder.parent}; {free / 1e9:.0f} GB are free")


if __name__ == "__main__":
    run(main)
