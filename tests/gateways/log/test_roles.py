"""Who may do what between the owner and the application's role: where the owner is no superuser, too."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from gateways.log.ledger import PostgresLedger
from gateways.log.migrate import migrate
from gateways.log.roles import ReadTablesNotHandedOver, RoleMissing, RolesNotApart
from gateways.log.self_test import check_append_only
from tests.support.told import register_person


def as_superuser(owner_dsn: str, *statements: str) -> None:
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.fixture
def migrator_dsn(empty_owner_dsn: str) -> Iterator[str]:
    """An owner who may make schemas in this database, and roles, and no more."""
    database = f"test_{empty_owner_dsn.rpartition('_')[2]}"
    as_superuser(
        empty_owner_dsn,
        "CREATE ROLE crm_migrator LOGIN CREATEROLE",
        f"GRANT CREATE ON DATABASE {database} TO crm_migrator",
        "GRANT CREATE ON SCHEMA public TO crm_migrator",
    )
    yield make_conninfo(empty_owner_dsn, user="crm_migrator")
    as_superuser(
        empty_owner_dsn,
        "DROP OWNED BY crm_migrator CASCADE",
        "DO $$ BEGIN DROP OWNED BY crm_new; EXCEPTION WHEN undefined_object THEN NULL; END $$",
        "DROP ROLE IF EXISTS crm_new",
        "DROP ROLE crm_migrator",
    )


@pytest.fixture
def new_dsn(migrator_dsn: str) -> str:
    """The application's address, as a role that is not there yet."""
    return make_conninfo(migrator_dsn, user="crm_new", password="it's; a 'secret'")


def test_a_role_that_is_missing_is_made_with_its_password(
    migrator_dsn: str, new_dsn: str, empty_owner_dsn: str
) -> None:
    migrate(migrator_dsn, new_dsn)
    migrate(migrator_dsn, new_dsn)

    check_append_only(new_dsn)
    ledger = PostgresLedger(new_dsn)
    assert ledger.execute(register_person(uuid4())).position == 1
    ledger.close()
    with psycopg.connect(empty_owner_dsn) as connection:
        made = connection.execute(
            "SELECT rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, "
            "rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'crm_new'"
        ).fetchone()
    assert made == (True, False, False, False, False, True)


def test_an_owner_who_may_not_make_roles_says_what_to_run(
    migrator_dsn: str, new_dsn: str, empty_owner_dsn: str
) -> None:
    as_superuser(empty_owner_dsn, "ALTER ROLE crm_migrator NOCREATEROLE")

    with pytest.raises(
        RoleMissing, match=r'crm_migrator may not create roles; .* CREATE ROLE "crm_new" LOGIN'
    ) as told:
        migrate(migrator_dsn, new_dsn)
    assert "secret" not in str(told.value)

    as_superuser(empty_owner_dsn, "CREATE ROLE crm_new LOGIN")
    migrate(migrator_dsn, new_dsn)
    check_append_only(new_dsn)


def test_read_tables_that_the_owner_may_not_give_away_are_named(
    migrator_dsn: str, new_dsn: str, empty_owner_dsn: str
) -> None:
    migrate(migrator_dsn, new_dsn)
    as_superuser(empty_owner_dsn, "CREATE TABLE read.deals (key uuid)")

    with pytest.raises(ReadTablesNotHandedOver, match=r'run: ALTER TABLE read\."deals" OWNER TO "crm_new"; and'):
        migrate(migrator_dsn, new_dsn)

    as_superuser(empty_owner_dsn, 'ALTER TABLE read."deals" OWNER TO "crm_new"')
    migrate(migrator_dsn, new_dsn)


@pytest.mark.parametrize(
    ("role", "why"),
    [
        ("postgres", "postgres is the owner of the log"),
        ("crm_boss", "crm_boss is a superuser"),
        ("", "names no user"),
    ],
)
def test_one_role_for_both_is_refused(empty_owner_dsn: str, role: str, why: str) -> None:
    as_superuser(empty_owner_dsn, "CREATE ROLE crm_boss LOGIN SUPERUSER")
    named = {"user": role} if role else {}
    try:
        with pytest.raises(RolesNotApart, match=why):
            migrate(empty_owner_dsn, make_conninfo("dbname=crm", **named))
    finally:
        as_superuser(empty_owner_dsn, "DROP ROLE crm_boss")
