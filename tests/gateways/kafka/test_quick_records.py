"""Records are read quickly, and as the client library reads them."""

import struct
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import TopicPartition
from kafka.consumer.fetcher import Fetcher, IsolationLevel
from kafka.errors import CorruptRecordError
from kafka.protocol.consumer import FetchResponse
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from kafka.record.memory_records import MemoryRecords
from kafka.record.util import calc_crc32c, decode_varint

from gateways.kafka import quick_records
from gateways.kafka.message import facts_of, headers_of, key_of
from gateways.kafka.quick_records import QuickRecords
from gateways.log.stored import StoredFact

PLACE = TopicPartition("crm.events", 3)
Aborted = FetchResponse.FetchableTopicResponse.PartitionData.AbortedTransaction
COMMIT, ABORT = b"\0\0\0\1", b"\0\0\0\0"

moments = st.datetimes(timezones=st.just(UTC))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=70) | st.sampled_from(
    ["web form", "x ce_correlationidH1", "a\x12ce_origin\x02b", "a\0", "ö" * 40]
)
numbers = st.integers(1, 2**62)
Record = tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes | None]]]


def records_of(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Record]:
    """As the relay writes them."""
    rows = st.builds(
        StoredFact,
        originator_id=st.uuids(),
        originator_version=numbers,
        topic=st.sampled_from(["order.placed", "customer.registered", "no.such"]),
        schema=st.sampled_from([1, 7]),
        state=st.sampled_from([b"{}", b"{"]) | st.binary(max_size=100),
        customer_id=st.uuids(),
        occurred_at=moments,
        recorded_at=moments,
        actor=texts,
        source=texts,
        correlation_id=st.uuids(),
        causation_id=st.uuids(),
        on_behalf_of=st.none() | texts,
        reason=st.none() | texts,
        client=st.none() | texts,
        caused_by=st.none() | numbers,
        notification_id=numbers,
    )
    return rows.map(lambda row: (key_of(row.customer_id), row.state, headers_of(row, row.notification_id - 1)))


ours = records_of(texts)
sized = st.none() | st.binary(max_size=300)
foreign = st.tuples(sized, sized, st.lists(st.tuples(texts, sized), max_size=5))
# One of ours that lost a header, or of which one is empty.
damaged = st.builds(
    lambda record, place, empty: (*record[:2], _without(record[2], place, empty=empty)),
    ours,
    st.integers(0, 16),
    st.booleans(),
)
records = st.lists(ours | foreign | damaged, min_size=1, max_size=4)


def _without(headers: Any, place: int, *, empty: bool) -> Any:
    return [*headers[:place], *([(headers[place][0], None)] if empty else []), *headers[place + 1 :]]


def batch(told: list[Record], *, first: int = 0, codec: int = 0, writer: int = -1, control: bool = False) -> bytes:
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=codec, is_transactional=int(writer >= 0), producer_id=writer,
        producer_epoch=0 if writer >= 0 else -1, base_sequence=0 if writer >= 0 else -1, batch_size=10**9,
    )  # fmt: skip
    for offset, (key, value, headers) in enumerate(told):
        builder.append(offset, 1_700_000_000_000 + 100 * offset, key, value, headers)
    whole = bytearray(builder.build())
    struct.pack_into(">q", whole, 0, first)
    if control:
        whole[22] |= DefaultRecordBatch.CONTROL_MASK
        struct.pack_into(">I", whole, 17, calc_crc32c(memoryview(whole)[21:]))
    return bytes(whole)


def read(by: Any, fetched: bytes, *, at: int = 0, aborted: Any = ()) -> Any:
    found = by(
        at,
        PLACE,
        MemoryRecords(fetched),
        isolation_level=IsolationLevel.READ_COMMITTED,
        aborted_transactions=[Aborted(producer_id=writer, first_offset=first) for writer, first in aborted],
    )
    facts = found.take(1_000)
    return (facts if by is QuickRecords else list(facts_of(facts))), found.next_fetch_offset, found.leader_epoch


@given(records, st.sampled_from([0, 1]), st.integers(0, 3))
def test_what_is_read_is_the_same(told: list[Record], codec: int, at: int) -> None:
    whole = batch(told, codec=codec, first=2**33) + batch(told, first=2**33 + len(told))

    at += 2**33
    assert read(QuickRecords, whole, at=at) == read(Fetcher.PartitionRecords, whole, at=at)


@given(
    st.lists(
        st.tuples(st.sampled_from([7, 8]), st.sampled_from(["facts", "facts", "commit", "abort"])), max_size=9
    ),
    ours,
)
def test_an_aborted_transaction_is_not_read(steps: list[tuple[int, str]], record: Record) -> None:
    fetched, opened, aborted = b"", dict[int, int](), list[tuple[int, int]]()
    for offset, (writer, step) in enumerate(steps):
        if step == "facts":
            opened.setdefault(writer, offset)
            fetched += batch([record], first=offset, writer=writer)
            continue
        if step == "abort" and writer in opened:
            aborted.append((writer, opened[writer]))
        opened.pop(writer, None)
        end = ABORT if step == "abort" else COMMIT
        fetched += batch([(end, b"\0\0\0\0\0\0", [])], first=offset, writer=writer, control=True)

    found = read(QuickRecords, fetched, aborted=aborted)

    assert found == read(Fetcher.PartitionRecords, fetched, aborted=aborted)


@given(records_of(st.text("aé /@.,:-09", max_size=31)))
def test_ordinary_records_are_read_in_the_quick_way(record: Record) -> None:
    whole = batch([record])
    length, start = decode_varint(whole, 61)

    assert start + length == len(whole)
    assert quick_records._quickly(whole, start, len(whole), 0, 0) is not None


@given(records, st.data())
def test_damage_is_noticed(told: list[Record], data: st.DataObject) -> None:
    whole = bytearray(batch(told))
    whole[data.draw(st.integers(21, len(whole) - 1))] ^= data.draw(st.integers(1, 255))

    with pytest.raises(CorruptRecordError):
        read(QuickRecords, bytes(whole))
