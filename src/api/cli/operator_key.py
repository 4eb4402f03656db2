"""The API key of whoever runs the embedded stack: in a file that only that one can read."""

import os
import pwd
import secrets
from contextlib import suppress
from pathlib import Path

from api.ports import Services
from domain import access
from domain.access import ACCESS, ACCESS_ID, Access, NotAuthenticated
from domain.access.key_ring import KeyRing
from domain.access.keys import compose, draw, parse
from domain.ledger import Circumstances
from domain.refusals import NotFound

FILE_NAME = "api-key"


def operator_key(services: Services, folder: Path) -> str:
    """The key in the folder's file; a new one, of an admin, where that is missing or works no more."""
    file = folder / FILE_NAME
    with suppress(FileNotFoundError, NotAuthenticated):
        given = file.read_text().strip()
        KeyRing(_known(services)).holder(parse(given), services.clock())
        return given
    key = draw(secrets.choice)
    text = compose(key.id, key.secret)
    # The file first: a key that nobody was given would stay in the log for ever.
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(text + "\n")
    now, command_id, principal = services.clock(), services.new_id(), user_name()
    by = Circumstances(
        now=now, actor=f"cli:{principal}", source="cli", command_id=command_id, correlation_id=command_id
    )
    services.ledger.execute(
        access.change_access(
            lambda known: access.issue_key(known, key=key, principal=principal, now=now, roles=("admin",)), by
        )
    )
    return text


def user_name() -> str:
    """The system's own word: the environment's could be anybody's."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _known(services: Services) -> Access:
    try:
        return services.ledger.read(ACCESS, ACCESS_ID).state or Access()
    except NotFound:
        return Access()
