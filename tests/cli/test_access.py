"""`crm key`, `crm role`, `crm member`."""

import getpass

import pytest
from typer.testing import CliRunner, Result

from api.cli.app import create_cli
from bootstrap import Wiring
from domain.access import ACCESS_ID, Access, KeyIssued, KeyRotated, MemberSet
from domain.access.keys import digest, parse
from domain.access.state import ACCESS
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from settings import Settings
from tests.cli.test_commands import crm


def run(dsn: str, *arguments: str) -> Result:
    """The command line in this process: only a first test starts one of its own."""
    return CliRunner(env={"COLUMNS": "200"}).invoke(create_cli(Wiring(Settings(postgres_dsn=dsn))), arguments)


def printed(dsn: str, *arguments: str) -> str:
    done = run(dsn, *arguments)
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


def refused(dsn: str, *arguments: str) -> str:
    done = run(dsn, *arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    return done.stderr


def known(ledger: PostgresLedger) -> Access:
    return ledger.read(ACCESS, ACCESS_ID).state or Access()


def test_a_first_key_is_one_line_and_stands_alone_on_standard_output(dsn: str, reader: LogReader) -> None:
    options = ("--role", "admin", "--scope", "*:read", "--expires-in-days", "30")
    done = crm("key", "issue", "ann", *options, CRM_POSTGRES_DSN=dsn)

    assert (done.returncode, done.stderr) == (0, "")
    key = parse(done.stdout.removesuffix("\n"))
    member, issued = reader.of_stream(ACCESS_ID)
    assert member.event == MemberSet(principal="ann", roles=("admin",))
    assert isinstance(issued.event, KeyIssued)
    assert (issued.event.key_id, issued.event.digest, issued.event.scopes) == (
        key.id,
        digest(key.secret),
        ("*:read",),
    )
    assert issued.event.expires_at is not None
    assert (issued.event.expires_at - issued.occurred_at).days == 30
    assert (issued.actor, issued.source) == (f"cli:{getpass.getuser()}", "cli")


def test_a_key_is_rotated_and_revoked(dsn: str, ledger: PostgresLedger, reader: LogReader) -> None:
    old = parse(printed(dsn, "key", "issue", "ann", "--role", "sales").strip())
    new = parse(printed(dsn, "key", "rotate", old.id, "--overlap-hours", "1").strip())
    assert printed(dsn, "key", "revoke", new.id) == ""

    keys = known(ledger).keys
    rotated = reader.of_stream(ACCESS_ID)[2]
    assert isinstance(rotated.event, KeyRotated)
    assert (rotated.event.overlap_until - rotated.occurred_at).total_seconds() == 3600
    assert (keys[old.id].successor, keys[new.id].revoked_at is not None) == (new.id, True)
    listed = printed(dsn, "key", "list")
    assert f"rotated to {new.id}" in listed
    assert "revoked" in listed
    assert old.secret not in listed


def test_roles_and_members_are_set_listed_and_removed(dsn: str, ledger: PostgresLedger) -> None:
    printed(dsn, "role", "define", "desk", "deal:read=team", "customer:read=all")
    printed(dsn, "member", "set", "ben [/x]", "--role", "desk", "--role", "intake", "--team", "north")

    assert known(ledger).members["ben [/x]"].roles == ("desk", "intake")
    roles, members = printed(dsn, "role", "list"), printed(dsn, "member", "list")
    assert "deal:read=team customer:read=all" in roles
    assert "analyst" in roles
    assert all(text in members for text in ("ben [/x]", "desk intake", "north"))
    printed(dsn, "member", "remove", "ben [/x]")
    printed(dsn, "role", "remove", "desk")
    assert known(ledger) == Access()


def test_lists_of_a_fresh_log_are_empty(dsn: str) -> None:
    assert "principal" in printed(dsn, "key", "list")
    assert "principal" in printed(dsn, "member", "list")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("key", "issue", "ann"), "crm: 'ann' is no member: give it a role (MemberNotFound)\n"),
        (("key", "revoke", "[/x]"), "crm: there is no API key '[/x]' (KeyNotFound)\n"),
        (("key", "rotate", "x"), "crm: there is no API key 'x' (KeyNotFound)\n"),
        (
            ("role", "define", "x", "deal:read"),
            "crm: '' is no level; there are none, own, team, all (UnknownLevel)\n",
        ),
        (("role", "remove", "admin"), "crm: role 'admin' is built in (BuiltInRole)\n"),
        (("member", "remove", "ann"), "crm: there is no member 'ann' (MemberNotFound)\n"),
    ],
)
def test_a_refusal_is_one_line(dsn: str, arguments: tuple[str, ...], told: str) -> None:
    assert refused(dsn, *arguments) == told
