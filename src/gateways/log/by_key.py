"""Reads the log key by key, in bulk: what a read model is built from.

PostgreSQL sorts a range of keys: whoever folds holds one key at a time, however long the history is. Ranges are
cut from a sample of the table: their sizes are about what was asked for.

Rows come through a binary cursor and not by COPY: psycopg turns a page of them into values in one call of C, and a
row of COPY in several calls of Python (1.6 µs a row against 4.3, side by side).
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import accumulate, chain, pairwise
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.errors import ConfigurationLimitExceeded, DiskFull
from psycopg.sql import SQL, Composed, Identifier, Literal

from domain.facts import Fact
from domain.horizon import Horizon
from domain.key_ranges import ALL_KEYS, KeyedBy, KeyRange
from domain.ledger import LogOutOfRoom, LogUnavailable
from gateways.log.for_folds import FOR_FOLDS, facts_for_folds
from gateways.log.pages_ahead import PagesAhead
from gateways.log.stored import SELECTED, facts_of_values

_COLUMN = {"customer": "customer_id", "stream": "originator_id"}
_ORDER = {"customer": "customer_id, notification_id", "stream": "originator_id, originator_version"}
_AT_ONCE = 2_000
_SAMPLED_EACH = 500
_GROWING = (8, 4, 2)
# A range is sorted in memory; the processes that read side by side are the parallelism, not the server's workers.
# Its rows are collected page by page of the table: to look them up in the order of the index took longer than that
# and the sort together.
_SETTINGS = (
    "-c timezone=UTC -c work_mem=128MB -c max_parallel_workers_per_gather=0 -c jit=off -c cursor_tuple_fraction=1 "
    "-c enable_indexscan=off"
)

Group = tuple[UUID, list[Fact]]
"""A key with facts of it, in order; a key with many comes more than once in a row."""


def key_ranges(connection: Connection[Any], keyed_by: KeyedBy, *, events: int) -> list[KeyRange]:
    """Ranges that cover all keys, each of about so many events. The first is of an eighth, and each of the next
    is twice as long as the one before: whoever folds one while the server sorts the next begins soon.
    """
    # Positions have no gaps: the last one is the number of events.
    found = connection.execute("SELECT coalesce(max(notification_id), 0) FROM crm.events").fetchone()
    if found is None or found[0] <= events:
        return [ALL_KEYS]
    percent = min(100.0, 100.0 * _SAMPLED_EACH / events)
    column = _COLUMN[keyed_by]
    every = max(1, round(events * percent / 100))
    growing = list(accumulate(every // part for part in _GROWING))
    bounds = connection.execute(
        f"SELECT DISTINCT key FROM (SELECT {column} AS key, row_number() OVER (ORDER BY {column}) AS place "
        "FROM crm.events TABLESAMPLE SYSTEM (%(percent)s) REPEATABLE (1)) AS sampled "
        "WHERE place = ANY(%(growing)s) OR place > %(grown)s AND (place - %(grown)s) %% %(every)s = 0 "
        "ORDER BY key",
        {"percent": percent, "growing": growing, "grown": growing[-1], "every": every},
    ).fetchall()
    edges: list[UUID | None] = [None, *(key for (key,) in bounds), None]
    return [KeyRange(first, end) for first, end in pairwise(edges)]


class FactsByKey:
    """Iterates over the facts of these types up to a position, seen from a horizon, in order of their keys, then
    as they came; with `for_folds`, as `facts_for_folds` has them.

    The server is at work on them from the beginning, before the first is asked for.

    Raises, when made and when read:
        LogUnavailable: the database does not answer.
        LogOutOfRoom: it has no room to sort them.
    """

    def __init__(
        self,
        dsn: str,
        keyed_by: KeyedBy,
        keys: KeyRange,
        *,
        types: Collection[str],
        upto: int,
        horizon: Horizon,
        for_folds: bool,
    ) -> None:
        columns = FOR_FOLDS if for_folds else SELECTED
        question = _question(columns, keyed_by, keys, types, upto, horizon)
        with _told():
            self._pages = PagesAhead(dsn, question, options=_SETTINGS)
        self._groups = _read(self._pages, keyed_by, facts_for_folds if for_folds else facts_of_values)

    def __iter__(self) -> Iterator[Group]:
        return self._groups

    def close(self) -> None:
        """Read no further."""
        self._pages.close()


def _read(
    pages: PagesAhead, keyed_by: KeyedBy, facts: Callable[[Iterable[Any]], Iterator[Fact]]
) -> Iterator[Group]:
    with _told(), closing(pages):
        yield from _grouped(facts(chain.from_iterable(pages)), keyed_by)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (DiskFull, ConfigurationLimitExceeded) as error:
        raise LogOutOfRoom(f"the log cannot be sorted: {error}") from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise LogUnavailable(f"the log does not answer: {error}") from error


def _grouped(all_facts: Iterable[Fact], keyed_by: KeyedBy) -> Iterator[Group]:
    number, key = -1, None
    facts: list[Fact] = []
    by_customer = keyed_by == "customer"
    for fact in all_facts:
        of = fact.customer_id if by_customer else fact.stream_id
        # `==` of two UUIDs is a call of a Python function; most rows are of the key before.
        if of.int != number or len(facts) == _AT_ONCE:
            if key is not None:
                yield key, facts
            number, key, facts = of.int, of, []
        facts.append(fact)
    if key is not None:
        yield key, facts


def _question(
    columns: str, keyed_by: KeyedBy, keys: KeyRange, types: Collection[str], upto: int, horizon: Horizon
) -> Composed:
    column = Identifier(_COLUMN[keyed_by])
    bounds = (
        (SQL("{} >= {}"), column, keys.first),
        (SQL("{} < {}"), column, keys.end),
        (SQL("{} <= {}"), Identifier("notification_id"), upto),
        (SQL("{} = ANY({})"), Identifier("topic"), sorted(types)),
        (SQL("{} <= {}"), Identifier("occurred_at"), horizon.as_of),
        (SQL("{} <= {}"), Identifier("recorded_at"), horizon.known_at),
    )
    where = SQL(" AND ").join(
        clause.format(name, Literal(value)) for clause, name, value in bounds if value is not None
    )
    return SQL("SELECT {} FROM crm.events WHERE {} ORDER BY {}").format(SQL(columns), where, SQL(_ORDER[keyed_by]))
