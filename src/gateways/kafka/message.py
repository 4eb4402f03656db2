"""An event as a Kafka record: CloudEvents 1.0 in binary mode, with its position and that of the one before it."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kafka.partitioner.default import murmur2

from domain.facts import Fact
from gateways.log.stored import StoredFact, fact_or_unreadable

Headers = list[tuple[str, bytes]]
_POSITION_DIGITS = 20
_logger = logging.getLogger("touchledger.projector")


class NotOurRecord(Exception):
    """A record in our topic that the relay did not write."""


@dataclass(frozen=True)
class Delivered:
    """A fact as it came from a partition. `previous` is the position of the record before it in the partition."""

    partition: int
    offset: int
    previous: int
    fact: Fact


def key_of(customer_id: UUID) -> bytes:
    return str(customer_id).encode()


def partition_of(customer_id: UUID, partitions: int) -> int:
    """Where Kafka's own default partitioner puts the key."""
    return int((murmur2(key_of(customer_id)) & 0x7FFFFFFF) % partitions)


def headers_of(row: StoredFact, previous: int) -> Headers:
    """`ce_sequence` is the position, padded to sort as text; `ce_previous` chains a partition's records."""
    assert row.recorded_at is not None
    headers: Headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", f"{row.originator_id}/{row.originator_version}".encode()),
        ("ce_source", b"/touchledger"),
        ("ce_type", row.topic.encode()),
        ("ce_schemaversion", b"%d" % row.schema),
        ("ce_subject", str(row.originator_id).encode()),
        ("ce_time", row.occurred_at.isoformat().encode()),
        ("ce_recordedtime", row.recorded_at.isoformat().encode()),
        ("ce_sequence", f"{row.notification_id:0{_POSITION_DIGITS}}".encode()),
        ("ce_previous", b"%d" % previous),
        ("ce_streamversion", b"%d" % row.originator_version),
        ("ce_partitionkey", str(row.customer_id).encode()),
        ("ce_authid", row.actor.encode()),
        ("ce_origin", row.source.encode()),
        ("ce_correlationid", str(row.correlation_id).encode()),
        ("ce_causationid", str(row.causation_id).encode()),
        ("content-type", b"application/json"),
    ]
    if row.on_behalf_of is not None:
        headers.append(("ce_onbehalfof", row.on_behalf_of.encode()))
    if row.reason is not None:
        headers.append(("ce_reason", row.reason.encode()))
    if row.client is not None:
        headers.append(("ce_client", row.client.encode()))
    if row.caused_by is not None:
        headers.append(("ce_causedby", b"%d" % row.caused_by))
    return headers


def facts_of(records: Iterable[Any]) -> Iterator[Delivered]:
    """The facts of consumed records; those of strangers are passed over."""
    for record in records:
        try:
            yield delivered(record)
        except NotOurRecord as stranger:
            _logger.warning("passed over a record that the relay did not write: %s", stranger)


def delivered(record: Any) -> Delivered:
    """The fact that a consumed record holds; with the event `Unreadable` where its payload cannot be read.

    Raises:
        NotOurRecord: its headers are not those of an event.
    """
    try:
        told = {name: value.decode() for name, value in record.headers}
        row = StoredFact(
            originator_id=UUID(told["ce_subject"]),
            originator_version=int(told["ce_streamversion"]),
            topic=told["ce_type"],
            schema=int(told["ce_schemaversion"]),
            state=record.value or b"",
            customer_id=UUID(told["ce_partitionkey"]),
            occurred_at=datetime.fromisoformat(told["ce_time"]),
            actor=told["ce_authid"],
            on_behalf_of=told.get("ce_onbehalfof"),
            source=told["ce_origin"],
            correlation_id=UUID(told["ce_correlationid"]),
            causation_id=UUID(told["ce_causationid"]),
            reason=told.get("ce_reason"),
            client=told.get("ce_client"),
            caused_by=int(told["ce_causedby"]) if "ce_causedby" in told else None,
            notification_id=int(told["ce_sequence"]),
            recorded_at=datetime.fromisoformat(told["ce_recordedtime"]),
        )
        previous = int(told["ce_previous"])
    # A header without a value has no `decode`.
    except (AttributeError, KeyError, ValueError) as error:
        raise NotOurRecord(f"record {record.topic}/{record.partition}@{record.offset}: {error!r}") from error
    return Delivered(record.partition, record.offset, previous, fact_or_unreadable(row))
