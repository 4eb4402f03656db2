"""What a newer program left in the log, and this one cannot read."""

from uuid import UUID

import psycopg

NEWER = 99
"""A schema that no type of event has yet."""


def tell_as_a_newer_program(owner_dsn: str, stream_id: UUID | str, kind: str, *, schema: int = NEWER) -> int:
    """Append to a stream an event of a type or of a schema that this program may not know; its position."""
    with psycopg.connect(owner_dsn, autocommit=True) as owner:
        told = owner.execute(
            "INSERT INTO crm.events (notification_id, originator_id, originator_version, topic, schema, state, "
            "customer_id, occurred_at, recorded_at, actor, source, correlation_id, causation_id) "
            "SELECT (SELECT max(notification_id) + 1 FROM crm.events), originator_id, originator_version + 1, %s, "
            "%s, '{}', customer_id, now(), now(), 'x', 'x', gen_random_uuid(), gen_random_uuid() "
            "FROM crm.events WHERE originator_id = %s ORDER BY originator_version DESC LIMIT 1 "
            "RETURNING notification_id",
            (kind, schema, stream_id),
        ).fetchone()
    assert told is not None, f"nothing was told of {stream_id}"
    position: int = told[0]
    return position
