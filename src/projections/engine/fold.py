"""What a fold says of itself."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from domain.events import Event, Unreadable
from domain.facts import Fact

S = TypeVar("S")
Row = tuple[Any, ...]
# With the longest endings that a table or index gets within PostgreSQL's 63 characters.
# While it is built, it is called `…__new`.
_NAME = re.compile(r"[a-z][a-z0-9_]{0,43}(__new)?")


@dataclass(frozen=True)
class History(Generic[S]):
    """Rows that a state keeps beside its present one: one a period, numbered in order from 0."""

    columns: Mapping[str, str]
    rows: Callable[[S], Sequence[Row]]


@dataclass(frozen=True)
class Fold(Generic[S]):
    """A read model: a pure function over facts, and the rows that its states become.

    `name` is the table's name, `version` changes whenever the same facts give other states or rows; `rule` says in
    a sentence how facts become its numbers, for those who ask where a number comes from.
    A fold is keyed by customer or by stream, so that all facts of a key lie in one partition, in order.
    `columns` and `history.columns` give each column's SQL type; `row` gives the values of one state. `indexes`
    list columns; `history:` before them means the history's table, `gin:` an index over their parts.
    `personal` names the columns, of either table, that hold what events mark as personal.
    `known_as` is what it is asked for by, where its table is called otherwise.
    `document` names what it was made from, with its version, where that is a document that is a fact.
    `worked_out` names what answers tell of a state beside its fields, as of a moment.
    `evolve` never refuses. It gets None for the first fact of a key. Where tables are built, facts come to it
    without client and cause, and without the ids of request and command. `evolve_all`, where a fold has a faster
    way over many facts, gives what `evolve` gives fact by fact; it raises on an event that is not of the fold's
    types, and changes nothing that it was given.
    Its functions are of a module, or a `functools.partial` of one: a fold is sent to other processes (pickle).
    """

    name: str
    version: int
    rule: str
    keyed_by: Literal["customer", "stream"]
    types: frozenset[type[Event]]
    state: type[S]
    evolve: Callable[[S | None, Fact], S]
    columns: Mapping[str, str]
    row: Callable[[S], Row]
    history: History[S] | None = None
    indexes: Sequence[str] = field(default_factory=tuple)
    worked_out: Mapping[str, Callable[[S, datetime], Any]] = field(default_factory=dict)
    document: str | None = None
    known_as: str | None = None
    personal: frozenset[str] = frozenset()
    evolve_all: Callable[[S | None, Sequence[Fact]], S] | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f"{self.name!r} cannot name a table: a letter, then letters, digits and _, 44 at most"
            )

    @property
    def called(self) -> str:
        """What it is asked for by."""
        return self.known_as or self.name

    def key(self, fact: Fact) -> UUID:
        return fact.customer_id if self.keyed_by == "customer" else fact.stream_id

    def concerns(self, fact: Fact) -> bool:
        """Whether the fact is one of the fold's types, also when it cannot be read."""
        event = fact.event
        if isinstance(event, Unreadable):
            return any(event.stored_type == known.TYPE for known in self.types)
        return type(event) in self.types
