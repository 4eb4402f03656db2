"""A range of keys: of customers or of streams, in the order of their ids."""

from typing import Literal
from uuid import UUID

import msgspec

KeyedBy = Literal["customer", "stream"]


class KeyRange(msgspec.Struct, frozen=True):
    """The keys from `first` on, before `end`; None where a side is open."""

    first: UUID | None = None
    end: UUID | None = None


ALL_KEYS = KeyRange()
