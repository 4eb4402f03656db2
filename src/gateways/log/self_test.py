"""The start-up self-test: can this role change the log? It tries, and takes everything back.

Only what is refused for want of a privilege counts as refused. DROP TRIGGER and CREATE TRIGGER are not tried: they
lock the table before they look at the privilege, and would stop all writers. Whoever may do the first owns the
table; the privilege for the second is asked of the catalogue.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Literal

from domain.problems import Problem, Standstill

# With any of these, what is tried below would succeed, and lock the table meanwhile.
_STANDING = """
WITH roles AS (SELECT * FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER')),
things AS (
    SELECT relowner AS owner, 'crm.' || relname AS name FROM pg_class
    WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'v')
    UNION ALL SELECT proowner, 'crm.' || proname || '()' FROM pg_proc WHERE pronamespace = 'crm'::regnamespace
    UNION ALL SELECT nspowner, 'the schema crm' FROM pg_namespace WHERE nspname = 'crm'
    UNION ALL SELECT datdba, 'the database' FROM pg_database WHERE datname = current_database())
SELECT 'it is a member of the superuser ' || rolname FROM roles WHERE rolsuper
UNION ALL SELECT 'it may create roles, as ' || rolname FROM roles WHERE rolcreaterole
UNION ALL SELECT 'it is a member of ' || rolname FROM roles
WHERE rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program')
UNION ALL SELECT 'as ' || rolname || ' it owns ' || string_agg(name, ', ' ORDER BY name)
FROM things JOIN roles ON roles.oid = owner GROUP BY rolname
UNION ALL SELECT 'CREATE TRIGGER ON crm.events' WHERE has_table_privilege('crm.events', 'TRIGGER')
"""
_SUPERUSER = "SELECT rolsuper, pg_is_in_recovery() FROM pg_roles WHERE rolname = session_user"

# 2: before; 8, 16 and 32: what it is for. One with a condition, or for some columns, is not meant.
_REFUSED_ALWAYS = """
SELECT coalesce(bit_or(tgtype), 0) FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE tgrelid = 'crm.events'::regclass AND pronamespace = 'crm'::regnamespace AND proname = 'refuse_change'
  AND tgenabled = 'A' AND tgtype & 2 = 2 AND tgqual IS NULL AND tgattr = ''
"""
_CHANGES = {8: "DELETE", 16: "UPDATE", 32: "TRUNCATE"}

# These lock like any writer, beside whom they find room, and have no row to change.
_ON_ROWS = {
    "UPDATE crm.events": "UPDATE crm.events SET state = state WHERE false",
    # Asks for UPDATE of any column.
    "UPDATE of some columns of crm.events": "SELECT FROM crm.events WHERE false FOR UPDATE",
    "DELETE FROM crm.events": "DELETE FROM crm.events WHERE false",
    "INSERT INTO crm.events": "INSERT INTO crm.events DEFAULT VALUES",
}
# These look at the privilege before they lock.
_ON_THE_SCHEMA = {
    "TRUNCATE crm.events": "TRUNCATE crm.events",
    "ALTER TABLE crm.events": "ALTER TABLE crm.events DISABLE TRIGGER USER",
    "DROP TABLE crm.events": "DROP TABLE crm.events CASCADE",
    "SET session_replication_role": "SET LOCAL session_replication_role = replica",
    "CREATE in schema crm": "CREATE FUNCTION crm.self_test() RETURNS void LANGUAGE sql AS ''",
}
_FUNCTIONS = """
SELECT 'CREATE OR REPLACE FUNCTION crm.' || proname, pg_get_functiondef(oid)
FROM pg_proc WHERE pronamespace = 'crm'::regnamespace AND prokind = 'f'
"""


_REFUSED, _LOCKED = "42501", "55P03"
# In one block, whose errors the server keeps out of its log. Our triggers refuse with the same code as the server;
# then the privilege itself is there.
_TRIED = """
DO $self_test$
DECLARE
    attempt  text;
    place    text;
    outcomes text[] := '{{}}';
BEGIN
    FOREACH attempt IN ARRAY {attempts}::text[] LOOP
        BEGIN
            EXECUTE attempt;
            RAISE EXCEPTION 'let in, and taken back';
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS place = PG_EXCEPTION_CONTEXT;
            outcomes := outcomes || CASE WHEN place LIKE 'PL/pgSQL function crm.%' THEN 'ours' ELSE SQLSTATE END;
        END;
    END LOOP;
    PERFORM set_config('crm.outcomes', array_to_string(outcomes, ' '), true);
END $self_test$
"""


class LogUnprotected(Standstill):
    """The application's role could change the log, or the log's own triggers do not refuse it."""


class LogNotTestable(Problem):
    """Whether the log is protected cannot be tried now: a lock is in the way, or the server is a standby."""


def check_append_only(dsn: str) -> None:
    """Return if the role of this address can change nothing in the log; nothing that it tries is kept.

    Raises:
        LogUnprotected: naming each hole.
        LogNotTestable: to be tried again.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        superuser, standby = connection.execute(_SUPERUSER).fetchone() or (True, False)
        if standby:
            raise LogNotTestable("the database is a standby, which takes no events; name the primary")
        with connection.transaction(force_rollback=True):
            # What a server forbids to everybody is not refused to this role.
            connection.execute("SET TRANSACTION READ WRITE")
            connection.execute("SET LOCAL lock_timeout = '200ms'")
            holes = ["it is a superuser"] if superuser else _texts(connection, _STANDING)
            holes = [*_missing_triggers(connection), *(holes or _let_in(connection))]
        role = connection.info.user
    if holes:
        raise LogUnprotected(
            f"{role} (CRM_POSTGRES_DSN) could change the log, so nothing is served: "
            f"{'; '.join(holes)}. Name the application's role there, and run `crm migrate` as the owner"
        )


def _texts(connection: Connection[Any], query: str) -> list[str]:
    return [text for (text,) in connection.execute(query.encode())]


def _missing_triggers(connection: Connection[Any]) -> Iterator[str]:
    (refused,) = connection.execute(_REFUSED_ALWAYS).fetchone() or (0,)
    for bit, change in _CHANGES.items():
        if not refused & bit:
            yield f"no trigger refuses {change} on crm.events always"


def _let_in(connection: Connection[Any]) -> Iterator[str]:
    """What this role was let do, though it was taken back."""
    attempts = {**_ON_ROWS, **_ON_THE_SCHEMA, **dict(connection.execute(_FUNCTIONS).fetchall())}
    connection.execute(SQL(_TRIED).format(attempts=Literal(list(attempts.values()))))
    (outcomes,) = connection.execute("SELECT current_setting('crm.outcomes')").fetchone() or ("",)
    for (name, statement), outcome in zip(attempts.items(), str(outcomes).split(), strict=True):
        if outcome == _LOCKED and statement in _ON_ROWS.values():
            raise LogNotTestable("crm.events is locked by somebody; start again when it is free")
        if outcome != _REFUSED:
            yield name
