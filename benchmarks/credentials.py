"""How a benchmark's requests say who asks."""

import secrets
from contextlib import closing

from benchmarks.setting import by
from domain.access import change_access, issue_key
from domain.access.keys import compose, draw
from gateways.log.ledger import PostgresLedger


def headers_of_an_admin(dsn: str) -> dict[str, str]:
    """The headers with a new API key, which may do all; to be asked for before the API starts."""
    key, told = draw(secrets.choice), by()
    with closing(PostgresLedger(dsn)) as ledger:
        ledger.execute(
            change_access(
                lambda access: issue_key(access, key=key, principal="bench", now=told.now, roles=("admin",)), told
            )
        )
    return {"Authorization": f"Bearer {compose(key.id, key.secret)}"}
