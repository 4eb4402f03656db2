"""The rows that tell what each deal was like from a moment on, kept by deal until its own row comes."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from domain.refusals import Refusal
from gateways.imports.mapping import Mapping
from gateways.imports.problem import ImportProblem
from gateways.imports.refusals import MalformedRow, RecordNotInFile
from gateways.imports.rejects import Reject
from gateways.imports.rows import Row, header, rows
from gateways.imports.values import Layout, Values

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Told:
    at: datetime
    values: Values


class Histories:
    """Read at once, and held in memory: an export has them in no order that could be relied on.

    Raises:
        ImportProblem: the file is not there, or lacks a column.
    """

    def __init__(self, imported: Path, mapping: Mapping, columns: list[str], *, now: datetime) -> None:
        assert mapping.history is not None
        self.path = imported if mapping.history.file is None else imported.with_name(mapping.history.file)
        self.apart = mapping.history.file is not None
        self.columns = _columns(self.path, mapping) if self.apart else columns
        self.rows = 0
        self._of_nobody: list[Reject] = []
        self._refused: dict[str, Refusal] = {}
        self._layout = Layout(mapping, self.columns, now=now, history=True)
        self._by_id: dict[str, list[_Told]] = defaultdict(list)
        for row in rows(self.path, mapping, self.columns):
            self.rows += 1
            self._take(row)

    def of(self, external: str) -> list[Values]:
        """The rows of a deal, in order of time; they are then told. A deal lands with all of them or not at all.

        Raises:
            Refusal: one of them cannot be read.
        """
        told = self._by_id.pop(external, [])
        if external in self._refused:
            raise self._refused[external]
        return [each.values for each in sorted(told, key=lambda each: each.at)]

    def left_over(self) -> Iterator[Reject]:
        """Rows that belong to no deal of the file."""
        yield from self._of_nobody
        for external, told in self._by_id.items():
            for each in told:
                yield Reject(each.values.row, RecordNotInFile(f"the file has no deal {external!r}", field="id"))

    def _take(self, row: Row) -> None:
        values = Values(self._layout, row)
        try:
            if row.problem is not None:
                raise MalformedRow(row.problem)
            external = values.needed("id")
        except Refusal as refusal:
            self._of_nobody.append(Reject(row, refusal))
            return
        try:
            at = values.moment("at")
        except Refusal as refusal:
            refusal.message = f"row {row.number} of its history: {refusal.message}"
            self._refused.setdefault(external, refusal)
            at = _NEVER
        self._by_id[external].append(_Told(at, values))


def _columns(path: Path, mapping: Mapping) -> list[str]:
    assert mapping.history is not None
    if not path.is_file():
        raise ImportProblem(f"The history {path} is no file. Nothing was imported.")
    found = header(path, mapping)
    missing = [column for column in mapping.history.columns() if found.count(column) != 1]
    if missing:
        raise ImportProblem(
            f"{path} does not fit the mapping: history.fields names the column {missing[0]!r}, "
            f"which is not there once. It has: {', '.join(found)}. Nothing was imported."
        )
    return found
