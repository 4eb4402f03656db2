"""What the log holds of the clients' commands, read with plain SQL."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from tests.faults.commands import EVENTS
from tests.faults.journal import Journal, Told

_BY_COMMAND = """
SELECT correlation_id::text, count(DISTINCT causation_id), array_agg(topic ORDER BY topic),
       array_agg(notification_id ORDER BY notification_id)
FROM crm.events GROUP BY correlation_id
"""
_BROKEN_STREAMS = """
SELECT originator_id FROM crm.events GROUP BY originator_id
HAVING min(originator_version) <> 1 OR max(originator_version) <> count(*)
"""


@dataclass(frozen=True)
class Recorded:
    """The events of one command. `times` is how often it was carried out."""

    times: int
    types: list[str]
    positions: list[int]


def recorded(dsn: str) -> dict[str, Recorded]:
    """By the command's id; after a look that no position is missing, and no version of any stream."""
    with psycopg.connect(dsn) as connection:
        found = {row[0]: Recorded(*row[1:]) for row in connection.execute(_BY_COMMAND)}
        broken = connection.execute(_BROKEN_STREAMS).fetchall()
    positions = sorted(position for each in found.values() for position in each.positions)
    assert positions == list(range(1, len(positions) + 1))
    assert broken == []
    return found


def assert_kept(dsn: str, journal: Journal) -> dict[str, Recorded]:
    """What was acknowledged is there once, where it was said to be; what was not, is there whole or not at all.

    Returns what is there of the journal's commands.
    """
    told = journal.commands()
    there = {command_id: found for command_id, found in recorded(dsn).items() if command_id in told}
    assert journal.acknowledged() <= there.keys()
    for command_id, found in there.items():
        _assert_whole(found, told[command_id])
    return there


def _assert_whole(command: Recorded, told: Told) -> None:
    assert (command.times, command.types) == (1, EVENTS[told.kind]), (command, told)
    assert all(answer.position == command.positions[-1] for answer in told.acknowledged), (command, told)
