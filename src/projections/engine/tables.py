"""The tables of a fold: one row a key with its state, and the history rows beside it.

Names stand without a schema: the search path leads to the live tables in schema `read`, or to temporary ones of
the same names, so that every run of a fold is asked by the same SQL.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from psycopg2.extensions import cursor as Cursor

from projections.engine.copies import Copy
from projections.engine.fold import Fold, History, Row
from projections.engine.folding import Folded
from projections.engine.upsert import ids, upsert

S = TypeVar("S")
_encoder = msgspec.json.Encoder()

# States lie in their rows as they are, up to the largest row that a page takes: to compress them (pglz) took more
# than half of the time of an update, and the rows of twice the size are still read faster.
_INLINE = 8160


class Tables(Generic[S]):
    """Creates, loads and writes the tables of one fold."""

    def __init__(self, fold: Fold[S]) -> None:
        self.fold = fold
        self.name = fold.name
        self.history_name = history_of(fold.name)
        self._decoder = msgspec.json.Decoder(fold.state)

    @property
    def names(self) -> list[str]:
        return [self.name, self.history_name] if self.fold.history else [self.name]

    def create(self, cursor: Cursor, *, temporary: bool = False) -> None:
        """Where they are missing, with their keys."""
        self.create_bare(cursor, temporary=temporary)
        self.add_keys(cursor)

    def create_bare(self, cursor: Cursor, *, temporary: bool = False) -> None:
        """Where they are missing, without keys: what is filled in bulk is indexed afterwards."""
        kind = "TEMPORARY TABLE" if temporary else "TABLE IF NOT EXISTS"
        columns = _declared(self.fold.columns)
        cursor.execute(
            f"CREATE {kind} {self.name} "
            f"(key uuid NOT NULL, position bigint NOT NULL, {columns}state bytea STORAGE EXTERNAL NOT NULL) "
            f"WITH (toast_tuple_target = {_INLINE})"
        )
        if self.fold.history:
            columns = _declared(self.fold.history.columns).removesuffix(", ")
            cursor.execute(f"CREATE {kind} {self.history_name} (key uuid NOT NULL, place int NOT NULL, {columns})")

    def add_keys(self, cursor: Cursor) -> None:
        for name, columns in zip(self.names, ("key", "key, place"), strict=False):
            cursor.execute("SELECT 1 FROM pg_index WHERE indrelid = %s::regclass AND indisprimary", (name,))
            if cursor.fetchone() is None:
                cursor.execute(f"ALTER TABLE {name} ADD CONSTRAINT {name}_pkey PRIMARY KEY ({columns})")

    def index(self, cursor: Cursor) -> None:
        """Create the fold's indexes; after a bulk load, not before."""
        for number, columns in enumerate(self.fold.indexes):
            told, _, listed = columns.rpartition(":")
            name = self.history_name if told == "history" else self.name
            method = "gin" if told == "gin" else "btree"
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {name}_{number} ON {name} USING {method} ({listed})")

    def load(self, cursor: Cursor, keys: Iterable[UUID], *, savepoint: str | None = None) -> dict[UUID, S]:
        """The states of these keys; a savepoint before it costs no message of its own."""
        first = f"SAVEPOINT {savepoint}; " if savepoint else ""
        cursor.execute(f"{first}SELECT key, state FROM {self.name} WHERE key = ANY(%s::uuid[])", (ids(keys),))
        return self.found(cursor)

    def found(self, cursor: Cursor) -> dict[UUID, S]:
        """The states that a question of keys and states found."""
        return {key: self.state(stored) for key, stored in cursor.fetchall()}

    def state(self, stored: Any) -> S:
        """The state that a row keeps."""
        return self._decoder.decode(stored)

    def save(self, cursor: Cursor, changed: Mapping[UUID, Folded[S]], before: Mapping[UUID, S]) -> None:
        """Write the states and rows that changed, in one statement a table."""
        for statement in self.saving(cursor, changed, before):
            cursor.execute(statement)

    def saving(
        self, cursor: Cursor, changed: Mapping[UUID, Folded[S]], before: Mapping[UUID, S]
    ) -> Iterator[bytes]:
        """The statements that write the states and rows that changed."""
        columns = {"key": "uuid", "position": "bigint", **self.fold.columns, "state": "bytea"}
        rows = [_present(key, folded) for key, folded in changed.items()]
        yield from upsert(cursor, self.name, columns, rows, keys=1)
        if self.fold.history:
            yield from self._saving_history(self.fold.history, cursor, changed, before)

    def copy(self, cursor: Cursor, states: Sequence[tuple[UUID, Folded[S]]]) -> None:
        """Add keys that are not in the tables, in bulk."""
        for copy in self.copies(states):
            copy.run(cursor)

    def copies(self, states: Sequence[tuple[UUID, Folded[S]]]) -> list[Copy]:
        """What adds keys that are not in the tables, in bulk, when it is run in order."""
        types = ("uuid", "bigint", *self.fold.columns.values(), "bytea")
        copies = [Copy.of(self.name, types, (_present(key, folded) for key, folded in states))]
        if self.fold.history:
            types = ("uuid", "int", *self.fold.history.columns.values())
            rows = ((key, place, *row) for key, f in states for place, row in enumerate(f.history))
            copies.append(Copy.of(self.history_name, types, rows))
        return copies

    def _saving_history(
        self,
        history: History[S],
        cursor: Cursor,
        changed: Mapping[UUID, Folded[S]],
        before: Mapping[UUID, S],
    ) -> Iterator[bytes]:
        written: list[Row] = []
        for key, folded in changed.items():
            old = self._old_rows(before.get(key))
            written += [
                (key, place, *row)
                for place, row in enumerate(folded.history)
                if place >= len(old) or old[place] != row
            ]
            if len(folded.history) < len(old):
                yield cursor.mogrify(
                    f"DELETE FROM {self.history_name} WHERE key = %s AND place >= %s", (key, len(folded.history))
                )
        columns = {"key": "uuid", "place": "int", **history.columns}
        yield from upsert(cursor, self.history_name, columns, written, keys=2)

    def _old_rows(self, state: S | None) -> Sequence[Row]:
        return tuple(self.fold.history.rows(state)) if state is not None and self.fold.history else ()


def history_of(name: str) -> str:
    """The name of the table beside a fold's table that holds its history rows."""
    return f"{name}_history"


def drop_with_history(cursor: Cursor, name: str) -> None:
    """Drop a fold's tables, where they are there."""
    for table in (name, history_of(name)):
        cursor.execute(f"DROP TABLE IF EXISTS {table}")


def _present(key: UUID, folded: Folded[Any]) -> Row:
    return (key, folded.position, *folded.row, _encoder.encode(folded.state))


def _declared(columns: Mapping[str, str]) -> str:
    return "".join(f"{name} {kind}, " for name, kind in columns.items())
