"""A batch of rows: which are there already, which can land, which are refused."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, cast, get_args
from uuid import UUID

from domain.commands import begun_with, under_duplicate_rules
from domain.custom_fields import CustomerKind, Given, RecordKind
from domain.duplicates import Check, DuplicatesNotLookedFor, Likeness, Profile
from domain.ledger import Circumstances, Command, Ledger, Receipt
from domain.refusals import Refusal
from gateways.imports.histories import Histories
from gateways.imports.ids import record_id
from gateways.imports.mapping import Mapping
from gateways.imports.owners import Owners
from gateways.imports.records import RECORDS, Draft
from gateways.imports.refusals import MalformedRow, SameIdTwice
from gateways.imports.rejects import Reject
from gateways.imports.rows import Row
from gateways.imports.values import Layout, Values

_CUSTOM_KINDS: dict[str, RecordKind] = {kind: kind for kind in get_args(RecordKind)}
Look = Callable[[Sequence[Profile]], Sequence[tuple[Likeness, ...]]]
"""Tells of each newcomer whom the rules about duplicates have something told of."""


@dataclass
class Batch:
    """What became of a batch: each of its rows is in one of the three. `alike` are those of the imported whose
    customers are likely one with others."""

    imported: int = 0
    alike: int = 0
    already_there: int = 0
    rejects: list[Reject] = field(default_factory=list)
    position: int = 0


class _Drafted(NamedTuple):
    values: Values
    draft: Draft
    custom_fields: Given


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
        look: Look | None = None,
        histories: Histories | None = None,
    ) -> None:
        self._mapping = mapping
        self._ledger = ledger
        self._by = by
        self._look = look
        self._layout = Layout(mapping, columns, now=now)
        self._owners = Owners(mapping, self._layout)
        self._draft = RECORDS[mapping.record]
        self._seen: dict[str, int] = {}
        self._histories = histories
        # Where a deal's rows stand in one file, the first one that is met speaks for all.
        self._grouped = histories is not None and not histories.apart

    def take(self, rows: Iterable[Row]) -> Batch:
        batch = Batch()
        named = self._named(rows, batch)
        known = self._ledger.known(list(named))
        drafted: list[_Drafted] = []
        for stream_id, values in named.items():
            if stream_id in known:
                batch.already_there += len(self._rows_of(values))
                continue
            try:
                draft = self._draft(stream_id, values, self._owners)
                drafted.append(_Drafted(values, draft, values.custom_fields()))
            except Refusal as refusal:
                batch.rejects += self._rejects(values, refusal)
        self._append(drafted, batch)
        return batch

    def _rows_of(self, values: Values) -> list[Row]:
        """The rows of the file that land, or not, with these."""
        return [each.row for each in values.later] if self._grouped and values.later else [values.row]

    def _rejects(self, values: Values, refusal: Refusal) -> list[Reject]:
        return [Reject(row, refusal) for row in self._rows_of(values)]

    def _named(self, rows: Iterable[Row], batch: Batch) -> dict[UUID, Values]:
        """The rows by the id of their record, in order; those without one of their own are rejected."""
        named = {}
        for row in rows:
            values = Values(self._layout, row)
            try:
                stream_id = self._id_of(values)
                if stream_id is not None:
                    named[stream_id] = self._with_history(values)
            except Refusal as refusal:
                batch.rejects.append(Reject(row, refusal))
        return named

    def _with_history(self, values: Values) -> Values:
        if self._histories is None:
            return values
        later = self._histories.of(values.needed("id"))
        first = Values(self._layout, later[0].row) if self._grouped else values
        first.later = later
        return first

    def _id_of(self, values: Values) -> UUID | None:
        """None for a further row of a deal that was met before."""
        row = values.row
        if row.problem is not None:
            raise MalformedRow(row.problem)
        external = values.needed("id")
        first = self._seen.setdefault(external, row.number)
        if first != row.number:
            if self._grouped:
                return None
            raise SameIdTwice(f"same id as row {first}: {external!r}", field="id")
        return record_id(self._mapping.source, self._mapping.record, external)

    def _command(self, drafted: "_Drafted", found: tuple[Likeness, ...] | None = None) -> Command:
        """`found` are those whom a new customer is like; None where nobody looked."""
        draft = drafted.draft
        command = draft.command(self._by(draft.at))
        kind = _CUSTOM_KINDS.get(draft.aggregate.name)
        if kind is not None:
            only = cast(CustomerKind, drafted.values.choice("kind")) if kind == "customer" else None
            command = begun_with(command, kind, drafted.custom_fields, only=only)
        return under_duplicate_rules(command, Check(action="import", found=found))

    def _outcomes(self, drafted: "list[_Drafted]", batch: Batch) -> list[Receipt | Refusal]:
        """What became of the drafts; duplicates are looked for where the rules ask for it, and only then."""
        outcomes = self._ledger.execute_all([self._command(each) for each in drafted])
        asked = {
            place: outcome.newcomer
            for place, outcome in enumerate(outcomes)
            if isinstance(outcome, DuplicatesNotLookedFor)
        }
        if not asked or self._look is None:
            return outcomes
        found = self._look(list(asked.values()))
        looked = [self._command(drafted[place], alike) for place, alike in zip(asked, found, strict=True)]
        for place, alike, outcome in zip(asked, found, self._ledger.execute_all(looked), strict=True):
            outcomes[place] = outcome
            batch.alike += bool(alike) and isinstance(outcome, Receipt)
        return outcomes

    def _append(self, drafted: "list[_Drafted]", batch: Batch) -> None:
        for (values, draft, _), outcome in zip(drafted, self._outcomes(drafted, batch), strict=True):
            if isinstance(outcome, Receipt):
                batch.imported += len(self._rows_of(values))
                batch.position = max(batch.position, outcome.position)
            elif isinstance(outcome, draft.aggregate.exists):
                # Another import of the same file was faster.
                batch.already_there += len(self._rows_of(values))
            else:
                batch.rejects += self._rejects(values, outcome)
