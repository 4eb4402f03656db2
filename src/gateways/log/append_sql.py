"""The statements of an append."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from gateways.log.stored import COLUMNS, StoredFact, columns_of
from gateways.log.wire import binary_array

Outcome = list[int] | Exception
"""The positions of a unit's rows, or why it was not appended."""

_KINDS = (*COLUMNS.values(), "uuid", "bigint")
_APPEND = f"SELECT crm.append({', '.join(f'${place}::{kind}[]' for place, kind in enumerate(_KINDS, 1))})".encode()
_NAME = b"crm_append"
_BINARY = [1] * len(_KINDS)

_STORED_BY = """
SELECT array_agg(notification_id ORDER BY place)
FROM unnest(%s::uuid[], %s::bigint[], %s::uuid[]) WITH ORDINALITY AS asked(id, version, causation, place)
JOIN crm.events ON originator_id = id AND originator_version = version AND causation_id = causation
"""

# Nobody waits for ever: neither for a lock nor for a server that has gone.
_LIMITS = "-c lock_timeout=2s -c statement_timeout=30s -c idle_in_transaction_session_timeout=30s"
_LINE = {"connect_timeout": "5", "tcp_user_timeout": "10000", "keepalives_idle": "10"}


class VersionConflict(Exception):
    """Another command has written this version of a stream already."""


@dataclass(frozen=True)
class Unit:
    """The rows of one command: all are appended, or none.

    `read` are the streams that it looked at and leaves as they are, with the versions that it saw.
    """

    rows: Sequence[StoredFact]
    read: Mapping[UUID, int] = field(default_factory=dict)

    @property
    def touches(self) -> frozenset[UUID]:
        """The streams that it read or writes."""
        return frozenset(self.read) | {row.originator_id for row in self.rows}


def connect(dsn: str) -> Connection[Any]:
    """A connection that `append` can use.

    Raises:
        psycopg.OperationalError: the database does not answer.
    """
    # No automatic preparing: psycopg gives up all prepared statements, ours too, when a savepoint is rolled back.
    connection = psycopg.connect(make_conninfo(**_LINE | _given(dsn)), autocommit=True, prepare_threshold=None)
    result = connection.pgconn.prepare(_NAME, _APPEND)
    if result.status != ExecStatus.COMMAND_OK:
        raise _problem(connection, result)
    return connection


def append(connection: Connection[Any], units: Sequence[Unit]) -> list[int]:
    """Append the rows of units in one transaction and one round trip; their positions, in order."""
    rows = [row for unit in units for row in unit.rows]
    looked_at = [seen for unit in units for seen in unit.read.items()]
    columns = [*columns_of(rows), [stream_id for stream_id, _ in looked_at], [version for _, version in looked_at]]
    # Straight to libpq: one call, which gives the interpreter's lock away once and not at each step.
    values = [binary_array(kind, column) for kind, column in zip(_KINDS, columns, strict=True)]
    result = connection.pgconn.exec_prepared(_NAME, values, param_formats=_BINARY, result_format=1)
    # The function's answer comes before the commit: on a line that broke behind it, it says nothing.
    if result.status != ExecStatus.TUPLES_OK or connection.closed:
        raise _problem(connection, result)
    last = int.from_bytes(result.get_value(0, 0) or b"", "big")
    return list(range(last + 1, last + 1 + len(rows)))


def append_apart(
    connection: Connection[Any], bundles: Sequence[Sequence[Unit]], *, again: bool = False
) -> list[list[Outcome]]:
    """Append units in one transaction, each for itself: one that fails leaves nothing and stops no stranger.

    `again`: an earlier try may have stored some or all, and may be about to; what it stored is its outcome.
    """
    with connection.transaction():
        if again:  # before looking: whoever still carries out the first try holds this lock
            connection.execute("SELECT crm.lock_log()")
        outcomes = [_append_bundle(connection, units, again=again) for units in bundles]
    if connection.closed:  # psycopg's transaction passes over a commit for which it has no line
        raise psycopg.OperationalError("the connection was lost")
    return outcomes


def _append_bundle(connection: Connection[Any], units: Sequence[Unit], *, again: bool) -> list[Outcome]:
    outcomes: list[Outcome] = []
    failed: set[UUID] = set()
    for unit in units:
        stored = _positions_if_stored(connection, unit.rows) if again else None
        if stored is not None:
            outcome: Outcome = stored
        elif failed & unit.touches:
            outcome = VersionConflict("a command that this one builds on failed")
        else:
            outcome = _append_unit(connection, unit)
        if isinstance(outcome, Exception):
            failed |= {row.originator_id for row in unit.rows}
        outcomes.append(outcome)
    return outcomes


def _append_unit(connection: Connection[Any], unit: Unit) -> Outcome:
    try:
        with connection.transaction():
            return append(connection, [unit])
    except psycopg.errors.UniqueViolation as error:
        return VersionConflict(str(error))
    except (psycopg.OperationalError, psycopg.InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with this unit, the others go on
        return error


def _positions_if_stored(connection: Connection[Any], rows: Sequence[StoredFact]) -> list[int] | None:
    """The positions of rows that a commit whose reply was lost did store; None when it did not."""
    ids, versions, causes = zip(
        *((row.originator_id, row.originator_version, row.causation_id) for row in rows), strict=True
    )
    found = connection.execute(_STORED_BY, (list(ids), list(versions), list(causes))).fetchone()
    positions = found[0] if found else None
    return list(positions) if positions and len(positions) == len(rows) else None


def _given(dsn: str) -> dict[str, Any]:
    given = conninfo_to_dict(dsn)
    return given | {"options": f"{given.get('options', '')} {_LIMITS}".strip()}


def _problem(connection: Connection[Any], result: PGresult) -> psycopg.Error:
    # libpq gives no code when the connection was lost, and psycopg then knows only that something is wrong.
    if connection.closed:
        return psycopg.OperationalError(result.get_error_message() or "the connection was lost")
    return psycopg.errors.error_from_result(result)
