"""Rows in PostgreSQL's binary COPY format, of tables all of whose columns are of a few common types.

Each field is its length and its bytes, numbers in network byte order; times are microseconds since 2000.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct, error
from typing import Any
from uuid import UUID

from projections.engine.fold import Row

Field = Callable[[Any], bytes]

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Of no dimension and of one; no nulls among them; of uuids (the type's number).
_NO_UUIDS, _UUIDS = (Struct(">iii").pack(dimensions, 0, 2950) for dimensions in (0, 1))

_length = Struct(">i").pack
_short = Struct(">ii").pack
_long = Struct(">iq").pack
_float = Struct(">id").pack


def _uuid(value: UUID) -> bytes:
    return b"\0\0\0\x10" + value.bytes


def _bytes(value: bytes) -> bytes:
    return _length(len(value)) + value


def _text(value: str) -> bytes:
    return _bytes(value.encode())


def _json(value: str) -> bytes:
    return _bytes(b"\1" + value.encode())  # behind the number of the format


def _integer(value: int) -> bytes:
    return _short(4, value)


def _bigint(value: int) -> bytes:
    return _long(8, value)


def _double(value: float) -> bytes:
    return _float(8, value)


def _boolean(value: bool) -> bytes:
    return b"\0\0\0\x01\x01" if value else b"\0\0\0\x01\0"


def _moment(value: datetime) -> bytes:
    return _long(8, (value - _EPOCH) // _MICROSECOND)


def _uuids(value: Sequence[UUID]) -> bytes:
    if not value:
        return _bytes(_NO_UUIDS)
    return _bytes(_UUIDS + _short(len(value), 1) + b"".join(map(_uuid, value)))


_FIELDS: dict[str, Field] = {
    "uuid": _uuid,
    "bytea": _bytes,
    "text": _text,
    "jsonb": _json,
    "int": _integer,
    "bigint": _bigint,
    "float8": _double,
    "boolean": _boolean,
    "bool": _boolean,
    "timestamptz": _moment,
    "uuid[]": _uuids,
}


class BinaryRows:
    """Rows of columns of these types, to be appended to a table."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = tuple(fields)
        self._count = len(self._fields).to_bytes(2, "big")

    @classmethod
    def of(cls, types: Sequence[str]) -> "BinaryRows | None":
        """None where one of the SQL types is only written as text."""
        found = [_FIELDS.get(kind.removesuffix(" NOT NULL")) for kind in types]
        fields = [field for field in found if field is not None]
        return cls(fields) if len(fields) == len(found) else None

    def written(self, rows: Iterable[Row]) -> bytes:
        """Rows, given in the order of the table's columns.

        Raises:
            ValueError: a value is of another type than its column, or too large for it.
        """
        return b"".join((_HEADER, *map(self._row, rows), _TRAILER))

    def _row(self, row: Row) -> bytes:
        try:
            fields = [
                _NULL if value is None else field(value) for field, value in zip(self._fields, row, strict=True)
            ]
        except (error, TypeError, AttributeError) as unfit:
            raise ValueError(f"a value does not fit its column: {unfit}") from unfit
        return self._count + b"".join(fields)
