"""What is handed to the log: the rows of one command with all that must hold for them, and what became of it."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from uuid import UUID

import msgspec

from domain.claims import Claim
from domain.once import Answered, Once
from gateways.log.stored import StoredFact

Outcome = list[int] | Answered | Exception
"""The positions of a unit's rows; or what was answered when it was appended before; or why it was not."""


class VersionConflict(Exception):
    """Another command has written this version of a stream already."""


class ClaimTaken(Exception):
    """Another stream holds a value that the unit claims."""

    def __init__(self, kind: str, digest: bytes, holder: UUID) -> None:
        super().__init__(kind)
        self.key = (kind, digest)
        self.holder = holder


class Taken(msgspec.Struct, frozen=True, gc=False):
    """A value that a stream takes."""

    stream_id: UUID
    claim: Claim

    @property
    def key(self) -> tuple[str, bytes]:
        return self.claim.kind, sha256(self.claim.value.encode()).digest()


class GivenBack(msgspec.Struct, frozen=True, gc=False):
    """All values of a kind, which a stream gives back."""

    stream_id: UUID
    kind: str


ClaimChange = Taken | GivenBack


class Unit(msgspec.Struct, frozen=True, gc=False):
    """The rows of one command: all are appended, or none.

    `read` are the streams that it looked at and leaves as they are, with the versions that it saw. `claims` tells
    what it takes and gives back, in order, `once` its caller's name for it, `about` which stream answers for it,
    `builds_on` which streams it names that units before it begin.
    """

    rows: Sequence[StoredFact]
    read: Sequence[tuple[UUID, int]] = ()
    claims: Sequence[ClaimChange] = ()
    once: Once | None = None
    about: UUID | None = None
    builds_on: frozenset[UUID] = frozenset()

    @property
    def touches(self) -> frozenset[UUID]:
        """The streams that it read, names or writes."""
        read = (stream_id for stream_id, _ in self.read)
        return self.builds_on.union(read, (row.originator_id for row in self.rows))

    @property
    def free(self) -> list[tuple[UUID, int]]:
        """The versions of streams that must not be there yet."""
        if len(self.rows) == 1 and not self.read:
            return [(self.rows[0].originator_id, self.rows[0].originator_version)]
        first: dict[int, tuple[UUID, int]] = {}
        for row in self.rows:
            first.setdefault(row.originator_id.int, (row.originator_id, row.originator_version))
        return [*first.values(), *((stream_id, version + 1) for stream_id, version in self.read)]

    @property
    def version(self) -> int:
        """The version that the stream it is about then has."""
        if len(self.rows) == 1:
            return self.rows[0].originator_version
        return max(row.originator_version for row in self.rows if row.originator_id == self.about)

    def refusal(self, taken: ClaimTaken) -> Exception:
        """The refusal for a claim of it that another stream holds."""
        claims = (change for change in self.claims if isinstance(change, Taken))
        return next(change.claim.refuse(taken.holder) for change in claims if change.key == taken.key)


def net_claims(units: Iterable[Unit]) -> tuple[list[Taken], list[GivenBack]]:
    """What is to be taken, and what given back before, when units are appended as one.

    A value that is taken and given back within them is neither.
    """
    taken: list[Taken] = []
    given_back: list[GivenBack] = []
    for unit in units:
        for change in unit.claims:
            if isinstance(change, Taken):
                taken.append(change)
            else:
                given_back.append(change)
                taken = [t for t in taken if (t.stream_id, t.claim.kind) != (change.stream_id, change.kind)]
    return taken, given_back
