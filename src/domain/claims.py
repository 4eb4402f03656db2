"""Claims: values that one stream at a time may hold, such as the e-mail address of a live lead.

Which events take a claim and which give it back is a property of the event, so that no caller can forget it, and
the claims held are themselves a fold over the log.
"""

from collections.abc import Callable
from uuid import UUID

import msgspec

from domain.events import Event
from domain.refusals import Conflict, Holder


class Claim(msgspec.Struct, frozen=True, gc=False):
    """`value` is held by the stream, for all of a `kind`, until it is given back.

    `what` tells people what it is that another `record` of that kind holds; the refusal is `taken`, about `field`.
    """

    kind: str
    value: str
    what: str
    taken: type[Conflict]
    field: str
    record: str

    def refuse(self, holder: UUID) -> Conflict:
        refusal = self.taken(f"{self.what} belongs to {holder}", field=self.field)
        refusal.holder = Holder(self.record, holder, f"{self.what} belongs to another {self.record}")
        return refusal


class Claims(msgspec.Struct, frozen=True, gc=False):
    """What an event gives back (every value of these kinds that its stream holds), and then takes."""

    takes: tuple[Claim, ...] = ()
    gives_back: tuple[str, ...] = ()


NO_CLAIMS = Claims()
ClaimsOf = Callable[[Event], Claims]


def no_claims(_: Event) -> Claims:
    return NO_CLAIMS
