"""Records are read quickly, and as the client library reads them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.errors import CorruptRecordError
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder

from gateways.kafka import quick_records

THEIRS = DefaultRecordBatch._read_msg
SIZED = st.one_of(st.none(), st.binary(max_size=300))
HEADERS = st.lists(st.tuples(st.text(max_size=80), SIZED), max_size=25)
RECORDS = st.lists(st.tuples(st.integers(0, 2**40), SIZED, SIZED, HEADERS), min_size=1, max_size=5)


def batch(records: list[Any], *, codec: int = 0) -> bytes:
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=codec, is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=-1,
        batch_size=10**9,
    )  # fmt: skip
    for offset, (at, key, value, headers) in enumerate(records):
        builder.append(offset, at, key, value, headers)
    return bytes(builder.build())


def read(whole: bytes, by: Any) -> list[Any]:
    class Batch(DefaultRecordBatch):  # type: ignore[misc]
        _read_msg = by

    return [
        (r.size_in_bytes, r.offset, r.timestamp, r.timestamp_type, r.key, r.value, r.headers) for r in Batch(whole)
    ]


@given(RECORDS, st.sampled_from([0, 1]))
def test_what_is_read_is_the_same(records: list[Any], codec: int) -> None:
    whole = batch(records, codec=codec)

    assert read(whole, quick_records._read_record) == read(whole, THEIRS)


@given(RECORDS, st.data())
def test_damage_is_noticed_alike(records: list[Any], data: st.DataObject) -> None:
    """Whatever byte is another one: both find the batch corrupt, or both read the same."""
    whole = bytearray(batch(records))
    whole[data.draw(st.integers(61, len(whole) - 1))] ^= data.draw(st.integers(1, 255))

    def outcome(by: Any) -> Any:
        try:
            return read(bytes(whole), by)
        except (CorruptRecordError, UnicodeDecodeError):
            return "corrupt"

    assert outcome(quick_records._read_record) == outcome(THEIRS)


def test_a_negative_number_of_headers_is_corrupt() -> None:
    whole = bytearray(batch([(0, None, None, [])]))
    whole[-1] = 0x01

    with pytest.raises(CorruptRecordError):
        read(bytes(whole), quick_records._read_record)
