"""A table into files, a folder for each day."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from gateways.parquet.columns import schema_of

# What Hive, Spark and Arrow read as "no value".
_NO_DAY = "__HIVE_DEFAULT_PARTITION__"


class Table(Protocol):
    """Rows with their columns' SQL types. Ids and JSON come as text.

    `day` names the column by whose day (in UTC) the files are kept apart; None: all rows into one file. Pages that
    come in the order of that column make one file a day; in any other order, more.
    """

    @property
    def name(self) -> str: ...
    @property
    def columns(self) -> Mapping[str, str]: ...
    @property
    def day(self) -> str | None: ...
    @property
    def pages(self) -> Iterable[Sequence[tuple[Any, ...]]]: ...


def write_table(folder: Path, table: Table, told: Callable[[int], None]) -> dict[str, Any]:
    """Write a table below a folder, one page in memory at a time; what the manifest says of it. `told` hears of
    the rows of each page.

    Raises:
        OSError: the disk is full, or will not be written to.
        pyarrow.ArrowException: a value is not of its column's type, or a number has too many digits.
    """
    writer = _Writer(folder / table.name, schema_of(table.columns))
    rows = 0
    try:
        for page in table.pages:
            for day, of_a_day in _by_day(page, table):
                writer.write(day, of_a_day)
            rows += len(page)
            told(len(page))
        if not rows:  # the columns are there all the same
            writer.write(None, [])
    finally:
        writer.close()
    columns = {field.name: str(field.type) for field in writer.schema}
    return {"rows": rows, "files": writer.files, "day": table.day, "columns": columns}


def _by_day(page: Sequence[tuple[Any, ...]], table: Table) -> Iterator[tuple[str | None, list[tuple[Any, ...]]]]:
    if table.day is None:
        yield None, list(page)
        return
    place = list(table.columns).index(table.day)
    for day, rows in groupby(page, lambda row: _day(row[place])):
        yield f"day={day}", list(rows)


def _day(value: datetime | date | None) -> str:
    if value is None:
        return _NO_DAY
    return (value.date() if isinstance(value, datetime) else value).isoformat()


class _Writer:
    """One file is open at a time."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self.schema = schema
        self.files = 0
        self._folder = folder
        self._day: str | None = None
        self._file: pq.ParquetWriter | None = None

    def write(self, day: str | None, rows: list[tuple[Any, ...]]) -> None:
        if self._file is None or day != self._day:
            self.close()
            self._file, self._day = self._opened(day), day
        columns = zip(*rows, strict=True) if rows else ([] for _ in self.schema)
        arrays = [pa.array(values, kind.type) for values, kind in zip(columns, self.schema, strict=True)]
        self._file.write_batch(pa.record_batch(arrays, schema=self.schema))

    def close(self) -> None:
        if self._file is None:
            return
        self._file.close()
        self._file = None

    def _opened(self, day: str | None) -> pq.ParquetWriter:
        folder = self._folder / day if day else self._folder
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"part-{self.files:05}.parquet"
        self.files += 1
        return pq.ParquetWriter(path, self.schema, compression="zstd")
