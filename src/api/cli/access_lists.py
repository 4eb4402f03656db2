"""Roles, members and API keys as tables."""

from datetime import datetime

from rich.console import Console

from api.cli.tables import table_of
from domain.access import BUILT_IN, Access, Key


def show_keys(access: Access, now: datetime, console: Console) -> None:
    table = table_of("key", "principal", "scopes", "issued", "ends", "state")
    for key in access.keys.values():
        ends = key.ends_at.isoformat(sep=" ", timespec="minutes") if key.ends_at else "never"
        issued = f"{key.issued_at:%Y-%m-%d}"
        table.add_row(key.id, key.principal, " ".join(key.scopes), issued, ends, _state(key, now))
    console.print(table)


def show_roles(access: Access, console: Console) -> None:
    table = table_of("role", "grants")
    for name, grants in {**BUILT_IN, **access.roles}.items():
        granted = " ".join(f"{permission}={level}" for permission, level in grants.items())
        table.add_row(name, granted)
    console.print(table)


def show_members(access: Access, console: Console) -> None:
    table = table_of("principal", "roles", "team")
    for principal, member in access.members.items():
        table.add_row(principal, " ".join(member.roles), member.team or "")
    console.print(table)


def _state(key: Key, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if key.successor is not None:
        return f"rotated to {key.successor}"
    return "works" if key.works(now) else "expired"
