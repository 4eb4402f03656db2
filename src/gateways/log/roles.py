"""Two roles: the owner, who migrates, and the application's, which can add to the log and never change it."""

from importlib import resources
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier, Literal

from domain.problems import Problem

_HUMBLE = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
_FOREIGN_READ_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'read'::regnamespace AND relkind = 'r' AND relowner <> (
    SELECT oid FROM pg_roles WHERE rolname = %s)
"""


class RolesNotApart(Problem):
    """The application's role is the owner's, a superuser's or nobody's: it could change the log."""


class RoleMissing(Problem):
    """The application's role does not exist, and the owner may not create it."""


class ReadTablesNotHandedOver(Problem):
    """Read models of an earlier release belong to another role, and the owner may not give them away."""


def application_role(dsn: str) -> str:
    """Raises:
    RolesNotApart: the address names no role.
    """
    role = conninfo_to_dict(dsn).get("user")
    if not role:
        raise RolesNotApart("CRM_POSTGRES_DSN names no user: write the application's role into it")
    return str(role)


def ensure_role(owner: Connection[Any], application_dsn: str) -> None:
    """Create the application's role, with the password of its address, where it is not there.

    Raises:
        RolesNotApart: it is the owner, or a superuser.
        RoleMissing: with the statement for somebody who may create roles.
    """
    role = application_role(application_dsn)
    found = owner.execute(
        "SELECT rolname IN (session_user, current_user), rolsuper FROM pg_roles WHERE rolname = %s", (role,)
    ).fetchone()
    if found is None:
        _create(owner, role, conninfo_to_dict(application_dsn).get("password"))
    elif any(found):
        what = "the owner of the log" if found[0] else "a superuser"
        raise RolesNotApart(f"{role} is {what}: name a role of the application's own in CRM_POSTGRES_DSN")


def grant(owner: Connection[Any], role: str) -> None:
    """Give the application's role what `grants.sql` says, and the tables of the read models. Safe to repeat.

    Raises:
        ReadTablesNotHandedOver: with the statement that is missing.
    """
    script = (resources.files("gateways.log") / "grants.sql").read_text()
    with owner.transaction():
        names = {"application": Identifier(role), "database": Identifier(owner.info.dbname)}
        owner.execute(SQL(script).format(**names))
        _hand_over_read_tables(owner, role)


def _create(owner: Connection[Any], role: str, password: Any) -> None:
    statement = SQL("CREATE ROLE {} " + _HUMBLE).format(Identifier(role))
    if password:
        # Hashed here: the server writes statements into its log.
        hashed = owner.pgconn.encrypt_password(str(password).encode(), role.encode())
        statement += SQL(" PASSWORD {}").format(Literal(hashed.decode()))
    try:
        owner.execute(statement)
    except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        return  # roles belong to all databases of a server: a migration of another one was quicker
    except psycopg.errors.InsufficientPrivilege:
        raise RoleMissing(
            f"the application's role does not exist and {owner.info.user} may not create roles; "
            f"""have it made: CREATE ROLE "{role}" {_HUMBLE} PASSWORD '…'; and run `crm migrate` again"""
        ) from None


def _hand_over_read_tables(owner: Connection[Any], role: str) -> None:
    """Earlier releases made them as the owner; whoever replaces and drops a table has to own it."""
    for (table,) in owner.execute(_FOREIGN_READ_TABLES, (role,)).fetchall():
        statement = SQL("ALTER TABLE read.{} OWNER TO {}").format(Identifier(table), Identifier(role))
        try:
            owner.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            raise ReadTablesNotHandedOver(
                f"{owner.info.user} may not give read.{table} to {role}; as a superuser, run: "
                f"{statement.as_string(owner)}; and `crm migrate` again"
            ) from None
