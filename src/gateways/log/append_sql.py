"""The statements of an append."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from gateways.log.stored import COLUMNS, StoredFact, columns_of
from gateways.log.wire import binary_array

Outcome = list[int] | Exception
"""The positions of a unit's rows, or why it was not appended."""

_KINDS = tuple(COLUMNS.values())
_APPEND = f"SELECT crm.append({', '.join(f'${place}::{kind}[]' for place, kind in enumerate(_KINDS, 1))})".encode()
_NAME = b"crm_append"
_BINARY = [1] * len(_KINDS)

_STORED_BY = """
SELECT notification_id FROM crm.events
WHERE originator_id = %s AND originator_version = %s AND causation_id = %s
"""


class VersionConflict(Exception):
    """Another command has written this version of a stream already."""


@dataclass(frozen=True)
class Unit:
    """The rows of one command: all are appended, or none. `touches` are the streams that it read or writes."""

    rows: Sequence[StoredFact]
    touches: frozenset[UUID] = frozenset()


def connect(dsn: str) -> Connection[Any]:
    """A connection that `append` can use.

    Raises:
        psycopg.OperationalError: the database does not answer.
    """
    # No automatic preparing: psycopg gives up all prepared statements, ours too, when a savepoint is rolled back.
    connection = psycopg.connect(dsn, autocommit=True, prepare_threshold=None)
    result = connection.pgconn.prepare(_NAME, _APPEND)
    if result.status != ExecStatus.COMMAND_OK:
        raise _problem(connection, result)
    return connection


def append(connection: Connection[Any], rows: Sequence[StoredFact]) -> list[int]:
    """Append rows in one transaction and one round trip; their positions, in order."""
    # Straight to libpq: one call, which gives the interpreter's lock away once and not at each step.
    values = [binary_array(kind, column) for kind, column in zip(_KINDS, columns_of(rows), strict=True)]
    result = connection.pgconn.exec_prepared(_NAME, values, param_formats=_BINARY, result_format=1)
    # The function's answer comes before the commit: on a line that broke behind it, it says nothing.
    if result.status != ExecStatus.TUPLES_OK or connection.closed:
        raise _problem(connection, result)
    last = int.from_bytes(result.get_value(0, 0) or b"", "big")
    return list(range(last + 1, last + 1 + len(rows)))


def append_apart(connection: Connection[Any], bundles: Sequence[Sequence[Unit]]) -> list[list[Outcome]]:
    """Append units in one transaction, each for itself: one that fails leaves nothing and stops no stranger."""
    with connection.transaction():
        outcomes = [_append_bundle(connection, units) for units in bundles]
    if connection.closed:  # psycopg's transaction passes over a commit for which it has no line
        raise psycopg.OperationalError("the connection was lost")
    return outcomes


def _append_bundle(connection: Connection[Any], units: Sequence[Unit]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    failed: set[UUID] = set()
    for unit in units:
        streams = {row.originator_id for row in unit.rows}
        if failed & (streams | unit.touches):
            outcome: Outcome = VersionConflict("a command that this one builds on failed")
        else:
            outcome = _append_unit(connection, unit)
        if isinstance(outcome, Exception):
            failed |= streams
        outcomes.append(outcome)
    return outcomes


def _append_unit(connection: Connection[Any], unit: Unit) -> Outcome:
    try:
        with connection.transaction():
            return append(connection, unit.rows)
    except psycopg.errors.UniqueViolation as error:
        return VersionConflict(str(error))
    except (psycopg.OperationalError, psycopg.InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with this unit, the others go on
        return error


def positions_if_stored(connection: Connection[Any], rows: Sequence[StoredFact]) -> list[int] | None:
    """The positions of rows that a commit whose reply was lost did store; None when it did not."""
    positions = []
    for row in rows:
        found = connection.execute(
            _STORED_BY, (row.originator_id, row.originator_version, row.causation_id)
        ).fetchone()
        if found is None:
            return None
        positions.append(int(found[0]))
    return positions


def _problem(connection: Connection[Any], result: PGresult) -> psycopg.Error:
    # libpq gives no code when the connection was lost, and psycopg then knows only that something is wrong.
    if connection.closed:
        return psycopg.OperationalError(result.get_error_message() or "the connection was lost")
    return psycopg.errors.error_from_result(result)
