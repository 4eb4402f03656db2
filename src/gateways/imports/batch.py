"""A batch of rows: which are there already, which can land, which are refused."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.ledger import Circumstances, Ledger, Receipt
from domain.refusals import Refusal
from gateways.imports.ids import record_id
from gateways.imports.mapping import Mapping
from gateways.imports.owners import Owners
from gateways.imports.records import RECORDS, Draft
from gateways.imports.refusals import MalformedRow, SameIdTwice
from gateways.imports.rejects import Reject
from gateways.imports.rows import Row
from gateways.imports.values import Layout, Values


@dataclass
class Batch:
    """What became of a batch: each of its rows is in one of the three."""

    imported: int = 0
    already_there: int = 0
    rejects: list[Reject] = field(default_factory=list)
    position: int = 0


class Intake:
    """Takes the rows of one file, batch by batch, and remembers their ids: within a file each is said once."""

    def __init__(
        self,
        mapping: Mapping,
        columns: list[str],
        ledger: Ledger,
        *,
        now: datetime,
        by: Callable[[datetime | None], Circumstances],
    ) -> None:
        self._mapping = mapping
        self._ledger = ledger
        self._by = by
        self._layout = Layout(mapping, columns, now=now)
        self._owners = Owners(mapping, self._layout)
        self._draft = RECORDS[mapping.record]
        self._seen: dict[str, int] = {}

    def take(self, rows: Iterable[Row]) -> Batch:
        batch = Batch()
        named = self._named(rows, batch)
        known = self._ledger.known(list(named))
        drafted: list[tuple[Row, Draft]] = []
        for stream_id, values in named.items():
            if stream_id in known:
                batch.already_there += 1
                continue
            try:
                drafted.append((values.row, self._draft(stream_id, values, self._owners)))
            except Refusal as refusal:
                batch.rejects.append(Reject(values.row, refusal))
        self._append(drafted, batch)
        return batch

    def _named(self, rows: Iterable[Row], batch: Batch) -> dict[UUID, Values]:
        """The rows by the id of their record, in order; those without one of their own are rejected."""
        named = {}
        for row in rows:
            values = Values(self._layout, row)
            try:
                named[self._id_of(values)] = values
            except Refusal as refusal:
                batch.rejects.append(Reject(row, refusal))
        return named

    def _id_of(self, values: Values) -> UUID:
        row = values.row
        if row.problem is not None:
            raise MalformedRow(row.problem)
        external = values.needed("id")
        first = self._seen.setdefault(external, row.number)
        if first != row.number:
            raise SameIdTwice(f"same id as row {first}: {external!r}", field="id")
        return record_id(self._mapping.source, self._mapping.record, external)

    def _append(self, drafted: list[tuple[Row, Draft]], batch: Batch) -> None:
        commands = [draft.command(self._by(draft.at)) for _, draft in drafted]
        outcomes = self._ledger.execute_all(commands)
        for (row, draft), outcome in zip(drafted, outcomes, strict=True):
            if isinstance(outcome, Receipt):
                batch.imported += 1
                batch.position = max(batch.position, outcome.position)
            elif isinstance(outcome, draft.aggregate.exists):
                # Another import of the same file was faster.
                batch.already_there += 1
            else:
                batch.rejects.append(Reject(row, outcome))
