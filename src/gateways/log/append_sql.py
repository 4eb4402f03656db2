"""The statements of an append."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from gateways.log.append_call import FORMATS, STATEMENT, Failure, Group, arguments, outcome_of, outcomes
from gateways.log.stored import StoredFact
from gateways.log.unit import Outcome, Unit, VersionConflict

_NAME = b"crm_append"

TRANSIENT = (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled)
"""Errors after which nothing was appended, and trying again may help."""

# Connection exceptions, too few resources, shut down by an operator, system errors.
_SERVER_GONE = ("08", "53", "57P", "58")

_STORED_BY = """
SELECT array_agg(notification_id ORDER BY place)
FROM unnest(%s::uuid[], %s::bigint[], %s::uuid[]) WITH ORDINALITY AS asked(id, version, causation, place)
JOIN crm.events ON originator_id = id AND originator_version = version AND causation_id = causation
"""

# Nobody waits for ever: neither for a lock nor for a server that has gone, nor for a writer who was stopped and
# holds the log: for half as long as a command waits (`group_commit.PATIENCE_SECONDS`).
_LIMITS = "-c lock_timeout=1s -c statement_timeout=30s -c idle_in_transaction_session_timeout=5s"
# One whose request breaks off before it asks for the commit is not idle, nor is a statement under way. Set where
# the server knows it (PostgreSQL 17); long, since what is appended unit by unit takes several statements.
_LONGEST_TRANSACTION = "60s"
_LIMIT_TRANSACTION = "SELECT set_config(name, %s, false) FROM pg_settings WHERE name = 'transaction_timeout'"
_LINE = {"connect_timeout": "5", "tcp_user_timeout": "10000", "keepalives_idle": "10"}


def connect(dsn: str) -> Connection[Any]:
    """A connection that `append` can use.

    Raises:
        psycopg.OperationalError: the database does not answer.
    """
    # No automatic preparing: psycopg gives up all prepared statements, ours too, when a savepoint is rolled back.
    connection = psycopg.connect(make_conninfo(**_LINE | _given(dsn)), autocommit=True, prepare_threshold=None)
    result = connection.pgconn.prepare(_NAME, STATEMENT)
    if result.status != ExecStatus.COMMAND_OK:
        raise _problem(connection, result)
    connection.execute(_LIMIT_TRANSACTION, [_LONGEST_TRANSACTION])
    return connection


def line_lost(connection: Connection[Any] | None, error: psycopg.Error) -> bool:
    """Whether what was sent may have been carried out all the same, or may be when the server is back."""
    state = error.sqlstate or ""
    return connection is None or connection.closed or not state or state.startswith(_SERVER_GONE)


def append(connection: Connection[Any], groups: Sequence[Group]) -> list[list[Outcome] | None]:
    """Append groups of units in one transaction and one round trip, each group whole or not at all.

    None for a group of several units that was left out: `append_apart` tells which of them is to blame.
    """
    return [
        told if not isinstance(told, Failure) else [outcome_of(told)] if len(group) == 1 else None
        for group, told in zip(groups, _append(connection, groups), strict=True)
    ]


def append_apart(
    connection: Connection[Any], groups: Sequence[Group], *, again: bool = False
) -> list[list[Outcome]]:
    """Append units in one transaction, each for itself: one that fails leaves nothing and stops no stranger.

    `again`: an earlier try may have stored some or all, and may be about to; what it stored is its outcome.
    """
    with connection.transaction():
        if again:  # before looking: whoever still carries out the first try holds this lock
            connection.execute("SELECT crm.lock_log()")
        told = [_append_group(connection, group, again=again) for group in groups]
    if connection.closed:  # psycopg's transaction passes over a commit for which it has no line
        raise psycopg.OperationalError("the connection was lost")
    return told


def _append(connection: Connection[Any], groups: Sequence[Group]) -> list[list[Outcome] | Failure]:
    # Straight to libpq: one call, which gives the interpreter's lock away once and not at each step.
    result = connection.pgconn.exec_prepared(_NAME, arguments(groups), param_formats=FORMATS, result_format=1)
    # The function's answer comes before the commit: on a line that broke behind it, it says nothing.
    if result.status != ExecStatus.TUPLES_OK or connection.closed:
        raise _problem(connection, result)
    last = int.from_bytes(result.get_value(0, 0) or b"", "big")
    return outcomes(groups, last, result.get_value(0, 1))


def _append_group(connection: Connection[Any], units: Sequence[Unit], *, again: bool) -> list[Outcome]:
    told: list[Outcome] = []
    failed: set[UUID] = set()
    for unit in units:
        stored = _positions_if_stored(connection, unit.rows) if again else None
        if stored is not None:
            outcome: Outcome = stored
        elif failed & unit.touches:
            outcome = VersionConflict("a command that this one builds on failed")
        else:
            outcome = _append_unit(connection, unit)
        if not isinstance(outcome, list):
            failed |= {row.originator_id for row in unit.rows}
        told.append(outcome)
    return told


def _append_unit(connection: Connection[Any], unit: Unit) -> Outcome:
    try:
        with connection.transaction():
            [told] = _append(connection, [[unit]])
    except TRANSIENT:
        raise
    except Exception as error:  # whatever is wrong with this unit, the others go on
        if isinstance(error, psycopg.Error) and line_lost(connection, error):
            raise
        return error
    return outcome_of(told) if isinstance(told, Failure) else told[0]


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
