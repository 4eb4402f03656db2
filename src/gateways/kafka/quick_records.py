"""Reads the relay's records out of fetched batches in a third of the time that the client library takes.

The library makes four objects a record, and looks at each header twice. Ours have the same headers in the same
order: one pattern finds all of their values at once. Any record that it does not fit, of a stranger or with a
longer text than usual, is read by the library.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from kafka.consumer.fetcher import Fetcher, IsolationLevel
from kafka.errors import CorruptRecordError
from kafka.record.util import decode_varint

from domain.facts import Fact
from gateways.kafka.message import Delivered, Headers, facts_of
from gateways.log.stored import event_or_unreadable

_WITH_HEADERS = 2
"""The format of batches whose records can have headers."""

# Lengths of up to 63 take one byte, which is twice the length. Of a longer one the first byte is no beginning of a
# character, so that such headers are no text.
_LENGTH = f"[{re.escape(''.join(map(chr, range(0, 128, 2))))}]"
_ID = "([0-9a-f-]{36})"
_NUMBER = "0*([0-9]+)"
_MOMENT = "([0-9T:.+-]+)"
_WORD = "([^\0- ]+)"
# No text that anybody wrote can hold the length of a header's name, which is a control character; but that of
# `ce_correlationid` is a space, so as little as fits.
_TEXT = "([^\0-\x1f]*?)"


def _header(name: str, value: str) -> str:
    return f"{re.escape(chr(2 * len(name)))}{name}{_LENGTH}{value}"


_ALWAYS = (
    ("ce_specversion", "1[.]0"),
    ("ce_id", "[0-9a-f/-]+"),
    ("ce_source", "/touchledger"),
    ("ce_type", _WORD),
    ("ce_schemaversion", _NUMBER),
    ("ce_subject", _ID),
    ("ce_time", _MOMENT),
    ("ce_recordedtime", _MOMENT),
    ("ce_sequence", _NUMBER),
    ("ce_previous", _NUMBER),
    ("ce_streamversion", _NUMBER),
    ("ce_partitionkey", _ID),
    ("ce_authid", _TEXT),
    ("ce_origin", _TEXT),
    ("ce_correlationid", _ID),
    ("ce_causationid", _ID),
    ("content-type", "application/json"),
)
_SOMETIMES = (("ce_onbehalfof", _TEXT), ("ce_reason", _TEXT), ("ce_client", _TEXT), ("ce_causedby", _NUMBER))
_HEADERS = re.compile(
    # Before them stands how many there are.
    "." + "".join(_header(*each) for each in _ALWAYS) + "".join(f"(?:{_header(*each)})?" for each in _SOMETIMES)
)


class _Told(msgspec.Struct, frozen=True, array_like=True):
    """What the pattern finds, in its order."""

    type: str
    schema: int
    stream_id: UUID
    occurred_at: datetime
    recorded_at: datetime
    position: int
    previous: int
    version: int
    customer_id: UUID
    actor: str
    source: str
    correlation_id: UUID
    causation_id: UUID
    on_behalf_of: str | None
    reason: str | None
    client: str | None
    caused_by: int | None


class _Record(NamedTuple):
    """What the library reads."""

    topic: str
    partition: int
    offset: int
    value: bytes | None
    headers: Headers


class QuickRecords(Fetcher.PartitionRecords):  # type: ignore[misc]
    """What was fetched of a partition, handed out as facts; records of strangers are passed over."""

    def _unpack_records(self, place: Any, records: Any, *_: Any) -> Iterator[Delivered]:
        while (batch := records.next_batch()) is not None:
            if self.check_crcs and not batch.validate_crc():
                raise CorruptRecordError(f"{place.topic}/{place.partition}@{batch.base_offset} was damaged")
            if batch.magic != _WITH_HEADERS:
                yield from self._of_strangers(place, batch)
                continue
            if self._tells(batch):
                yield from self._facts(place, batch)
            # Not that of the last record: it may have been removed.
            self.next_fetch_offset = batch.next_offset
        self.drain()

    def _tells(self, batch: Any) -> bool:
        """Whether it holds records; not one that ends a transaction, nor one of a transaction that was aborted."""
        self.leader_epoch = batch.leader_epoch
        if self.isolation_level == IsolationLevel.READ_COMMITTED and batch.has_producer_id():
            self._consume_aborted_transactions_up_to(batch.last_offset)
            if self._contains_abort_marker(batch):
                self.aborted_producer_ids.discard(batch.producer_id)
            elif self._is_batch_aborted(batch):
                return False
        return not batch.is_control_batch

    def _facts(self, place: Any, batch: Any) -> Iterator[Delivered]:
        batch._maybe_uncompress()
        buffer = batch._buffer = bytes(batch._buffer)  # Slices of it are bytes too.
        first, position = batch.base_offset, batch._pos
        for _ in range(batch.records_count):
            length, start = decode_varint(buffer, position)
            end = start + length
            fact = _quickly(buffer, start, end, place.partition, first)
            if fact is None:
                batch._pos = position
                fact = _slowly(batch, place)
            position = end
            self.records_read += 1
            self.bytes_read += length
            if fact is not None:
                self.next_fetch_offset = fact.offset + 1
                yield fact

    def _of_strangers(self, place: Any, batch: Any) -> Iterator[Delivered]:
        for record in batch:
            self.next_fetch_offset = record.offset + 1
            yield from facts_of([_Record(place.topic, place.partition, record.offset, record.value, [])])


def _quickly(buffer: bytes, start: int, end: int, partition: int, first: int) -> Delivered | None:
    """The fact of a record; None where the pattern does not fit."""
    try:
        position = start + 1
        while buffer[position] & 0x80:  # When it was written, which the headers tell better.
            position += 1
        offset, position = decode_varint(buffer, position + 1)
        size, position = decode_varint(buffer, position)
        size, position = decode_varint(buffer, position + size)
        value = buffer[position : position + size]
        found = _HEADERS.fullmatch(buffer[position + size : end].decode())
        if found is None:
            return None
        told = msgspec.convert(found.groups(), _Told, strict=False)
    except (ValueError, IndexError, msgspec.ValidationError):
        return None
    fact = Fact(
        stream_id=told.stream_id,
        version=told.version,
        event=event_or_unreadable(told.type, told.schema, value),
        customer_id=told.customer_id,
        occurred_at=told.occurred_at,
        actor=told.actor,
        source=told.source,
        correlation_id=told.correlation_id,
        causation_id=told.causation_id,
        recorded_at=told.recorded_at,
        position=told.position,
        on_behalf_of=told.on_behalf_of,
        reason=told.reason,
        client=told.client,
        caused_by=told.caused_by,
    )
    return Delivered(partition, first + offset, told.previous, fact)


def _slowly(batch: Any, place: Any) -> Delivered | None:
    """The fact of the record at which the batch stands; None for one of a stranger."""
    try:
        read = batch._read_msg()
    except (ValueError, IndexError) as error:
        raise CorruptRecordError(f"{place.topic}/{place.partition}@{batch.base_offset}: {error!r}") from error
    return next(facts_of([_Record(place.topic, place.partition, read.offset, read.value, read.headers)]), None)
