"""Rows as folds look at them: read by the million, so that each call of a Python function counts."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from domain.catalogue import DECODERS
from domain.facts import Fact
from gateways.log.stored import event_or_unreadable

FOR_FOLDS = (
    "originator_id, originator_version, topic, schema, state, customer_id, occurred_at, actor, source, "
    "recorded_at, notification_id, on_behalf_of, reason"
)
"""The columns of such a row, in order."""

_NOT_READ = UUID(int=0)


def facts_for_folds(rows: Iterable[tuple[Any, ...]]) -> Iterator[Fact]:
    """The facts of rows of `FOR_FOLDS`, unreadable or not: without client and cause, with zero in place of the ids
    of request and command."""
    for (
        stream,
        version,
        topic,
        schema,
        state,
        customer,
        at,
        actor,
        source,
        recorded,
        position,
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
