"""A command's decision by itself, on states that a test gives it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.aggregates import Change
from domain.inquiry import decided
from domain.ledger import Command


def changes_of(command: Command, *states: Any, found: dict[UUID, Any] | None = None) -> Sequence[Change]:
    """What it comes to on the states of its own reads; of what else it asks for, only what is `found` is there."""
    there = found or {}
    inquiry = decided(command, states)
    try:
        asked = next(inquiry)
        while True:
            asked = inquiry.send([there.get(each.stream_id) for each in asked])
    except StopIteration as ended:
        changes: Sequence[Change] = ended.value
        return changes
