"""One build of the 360 view's tables: how long it took, and how large this process, or one of its own, became.

Prints one JSON line.
"""

import json
import resource
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from gateways.log.reader import LogReader
from projections.customer_360.fold import CUSTOMER_360
from projections.engine.bulk.building import build, drop
from projections.engine.database import connect
from projections.engine.schema import create_schema

MADE = replace(CUSTOMER_360, name="built_360")


def main(dsn: str, processes: int) -> None:
    with closing(connect(dsn)) as connection:
        create_schema(connection)
        drop(connection, MADE.name)
    with closing(LogReader(dsn)) as log:
        end = log.end()
        started = time.perf_counter()
        built = build(dsn, MADE, log, upto=end, processes=processes)
        seconds = time.perf_counter() - started
    peak = max(_largest_yet(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    print(json.dumps({"seconds": seconds, "events": end, "keys": built.keys, "peak_mb": peak / 1024}))


def _largest_yet() -> int:
    """How large this process has been, in KB. `ru_maxrss` of it counts whoever began it too, up to that moment."""
    told = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
