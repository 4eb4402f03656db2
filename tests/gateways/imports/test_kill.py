"""kill -9 in the midst of an import, and the same import again."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

from gateways.log.reader import LogReader
from tests.gateways.imports.importing import ORDERS_OF_NEWCOMERS, Importing

ROWS = 12_000
CUSTOMERS = 700
WRONG = 7

IMPORT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4
from gateways.imports import import_file
from gateways.imports.mapping_file import parse_mapping
from gateways.log.ledger import PostgresLedger

dsn, path, mapping = sys.argv[1:]
import_file(
    Path(path), parse_mapping(mapping), PostgresLedger(dsn), now=datetime(2027, 6, 1, tzinfo=UTC), new_id=uuid4,
    actor="ann", progress=lambda done, total: print(done, total, flush=True),
)
"""


def write_rows(path: Path) -> None:
    rows = [f"{n},customer {n % CUSTOMERS},{'?' if n == WRONG else n},2027-01-01,1" for n in range(1, ROWS + 1)]
    path.write_text("\n".join(["id,customer,total,placed,items", *rows]))


def kill_after_first_batch(dsn: str, path: Path) -> None:
    command = [sys.executable, "-c", IMPORT, dsn, str(path), ORDERS_OF_NEWCOMERS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as importer:
        assert importer.stdout is not None
        assert importer.stdout.readline() == f"1000 {ROWS}\n"
        importer.kill()


def test_a_killed_import_goes_on_where_it_stopped(importing: Importing, dsn: str, reader: LogReader) -> None:
    path = importing.folder / "rows.csv"
    write_rows(path)

    kill_after_first_batch(dsn, path)
    partial = path.with_name("rows.csv.rejects.csv.partial")
    assert "NotANumber" in partial.read_text()
    before = reader.end()
    assert 0 < before < ROWS

    done = importing.of_file(ORDERS_OF_NEWCOMERS, path)
    report = done.report

    assert not partial.exists()
    assert (report.rows, report.rejected, done.rejects[0]["row"]) == (ROWS, 1, str(WRONG))
    assert report.already_there > 0
    assert report.imported + report.already_there == ROWS - 1
    counted = Counter(fact.event.TYPE for page in reader.after(0, upto=reader.end()) for fact in page)
    assert counted == {"customer.registered": CUSTOMERS, "order.placed": ROWS - 1}
