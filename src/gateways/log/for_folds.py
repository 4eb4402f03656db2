"""Rows as folds look at them: read by the million, so that each call of a Python function counts."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from domain.catalogue import DECODERS
from domain.facts import Fact
from gateways.log.stored import event_or_unreadable

# Those of a fixed width first, among them what the rows are sorted by: the server finds what stands behind a text
# by walking over it, each time that it compares two rows.
FOR_FOLDS = (
    "originator_id, originator_version, customer_id, notification_id, occurred_at, recorded_at, schema, "
    "topic, state, actor, source, on_behalf_of, reason"
)
"""The columns of such a row, in order."""

_NOT_READ = UUID(int=0)


def facts_for_folds(rows: Iterable[tuple[Any, ...]]) -> Iterator[Fact]:
    """The facts of rows of `FOR_FOLDS`, unreadable or not: without client and cause, with zero in place of the ids
    of request and command."""
    for (
        stream,
        version,
        customer,
        position,
        at,
        recorded,
        schema,
        topic,
        state,
        actor,
        source,
        behalf,
        reason,
    ) in rows:
        try:
            event = DECODERS[topic, schema](state)
        except Exception:  # noqa: BLE001 - of an earlier schema, or it says what is wrong
            event = event_or_unreadable(topic, schema, state)
        yield Fact(
            stream,
            version,
            event,
            customer,
            at,
            actor,
            source,
            _NOT_READ,
            _NOT_READ,
            recorded,
            position,
            behalf,
            reason,
        )
