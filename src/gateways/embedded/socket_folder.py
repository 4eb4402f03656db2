"""Where PostgreSQL's socket lies: in the data folder, which others cannot enter, or in a shorter one."""

import os
import shutil
import tempfile
from pathlib import Path

from gateways.embedded.layout import run_folder
from gateways.embedded.system_user import SystemUser

PORT = 5432
# The kernel's limit for the whole path is 108 bytes on Linux, 104 on macOS, the closing zero included.
LONGEST = 100


def find_socket_folder(folder: Path, data: Path, user: SystemUser | None) -> Path:
    if _fits(data):
        return data
    link = run_folder(folder) / "socket"
    if link.is_symlink():
        remove_socket_folder(link.readlink(), data)
        link.unlink()
    private = Path(tempfile.mkdtemp(prefix="touchledger-")).resolve()
    if not _fits(private):
        private.rmdir()
        private = Path(tempfile.mkdtemp(prefix="touchledger-", dir="/tmp")).resolve()
    link.symlink_to(private)
    if user:
        user.own(private)
        user.pass_through_to(private)
    return private


def remove_socket_folder(socket: Path, data: Path) -> None:
    """Remove it if it is not the data folder."""
    if socket != data:
        shutil.rmtree(socket, ignore_errors=True)


def _fits(folder: Path) -> bool:
    # In an address, and in PostgreSQL's own setting, a comma parts two folders.
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= LONGEST and "," not in str(folder)
