"""Roles, members and API keys as tables."""

from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domain.access import BUILT_IN, Access, Key


def show_keys(access: Access, now: datetime, console: Console) -> None:
    table = _table("key", "principal", "scopes", "issued", "ends", "state")
    for key in access.keys.values():
        ends = key.ends_at.isoformat(sep=" ", timespec="minutes") if key.ends_at else "never"
        issued = f"{key.issued_at:%Y-%m-%d}"
        _add(table, key.id, key.principal, " ".join(key.scopes), issued, ends, _state(key, now))
    console.print(table)


def show_roles(access: Access, console: Console) -> None:
    table = _table("role", "grants")
    for name, grants in {**BUILT_IN, **access.roles}.items():
        granted = " ".join(f"{permission}={level}" for permission, level in grants.items())
        _add(table, name, granted)
    console.print(table)


def show_members(access: Access, console: Console) -> None:
    table = _table("principal", "roles", "team")
    for principal, member in access.members.items():
        _add(table, principal, " ".join(member.roles), member.team or "")
    console.print(table)


def _state(key: Key, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if key.successor is not None:
        return f"rotated to {key.successor}"
    return "works" if key.works(now) else "expired"


def _table(*headings: str) -> Table:
    table = Table()
    for place, heading in enumerate(headings):
        table.add_column(heading, no_wrap=place == 0, overflow="fold")
    return table


def _add(table: Table, *cells: str) -> None:
    """A row; a name may look like markup."""
    table.add_row(*(escape(cell) for cell in cells))
