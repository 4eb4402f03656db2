"""`crm key`, `crm role`, `crm member`: who may do what."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console

from api.cli.access_lists import show_keys, show_members, show_roles
from api.cli.by_operator import by_operator
from api.cli.opened import opened
from api.cli.problems import told_plainly
from api.cli.wiring import Wiring
from api.ports import Services
from domain import access
from domain.access import ACCESS, ACCESS_ID, Access
from domain.access.keys import ApiKey, compose, draw
from domain.access.permissions import EVERYTHING
from domain.events import Event
from domain.refusals import NotFound

_LONGEST_DAYS = 36_500

KeyId = Annotated[str, typer.Argument(help="The second part of the key, as `crm key list` shows it.")]
Principal = Annotated[str, typer.Argument(help="A person, or a program.")]
Days = Annotated[
    int | None, typer.Option("--expires-in-days", min=1, max=_LONGEST_DAYS, help="Without it, it never expires.")
]
Roles = Annotated[list[str] | None, typer.Option("--role", help="One of `crm role list`; may be repeated.")]


def add_access(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    """Add the commands on who may do what."""
    keys = typer.Typer(no_args_is_help=True, help="API keys.")
    roles = typer.Typer(no_args_is_help=True, help="What roles may do.")
    members = typer.Typer(no_args_is_help=True, help="Who has which roles, in which team.")
    _add_issue(keys, wiring)
    _add_rotation(keys, wiring)
    _add_ends_of_keys(keys, wiring, console)
    _add_roles(roles, wiring, console)
    _add_members(members, wiring, console)
    app.add_typer(keys, name="key")
    app.add_typer(roles, name="role")
    app.add_typer(members, name="member")


def _add_issue(app: typer.Typer, wiring: Wiring) -> None:
    @app.command()
    def issue(
        principal: Principal,
        role: Roles = None,
        scope: Annotated[
            list[str] | None,
            typer.Option(help="What the key is limited to: deal:read, deal:*, *:read; repeatable."),
        ] = None,
        expires_in_days: Days = None,
    ) -> None:
        """Issue a key, and print it, this once. With --role the principal gets that role too."""
        key = draw(secrets.choice)
        _change(
            wiring,
            lambda known, now: access.issue_key(
                known,
                key=key,
                principal=principal,
                now=now,
                scopes=scope or EVERYTHING,
                expires_at=now + timedelta(days=expires_in_days) if expires_in_days else None,
                roles=role or (),
            ),
        )
        _hand_over(key)


def _add_rotation(app: typer.Typer, wiring: Wiring) -> None:
    @app.command()
    def rotate(
        key_id: KeyId,
        overlap_hours: Annotated[
            int, typer.Option(min=0, max=8760, help="How long the old key still works.")
        ] = 24,
        expires_in_days: Annotated[
            int | None,
            typer.Option(min=1, max=_LONGEST_DAYS, help="Without it, it lasts as long as the old one did."),
        ] = None,
    ) -> None:
        """Put a new key in an old one's place, and print it, this once."""
        new = draw(secrets.choice)
        overlap = timedelta(hours=overlap_hours)
        lifetime = timedelta(days=expires_in_days) if expires_in_days else None
        _change(
            wiring,
            lambda known, now: access.rotate_key(
                known, key_id=key_id, new=new, overlap=overlap, now=now, lifetime=lifetime
            ),
        )
        _hand_over(new)


def _add_ends_of_keys(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    @app.command()
    def revoke(key_id: KeyId) -> None:
        """End a key at once."""
        _change(wiring, lambda known, _: access.revoke_key(known, key_id=key_id))

    @app.command("list")
    def list_() -> None:
        """All keys that were ever issued."""
        with told_plainly(), opened(wiring) as services:
            show_keys(_known(services), services.clock(), console)


def _add_roles(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    @app.command()
    def define(
        name: Annotated[str, typer.Argument(help="The role.")],
        grants: Annotated[list[str], typer.Argument(help="deal:read=team, customer:read=all, …")],
    ) -> None:
        """Define a role, or define it anew: what it may do, and with whose records (own, team, all)."""
        pairs = [grant.partition("=") for grant in grants]
        levels = {permission: level for permission, _, level in pairs}
        _change(wiring, lambda known, _: access.define_role(known, name=name, grants=levels))

    @app.command()
    def remove(name: Annotated[str, typer.Argument(help="The role.")]) -> None:
        """Remove a role that no member has."""
        _change(wiring, lambda known, _: access.remove_role(known, name=name))

    @app.command("list")
    def list_() -> None:
        """All roles, and what they may do."""
        with told_plainly(), opened(wiring) as services:
            show_roles(_known(services), console)


def _add_members(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    @app.command("set")
    def set_(
        principal: Principal,
        role: Roles = None,
        team: Annotated[str | None, typer.Option(help="Whose records it shares.")] = None,
    ) -> None:
        """Give a principal these roles and this team, in place of those that it had."""
        _change(
            wiring, lambda known, _: access.set_member(known, principal=principal, roles=role or (), team=team)
        )

    @app.command()
    def remove(principal: Principal) -> None:
        """Take all roles from a principal, and end its keys."""
        _change(wiring, lambda known, now: access.remove_member(known, principal=principal, now=now))

    @app.command("list")
    def list_() -> None:
        """All members, with their roles and teams."""
        with told_plainly(), opened(wiring) as services:
            show_members(_known(services), console)


def _change(wiring: Wiring, decide: Callable[[Access, datetime], Event | Sequence[Event]]) -> None:
    with told_plainly(), opened(wiring) as services:
        by = by_operator(services)
        services.ledger.execute(access.change_access(lambda known: decide(known, by.now), by))


def _known(services: Services) -> Access:
    try:
        return services.ledger.read(ACCESS, ACCESS_ID).state or Access()
    except NotFound:
        return Access()


def _hand_over(key: ApiKey) -> None:
    """On standard output, and nothing else there: it can be piped into a safe place."""
    typer.echo(compose(key.id, key.secret))
