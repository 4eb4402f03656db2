"""An audit filter as a condition on the log's table."""

from dataclasses import dataclass
from typing import Any

from domain.audit import AuditFilter

_TESTS: dict[str, str] = {
    "stream_id": "originator_id = %s",
    "customer_id": "customer_id = %s",
    "actor": "actor = %s",
    "source": "source = %s",
    "client": "client = %s",
    "correlation_id": "correlation_id = %s",
    "command_id": "causation_id = %s",
    "recorded_from": "recorded_at >= %s",
    "recorded_until": "recorded_at < %s",
    "occurred_from": "occurred_at >= %s",
    "occurred_until": "occurred_at < %s",
}
_TYPE = "topic = %s"
_KIND = "split_part(topic, '.', 1) = %s"  # written as in the index


@dataclass(frozen=True)
class Condition:
    """`sql` begins with AND, or is empty. A `story` is that of one record or one customer: it has an index that
    leads through it in order."""

    sql: str
    params: tuple[Any, ...]
    story: bool


def condition_of(wanted: AuditFilter) -> Condition:
    given = [(test, getattr(wanted, name)) for name, test in _TESTS.items() if getattr(wanted, name) is not None]
    if wanted.type is not None:
        kind, _, fact = wanted.type.partition(".")
        given.append((_TYPE, wanted.type) if fact else (_KIND, kind))
    return Condition(
        "".join(f" AND {test}" for test, _ in given),
        tuple(value for _, value in given),
        story=wanted.stream_id is not None or wanted.customer_id is not None,
    )
