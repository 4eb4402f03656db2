"""A process that appends to a log and tells how fast it was and what memory it took; one JSON object on a line.

Run as: python -m benchmarks.append_process ADDRESS COMMANDS. The deals are those of the log's first customers.
"""

import json
import random
import subprocess
import sys
from dataclasses import asdict, dataclass
from uuid import UUID

import psutil
import psycopg

from benchmarks.deal_pairs import WRITERS, deal_pair
from benchmarks.touchpoints import CUSTOMERS
from benchmarks.writers import rate_of
from gateways.log.ledger import PostgresLedger

_WARM_UP = 0.2
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Appended:
    """Commands a second, and megabytes at the end: resident, and its share of what it shares (0 if not told)."""

    commands_a_second: float
    resident: float
    proportional: float


def append_in_a_process(dsn: str, commands: int) -> Appended:
    """Send so many commands from a fresh process."""
    command = [sys.executable, "-m", "benchmarks.append_process", dsn, str(commands)]
    # A session of its own: Ctrl-C reaches us alone, and we end it.
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, start_new_session=True)
    return Appended(**json.loads(done.stdout))


def _append(dsn: str, commands: int) -> Appended:
    customers = _customers(dsn)
    ledger = PostgresLedger(dsn, connections=WRITERS)
    try:
        workers = [deal_pair(ledger, lambda: random.choice(customers))] * WRITERS  # noqa: S311
        rate_of(workers, int(commands * _WARM_UP) // WRITERS)
        rate = rate_of(workers, commands // WRITERS)
        memory = psutil.Process().memory_full_info()
        return Appended(rate, memory.rss / _MEGABYTE, getattr(memory, "pss", 0) / _MEGABYTE)
    finally:
        ledger.close()


def _customers(dsn: str) -> list[UUID]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT customer_id FROM crm.events WHERE notification_id <= %s", [CUSTOMERS])
        return [customer_id for (customer_id,) in rows]


if __name__ == "__main__":
    print(json.dumps(asdict(_append(sys.argv[1], int(sys.argv[2])))))
