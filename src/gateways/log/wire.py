"""Columns of rows in PostgreSQL's binary array format.

psycopg builds such arrays in Python, element by element, and found a third of an append's time there; this writes
only the seven types that the log has.
"""

import struct
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

_ARRAY = struct.Struct("!iiIii")  # dimensions, has nulls, element type, length, lower bound
_EMPTY = struct.Struct("!iiI")
_LENGTH = struct.Struct("!i").pack
# A number with its length before it.
_INT8 = partial(struct.Struct("!iq").pack, 8)
_INT4 = partial(struct.Struct("!ii").pack, 4)
_INT2 = partial(struct.Struct("!ih").pack, 2)
_UUID_LENGTH = _LENGTH(16)
_NULL = b"\xff\xff\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def _timestamp(moment: datetime) -> bytes:
    since = moment - _EPOCH
    return _INT8((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def _uuid(value: UUID) -> bytes:
    return _UUID_LENGTH + value.int.to_bytes(16, "big")


def _bytes(value: bytes) -> bytes:
    return _LENGTH(len(value)) + value


def _text(value: str) -> bytes:
    return _bytes(value.encode())


# Element type ids are fixed in PostgreSQL's own catalogue (pg_type.dat).
_TYPES: dict[str, tuple[int, Callable[[Any], bytes]]] = {
    "uuid": (2950, _uuid),
    "bigint": (20, _INT8),
    "integer": (23, _INT4),
    "smallint": (21, _INT2),
    "text": (25, _text),
    "bytea": (17, _bytes),
    "timestamptz": (1184, _timestamp),
}


def binary_array(kind: str, values: Sequence[Any]) -> bytes:
    """One column's values; None becomes NULL."""
    oid, encode = _TYPES[kind]
    if not values:
        return _EMPTY.pack(0, 0, oid)
    head, first, length = _ARRAY.pack(1, 1, oid, len(values), 1), values[0], len(values)
    # Many columns say the same in each row. To ask that of UUIDs takes as long as to write them.
    if length > 1 and kind != "uuid" and values.count(first) == length:
        return head + (_NULL if first is None else encode(first)) * length
    return b"".join((head, *[_NULL if value is None else encode(value) for value in values]))
