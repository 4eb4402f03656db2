"""A rebuild of the 360 view out of a long log, indexes included, against reading that log and nothing more.

`rebuild_vs_copy_out`: one process, against binary COPY of all columns out of the log alone. `two_processes_vs_one`
: the same with two. `memory`: the largest process, in MB. A log of 1 million events; of 10 million with FULL=1.
"""

import json
import subprocess
import sys
import time
from typing import Any

import psycopg

from benchmarks.long_log import grow
from benchmarks.report import figure, full, in_turns
from benchmarks.setting import new_log, own_server, owner_dsn, run
from gateways.log.stored import SELECTED

_MILLION = 1_000_000


def main() -> None:
    with own_server() as (postgres, _):
        dsn = new_log(postgres, "rebuild")
        events = grow(dsn, owner_dsn(postgres, "rebuild"), 10 * _MILLION if full() else _MILLION)
        peaks: list[float] = []

        def built(processes: int) -> float:
            told = _built(dsn, processes)
            peaks.append(told["peak_mb"])
            return float(told["events"] / told["seconds"])

        rounds = 1 if full() else 3
        copied, one, two = in_turns(
            lambda: _copied_out(dsn, events), lambda: built(1), lambda: built(2), rounds=rounds
        )
    figure("rebuild", "rebuild_vs_copy_out", ours=one, theirs=copied, unit="events/s")
    figure("rebuild", "two_processes_vs_one", ours=two, theirs=one, unit="events/s")
    figure("rebuild", f"memory_at_{events // _MILLION}_million", ours=max(peaks), unit="MB")


def _built(dsn: str, processes: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.rebuild_process", dsn, str(processes)]
    told: dict[str, Any] = json.loads(subprocess.check_output(command))
    return told


def _copied_out(dsn: str, events: int) -> float:
    started = time.perf_counter()
    statement = f"COPY (SELECT {SELECTED} FROM crm.events) TO STDOUT (FORMAT BINARY)"
    with psycopg.connect(dsn) as connection, connection.cursor().copy(statement) as copy:
        for _ in copy:
            pass
    return events / (time.perf_counter() - started)


if __name__ == "__main__":
    run(main)
