"""Brings the database to the newest schema: numbered SQL files, each applied once, in order."""

from importlib import resources
from typing import Any

import psycopg
from psycopg import Connection

from domain.problems import Problem

# Any number that nobody else in this database locks: two migrations at once would trip over each other.
_LOCK = 4_150_001


class SchemaOutOfDate(Problem):
    """The database lacks migrations that this program needs, or has some that it does not know."""


def migrate(dsn: str) -> list[str]:
    """Apply what is missing; the names of the files applied. Safe to call at once from several processes."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        connection.execute(
            "CREATE TABLE IF NOT EXISTS public.crm_migrations (name text PRIMARY KEY, at timestamptz)"
        )
        missing = [name for name in _available() if name not in _applied(connection)]
        for name in missing:
            _apply(connection, name)
        return missing


def check_up_to_date(dsn: str) -> None:
    """Raises:
    SchemaOutOfDate: naming the migrations that are missing or unknown.
    """
    with psycopg.connect(dsn) as connection:
        table = connection.execute("SELECT to_regclass('public.crm_migrations')").fetchone()
        applied = _applied(connection) if table and table[0] else set()
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
