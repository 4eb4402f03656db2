"""One build of the 360 view's tables: how long it took, and how large this process, or one of its own, became.

Prints one JSON line.
"""

import json
import resource
import sys
import time
from contextlib import closing
from dataclasses import replace

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
    usages = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"seconds": seconds, "events": end, "keys": built.keys, "peak_mb": max(usages) / 1024}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
