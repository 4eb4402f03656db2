"""Mappings for tests, and ways to run them."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from domain.aggregates import Change
from domain.customers import Customer
from gateways.imports import ImportReport, import_file
from gateways.imports.batch import Look
from gateways.imports.ids import record_id
from gateways.imports.mapping import Mapping
from gateways.imports.mapping_file import parse_mapping
from gateways.imports.owners import Owners
from gateways.imports.records import RECORDS, Draft
from gateways.imports.rows import Row
from gateways.imports.values import Layout, Values
from gateways.log.ledger import PostgresLedger

NOW = datetime(2027, 6, 1, tzinfo=UTC)

CUSTOMERS = """
record = "customer"
source = "old"
[fields]
id = "id"
kind = { column = "kind", default = "person" }
name = "name"
email = "email"
registered_at = { column = "since", timezone = "UTC" }
attributes.size = { column = "size", type = "integer" }
"""

DEALS = """
record = "deal"
source = "old"
timezone = "UTC"
[fields]
id = "id"
customer = "customer"
name = "name"
stage = "stage"
amount = "amount"
currency = { column = "currency", default = "EUR" }
opened_at = "opened"
expected_close_date = "expected"
status = "status"
closed_at = "closed"
loss_reason = "why"
[customers]
create = "organisation"
"""

ORDERS = """
record = "order"
source = "old"
timezone = "UTC"
[fields]
id = "id"
customer = "customer"
total = "total"
currency = { default = "EUR" }
placed_at = "placed"
items = "items"
"""

ORDERS_OF_NEWCOMERS = ORDERS + '[customers]\ncreate = "person"\n'

LEADS = """
record = "lead"
source = "old"
timezone = "UTC"
[fields]
id = "id"
customer = "customer"
name = "name"
email = "email"
channel = "channel"
captured_at = "captured"
status = "status"
status_at = "decided"
disqualified_because = "why"
"""

INTERACTIONS = """
record = "interaction"
source = "old"
timezone = "UTC"
[fields]
id = "id"
customer = "customer"
channel = "channel"
direction = { column = "direction", values = { in = "inbound", out = "outbound" } }
occurred_at = "at"
[customers]
create = "person"
"""

Told = tuple[str, str, str]
"""What happened, when, and to which kind of record."""


def draft(mapping: str | Mapping, cells: dict[str, str]) -> Draft:
    """A row by itself, understood. Columns of the mapping that are not given are empty."""
    mapping = parse_mapping(mapping) if isinstance(mapping, str) else mapping
    cells = dict.fromkeys(mapping.needed_columns(), "") | cells
    layout = Layout(mapping, list(cells), now=NOW)
    values = Values(layout, Row(1, list(cells.values())))
    stream_id = record_id(mapping.source, mapping.record, values.needed("id"))
    return RECORDS[mapping.record](stream_id, values, Owners(mapping, layout))


def changes(mapping: str | Mapping, known: Customer | None = None, /, **cells: str) -> Sequence[Change]:
    return draft(mapping, cells).changes(known)


def told(mapping: str, **cells: str) -> list[Told]:
    """What a row tells, in order."""
    understood = draft(mapping, cells)
    return [
        (event.TYPE, f"{change.occurred_at or understood.at or NOW:%Y-%m-%d}", change.aggregate.name)
        for change in understood.changes(None)
        for event in change.events
    ]


@dataclass(frozen=True)
class Imported:
    report: ImportReport
    rejects: list[dict[str, str]]


@dataclass(frozen=True)
class Importing:
    """Imports texts into a log, each as a file of one name."""

    ledger: PostgresLedger
    folder: Path
    new_id: Callable[[], UUID] = uuid4
    look: Look | None = None

    def __call__(self, mapping: str | Mapping, text: str | bytes, *, name: str = "rows.csv") -> Imported:
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return self.of_file(mapping, path)

    def of_file(self, mapping: str | Mapping, path: Path) -> Imported:
        mapping = parse_mapping(mapping) if isinstance(mapping, str) else mapping
        rejects = self.folder / f"{path.name}.rejects.csv"
        report = import_file(
            path,
            mapping,
            self.ledger,
            now=NOW,
            new_id=self.new_id,
            actor="ann",
            rejects=rejects,
            look=self.look,
        )
        with report.rejects.open(encoding="utf-8", newline="") as lines:
            return Imported(report, list(csv.DictReader(lines)))
