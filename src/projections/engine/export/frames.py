"""For analysts: a range of the log as a DataFrame, event by event or folded. Needs the extra `analysis`."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import msgspec
from msgspec.structs import asdict

from domain.catalogue import encode
from domain.events import Event, Unreadable
from domain.facts import Fact
from domain.horizon import Horizon
from domain.moments import end_of, start_of, with_zone
from domain.money import Money
from projections.engine.export.data_frame import data_frame
from projections.engine.fold import Fold
from projections.engine.folding import Folded, Parking, by_key, fold_batch
from projections.engine.log_source import LogSource

if TYPE_CHECKING:
    from pandas import DataFrame

S = TypeVar("S")
Moment = datetime | str
"""An aware time; or a text: a day, or a time with a zone."""

_CIRCUMSTANCES = {
    "position": "bigint",
    "stream_id": "uuid",
    "version": "bigint",
    "customer_id": "uuid",
    "occurred_at": "timestamptz",
    "recorded_at": "timestamptz",
    "actor": "text",
    "source": "text",
}


class KeysNotFolded(UserWarning):
    """Some keys could not be folded to the end of the range; their rows stand where the fold failed."""


def fold_range(
    fold: Fold[Any],
    log: LogSource,
    *,
    since: Moment | None = None,
    as_of: Moment | None = None,
    known_at: Moment | None = None,
    history: bool = False,
) -> "DataFrame":
    """The fold's rows, one a key, over what happened from `since` to `as_of` and was recorded by `known_at`; with
    `history`, the fold's history rows instead, one a period.

    A day is taken from its beginning (`since`), or to its end, in UTC. Without moments these are the live rows;
    behind a `since`, a fold sees stories from their middle. The columns have the types of the fold's SQL columns;
    decimals stay exact (`Decimal`), ids are text. The states are held in memory. Warns with `KeysNotFolded` where
    facts cannot be folded.

    Raises:
        NotAMoment: a text is no moment, or a time has no zone.
        ExtraMissing: pandas is not installed.
        ValueError: history is asked of a fold that keeps none.
    """
    if history and fold.history is None:
        raise ValueError(f"{fold.name} keeps no history")
    states: dict[UUID, Folded[Any]] = {}
    parked: list[Parking] = []
    for facts in _range(log, since, as_of, known_at):
        keys = by_key(fold, facts)
        before = {key: states[key].state for key in keys if key in states}
        batch = fold_batch(fold, keys, before, {parking.key for parking in parked})
        states |= batch.changed
        parked += batch.parked
    _warn(parked)
    if fold.history and history:
        columns = {"key": "uuid", "place": "int", **fold.history.columns}
        return data_frame(columns, ((k, n, *row) for k, f in states.items() for n, row in enumerate(f.history)))
    columns = {"key": "uuid", "position": "bigint", **fold.columns}
    return data_frame(columns, ((key, folded.position, *folded.row) for key, folded in states.items()))


def events(
    log: LogSource,
    *types: type[Event],
    since: Moment | None = None,
    as_of: Moment | None = None,
    known_at: Moment | None = None,
) -> "DataFrame":
    """The events of these types in the order of the log, one a row: what the log knows about each, and its fields.

    An amount of money is two columns, `total` and `total_currency`; of several types, a row has the fields of its
    own. Without types: all events, each as JSON in the column `payload`. The range is that of `fold_range`.

    Raises:
        NotAMoment: a text is no moment, or a time has no zone.
        ExtraMissing: pandas is not installed.
    """
    wanted = frozenset(types)
    rows = [
        {
            "type": fact.event.TYPE,
            **_circumstances(fact),
            **(_fields(fact.event) if wanted else _whole(fact.event)),
        }
        for facts in _range(log, since, as_of, known_at)
        for fact in facts
        if not wanted or type(fact.event) in wanted
    ]
    named = dict.fromkeys(("type", *_CIRCUMSTANCES, *(name for row in rows for name in row)))
    declared = {name: _CIRCUMSTANCES.get(name, "") for name in named}
    return data_frame(declared, (tuple(row.get(name) for name in named) for row in rows))


def _range(
    log: LogSource, since: Moment | None, as_of: Moment | None, known_at: Moment | None
) -> Iterator[list[Fact]]:
    begins = _read(since, start_of)
    horizon = Horizon(_read(as_of, end_of), _read(known_at, end_of))
    for page in log.after(0, upto=log.end()):
        yield [fact for fact in page if horizon.holds(fact) and (begins is None or fact.occurred_at >= begins)]


def _read(moment: Moment | None, written: Callable[[str], datetime]) -> datetime | None:
    if moment is None:
        return None
    return written(moment) if isinstance(moment, str) else with_zone(moment)


def _warn(parked: Sequence[Parking]) -> None:
    failed = [parking for parking in parked if parking.error is not None]
    if failed:
        first = failed[0]
        told = f"{len(failed)} keys, the first of them {first.key} at position {first.position}: {first.error}"
        warnings.warn(told, KeysNotFolded, stacklevel=3)


def _circumstances(fact: Fact) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in _CIRCUMSTANCES}


def _whole(event: Event) -> dict[str, Any]:
    if isinstance(event, Unreadable):
        return {"type": event.stored_type, "payload": None}
    return {"payload": encode(event).decode()}


def _fields(event: Event) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in asdict(event).items():
        if isinstance(value, Money):
            fields |= {name: value.amount, f"{name}_currency": value.currency}
        else:
            fields[name] = None if value is msgspec.UNSET else _plain(value)
    return fields


def _plain(value: Any) -> Any:
    """Ids as text, structures as dictionaries and lists; numbers, decimals and times as they are."""
    return str(value) if isinstance(value, UUID) else _unstructured(value)


def _unstructured(value: Any) -> Any:
    return msgspec.to_builtins(value) if isinstance(value, msgspec.Struct | dict | tuple | list) else value
