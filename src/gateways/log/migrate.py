"""Brings the database to the newest schema: numbered SQL files, each applied once, in order."""

from importlib import resources
from typing import Any

import psycopg
from psycopg import Connection

from domain.problems import Problem
from gateways.log.roles import application_role, ensure_role, grant

# Any number that nobody else in this database locks: two migrations at once would trip over each other.
_LOCK = 4_150_001


class SchemaOutOfDate(Problem):
    """The database lacks migrations that this program needs, or has some that it does not know."""


def migrate(owner_dsn: str, application_dsn: str) -> list[str]:
    """Apply what is missing as the owner, and grant the application's role what it needs; the files applied.

    Safe to repeat, and to call at once from several processes.

    Raises:
        RolesNotApart, RoleMissing, ReadTablesNotHandedOver: with what to do about it.
    """
    role = application_role(application_dsn)
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        ensure_role(connection, application_dsn)
        connection.execute(
            "CREATE TABLE IF NOT EXISTS public.crm_migrations (name text PRIMARY KEY, at timestamptz)"
        )
        missing = [name for name in _available() if name not in _applied(connection)]
        for name in missing:
            _apply(connection, name)
        grant(connection, role)
        return missing


def check_up_to_date(dsn: str) -> None:
    """Raises:
    SchemaOutOfDate: naming the migrations that are missing or unknown, or the role that was granted nothing.
    """
    with psycopg.connect(dsn) as connection:
        table = connection.execute("SELECT to_regclass('public.crm_migrations')").fetchone()
        try:
            applied = _applied(connection) if table and table[0] else set()
        except psycopg.errors.InsufficientPrivilege:
            raise SchemaOutOfDate(
                f"the database grants nothing to {connection.info.user}; run `crm migrate`"
            ) from None
    missing = [name for name in _available() if name not in applied]
    if missing:
        raise SchemaOutOfDate(f"the database lacks {', '.join(missing)}; run `crm migrate`")
    unknown = sorted(applied - set(_available()))
    if unknown:
        raise SchemaOutOfDate(f"the database was migrated by a newer Touchledger ({', '.join(unknown)})")


def _available() -> list[str]:
    folder = resources.files("gateways.log") / "migrations"
    return sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))


def _applied(connection: Connection[Any]) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM public.crm_migrations")}


def _apply(connection: Connection[Any], name: str) -> None:
    script = (resources.files("gateways.log") / "migrations" / name).read_bytes()
    with connection.transaction():
        connection.execute(script)
        connection.execute("INSERT INTO public.crm_migrations VALUES (%s, now())", (name,))
