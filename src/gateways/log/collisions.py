"""Bundles of one batch that want the same thing: which may go in together, and what is certain for the others."""

from collections.abc import Hashable, Iterator, Sequence
from uuid import UUID

from gateways.log.unit import ClaimTaken, GivenBack, Outcome, Taken, Unit, VersionConflict
from gateways.log.waiting import Bundle


def without_collisions(batch: list[Bundle]) -> tuple[list[Bundle], list[Bundle]]:
    """Those that may go in together, and those that want what an earlier one takes: they see what became of it."""
    if len(batch) == 1:
        return batch, []
    taken: set[Hashable] = set()
    first: list[Bundle] = []
    later: list[Bundle] = []
    for bundle in batch:
        takes = set(_takes(bundle.units))
        (first if taken.isdisjoint(takes) and taken.isdisjoint(_looks_at(bundle.units)) else later).append(bundle)
        taken |= takes  # of those that wait too: they keep their turn
    return first, later


class GoneIn:
    """What the bundles that were just appended took."""

    def __init__(self, bundles: Sequence[Bundle]) -> None:
        self._versions: set[tuple[int, int]] = set()
        self._holders: dict[tuple[str, bytes], UUID] = {}
        for bundle in bundles:
            for unit, outcome in zip(bundle.units, bundle.outcomes, strict=False):
                if isinstance(outcome, list):
                    self._versions.update(_writes(unit))
                    self._holders |= {each.key: each.stream_id for each in unit.claims if isinstance(each, Taken)}

    def outcome(self, bundle: Bundle) -> Outcome | None:
        """What will become of a bundle of one unit, now that others are in; None where the log has to tell.

        Without it each of many that want the same would cost a transaction, only to be told that it came too late.
        """
        if len(bundle.units) != 1 or bundle.units[0].once is not None:
            return None
        unit = bundle.units[0]
        if not self._versions.isdisjoint({*_writes(unit), *_looks_at([unit])}):
            return VersionConflict("another command was faster")
        for change in unit.claims:
            if isinstance(change, Taken) and self._holders.get(change.key, change.stream_id) != change.stream_id:
                return ClaimTaken(*change.key, self._holders[change.key])
        return None


def independent(units: Sequence[Unit]) -> bool:
    """Whether none builds on another: on its streams, or on a value that it gives back."""
    if any(isinstance(change, GivenBack) for unit in units for change in unit.claims):
        return False
    written: set[UUID] = set()
    for unit in units:
        if not written.isdisjoint(unit.touches):
            return False
        written |= {row.originator_id for row in unit.rows}
    return True


def _looks_at(units: Sequence[Unit]) -> set[tuple[int, int]]:
    return {(stream_id.int, version + 1) for unit in units for stream_id, version in unit.read}


def _writes(unit: Unit) -> list[tuple[int, int]]:
    """The versions that it writes; of streams by their ids' numbers, which are hashed faster."""
    return [(row.originator_id.int, row.originator_version) for row in unit.rows]


def _takes(units: Sequence[Unit]) -> Iterator[Hashable]:
    """What two bundles cannot both have: a version of a stream, a claim, a caller's name for a command."""
    for unit in units:
        yield from _writes(unit)
        yield from (change.key for change in unit.claims if isinstance(change, Taken))
        if unit.once is not None:
            yield unit.once.principal, unit.once.key, unit.once.item
