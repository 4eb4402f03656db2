"""Reads records out of a batch in half the time that the client library takes, and gives the same.

The library reads one varint at a time by a call, and decodes the name of each header of each record. Nearly all of
our lengths take one byte, and all of our records carry the same names.
"""

from typing import Any

from kafka.errors import CorruptRecordError
from kafka.record.default_records import ControlRecord, DefaultRecord, DefaultRecordBatch
from kafka.record.util import decode_varint

_NAMES: dict[bytes, str] = {}
_NAMES_AT_MOST = 1_000
_LONGER_OR_NEGATIVE = 0x81


def read_quickly() -> None:
    """From now on all consumers of this process read so."""
    DefaultRecordBatch._read_msg = _read_record


def _read_record(batch: Any) -> Any:
    if type(batch._buffer) is not bytes:
        batch._buffer = bytes(batch._buffer)  # Slices of it are bytes too.
    buffer = batch._buffer
    length, start = decode_varint(buffer, batch._pos)
    _, position = decode_varint(buffer, start)
    age, position = decode_varint(buffer, position)
    offset, position = decode_varint(buffer, position)
    key, position = _sized(buffer, position)
    value, position = _sized(buffer, position)
    headers, position = _headers(buffer, position)
    if position - start != length:
        raise CorruptRecordError(f"a record of {length} bytes takes {position - start}")
    batch._pos = position
    kind = batch.timestamp_type
    at = batch.max_timestamp if kind == batch.LOG_APPEND_TIME else batch.first_timestamp + age
    record = ControlRecord if batch.is_control_batch else DefaultRecord
    return record(length, batch.base_offset + offset, at, kind, key, value, headers)


def _sized(buffer: bytes, position: int) -> tuple[bytes | None, int]:
    size, position = decode_varint(buffer, position)
    return (None, position) if size < 0 else (buffer[position : position + size], position + size)


def _headers(buffer: bytes, position: int) -> tuple[list[tuple[str, bytes | None]], int]:
    count, position = decode_varint(buffer, position)
    if count < 0:
        raise CorruptRecordError(f"{count} headers")
    headers: list[tuple[str, bytes | None]] = []
    for _ in range(count):
        size = buffer[position]
        if size & _LONGER_OR_NEGATIVE:
            size, position = decode_varint(buffer, position)
            if size < 0:
                raise CorruptRecordError(f"the name of a header takes {size} bytes")
        else:
            size, position = size >> 1, position + 1
        end = position + size
        name = _NAMES.get(buffer[position:end]) or _name(buffer[position:end])
        size = buffer[end]
        if size & _LONGER_OR_NEGATIVE:
            value, position = _sized(buffer, end)
        else:
            position = end + 1 + (size >> 1)
            value = buffer[end + 1 : position]
        headers.append((name, value))
    return headers, position


def _name(raw: bytes) -> str:
    if len(_NAMES) >= _NAMES_AT_MOST:
        _NAMES.clear()
    return _NAMES.setdefault(raw, raw.decode())
