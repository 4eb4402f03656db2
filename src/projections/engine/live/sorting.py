"""Sorts facts out to the folds that they concern, each fact looked at once however many folds there are."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from domain.facts import Fact
from projections.engine.fold import Fold

Keys = dict[UUID, list[Fact]]


def by_fold(folds: Sequence[Fold[Any]], facts: Iterable[Fact]) -> dict[str, Keys]:
    """The facts that concern each fold, by its keys, in order; only the folds that any concerns."""
    sorted_out: dict[str, Keys] = {}
    concerned: dict[Any, list[tuple[bool, Keys]]] = {}
    for fact in facts:
        kind = type(fact.event)
        # What cannot be read is of one class, whatever it was stored as.
        told = getattr(fact.event, "stored_type", kind)
        there = concerned.get(told)
        if there is None:
            there = concerned[told] = [
                (fold.keyed_by == "customer", sorted_out.setdefault(fold.name, {}))
                for fold in folds
                if fold.concerns(fact)
            ]
        for by_customer, keys in there:
            key = fact.customer_id if by_customer else fact.stream_id
            of_key = keys.get(key)
            if of_key is None:
                keys[key] = [fact]
            else:
                of_key.append(fact)
    return sorted_out
