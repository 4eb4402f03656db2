"""PostgreSQL refuses to run as root; here is whom it runs as instead, and what that user may then reach."""

from __future__ import annotations

import logging
import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path
from typing import NamedTuple, TypedDict

from gateways.embedded.problems import StackProblem

NAME = "embedded_postgres"
_log = logging.getLogger(__name__)


class SystemUser(NamedTuple):
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Give the path, and all that is in it, to this user alone."""
        for parent, _, files in os.walk(path):
            for inside in (parent, *(f"{parent}/{file}" for file in files)):
                os.chown(inside, self.uid, self.gid, follow_symlinks=False)
        path.chmod(0o700)

    def pass_through_to(self, path: Path) -> None:
        """Let this user through the folders above the path, without letting anybody list them."""
        for folder in reversed(path.parents):
            found = folder.stat()
            needed = stat.S_IXUSR if found.st_uid == self.uid else stat.S_IXOTH
            if not found.st_mode & needed:
                _log.info("letting other users pass through %s, for PostgreSQL runs as one of them", folder)
                folder.chmod(stat.S_IMODE(found.st_mode) | needed)

    def read(self, tree: Path) -> None:
        """Let this user read and run what is in a tree that may have been installed under a strict umask."""
        for parent, _, files in os.walk(tree):
            _add(Path(parent), stat.S_IROTH | stat.S_IXOTH)
            for file in (Path(parent, name) for name in files):
                _add(file, stat.S_IROTH | (stat.S_IXOTH if file.stat().st_mode & stat.S_IXUSR else 0))


def user_for(data: Path) -> SystemUser | None:
    """Whom PostgreSQL runs as on this data folder; None is ourselves."""
    owner = data.stat() if data.exists() else None
    if os.geteuid() != 0:
        if owner and owner.st_uid != os.geteuid():
            raise StackProblem(
                f"{data} belongs to {_name(owner.st_uid)}. Run as that user, or choose another folder."
            )
        return None
    # Data that somebody made as themselves stays theirs, so that one `sudo` does not lock them out.
    if owner and owner.st_uid != 0:
        return SystemUser(owner.st_uid, owner.st_gid)
    return _dedicated_user()


class _Switch(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def switched_to(user: SystemUser | None) -> _Switch:
    """What `subprocess` has to be told so that a command runs as this user and with none of our groups."""
    return {"user": user.uid, "group": user.gid, "extra_groups": []} if user else {}


def _dedicated_user() -> SystemUser:
    entry = _entry(NAME)
    if entry is None and (useradd := shutil.which("useradd")):
        command = [useradd, "--system", "--no-create-home", "--shell", "/bin/false", NAME]
        made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - constants
        _log.info("useradd %s: %s", NAME, made.stderr.strip() or "made")
        entry = _entry(NAME)
    if entry is None:
        _log.warning("root cannot run PostgreSQL and no user %s could be made; it runs as nobody instead", NAME)
        entry = _entry("nobody")
    if entry is None:
        raise StackProblem(
            f"PostgreSQL refuses to run as root. Make a user for it (useradd {NAME}), or do not run as root."
        )
    return SystemUser(entry.pw_uid, entry.pw_gid)


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _add(path: Path, mode: int) -> None:
    found = stat.S_IMODE(path.stat().st_mode)
    if found & mode != mode:
        path.chmod(found | mode)
