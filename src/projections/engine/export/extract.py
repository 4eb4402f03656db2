"""A read model's tables, live or folded from a horizon, to be taken away page by page."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2
from psycopg2.extensions import cursor as Cursor

from domain.problems import Problem
from projections.engine import positions
from projections.engine.database import connect
from projections.engine.fold import Fold
from projections.engine.freshness import freshness_of
from projections.engine.reading import ReadModelsUnavailable
from projections.engine.tables import Tables, history_of

_PAGE = 20_000
# What Python and whoever takes it away know alike; the rest, ids and JSON too, is read as text.
_AS_IT_IS = re.compile(
    r"(text|smallint|int|integer|bigint|bool|boolean|numeric|real|double precision|date|timestamp|timestamptz)"
    r"(\[\])?( not null)?( default .*)?",
    re.IGNORECASE,
)


class ReadModelNotThere(Problem):
    """A read model that no projector of this version has built cannot be taken away."""


@dataclass(frozen=True)
class TableExtract:
    """One table of a fold, named as it is asked for, its rows where they are. `columns` gives SQL types; `day` is
    the column whose day each row belongs to."""

    cursor: Cursor
    name: str
    rows: str
    columns: Mapping[str, str]

    @property
    def day(self) -> str | None:
        """The first moment that every row has; else the first that a row may have; else none."""
        moments = [name for name, kind in self.columns.items() if kind.startswith("timestamptz")]
        always = [name for name in moments if "NOT NULL" in self.columns[name]]
        return next(iter(always + moments), None)

    def count(self) -> int:
        self.cursor.execute(f"SELECT count(*) FROM {self.rows}")
        found = self.cursor.fetchone()
        return int(found[0]) if found else 0

    @property
    def pages(self) -> Iterator[Sequence[tuple[Any, ...]]]:
        order = f" ORDER BY {self.day}" if self.day else ""
        listed = ", ".join(_expression(name, kind) for name, kind in self.columns.items())
        with self.cursor.connection.cursor(f"extract_{self.rows}") as rows:
            rows.itersize = _PAGE
            rows.execute(f"SELECT {listed} FROM {self.rows}{order}")
            while page := rows.fetchmany(_PAGE):
                yield page


def extracts(cursor: Cursor, fold: Fold[Any], *, personal: bool, state: bool) -> list[TableExtract]:
    """The fold's tables where the cursor finds them: all columns, or those that hold no personal data; with the
    state from which the rows are made, as JSON, where asked for."""
    tables = Tables(fold)
    present = {"key": "uuid NOT NULL", "position": "bigint NOT NULL", **fold.columns}
    if state:
        present["state"] = "json"
    named = [(fold.called, tables.name, present)]
    if fold.history:
        columns = {"key": "uuid NOT NULL", "place": "int NOT NULL", **fold.history.columns}
        named.append((history_of(fold.called), tables.history_name, columns))
    kept = frozenset[str]() if personal else fold.personal
    return [
        TableExtract(cursor, name, rows, {each: kind for each, kind in columns.items() if each not in kept})
        for name, rows, columns in named
    ]


def personal_columns(fold: Fold[Any], *, state: bool) -> dict[str, list[str]]:
    """By table of the fold: the columns that are marked as personal, whether or not they are left out."""
    found = {fold.called: sorted((fold.personal & fold.columns.keys()) | ({"state"} if state else set()))}
    if fold.history:
        found[history_of(fold.called)] = sorted(fold.personal & fold.history.columns.keys())
    return found


@contextmanager
def live_tables(dsn: str, fold: Fold[Any], topic: str) -> Iterator[tuple[Cursor, int]]:
    """A cursor that sees the live tables as they are now, all at one moment; and the position of their rows.

    Raises:
        ReadModelNotThere: no projector of the fold's version has built it.
        ReadModelsUnavailable: the database does not answer.
    """
    try:
        connection = connect(dsn)
    except psycopg2.OperationalError as error:
        raise ReadModelsUnavailable(str(error)) from error
    with closing(connection):
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor() as cursor:
            try:
                version = positions.stored_version(cursor, fold.name)
            except psycopg2.errors.UndefinedTable:
                version = None
            if version != fold.version:
                stands = "is not there" if version is None else f"is of version {version}, not {fold.version}"
                raise ReadModelNotThere(f"read model {fold.name} {stands}: run `crm project`, or `crm rebuild`")
            yield cursor, freshness_of(cursor, topic, fold.name).position


def _expression(name: str, kind: str) -> str:
    if name == "state":
        return "convert_from(state, 'UTF8')"
    if _AS_IT_IS.fullmatch(kind):
        return name
    return f"{name}::text[]" if "[]" in kind else f"{name}::text"
