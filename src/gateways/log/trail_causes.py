"""What led to an event, and what came of it."""

from typing import Any

from psycopg import Connection

# From the event up through the events that were reacted to; then, from each of them, the events of its command,
# which lie beside it.
_LED_TO = """
WITH RECURSIVE lineage AS (
    SELECT notification_id, causation_id, caused_by FROM crm.events WHERE notification_id = %(position)s
    UNION ALL
    SELECT cause.notification_id, cause.causation_id, cause.caused_by
    FROM lineage
    JOIN crm.events AS cause
      ON cause.notification_id = lineage.caused_by AND cause.notification_id < lineage.notification_id
), told AS (
    SELECT notification_id, causation_id FROM lineage
    UNION
    SELECT beside.notification_id, beside.causation_id
    FROM told
    CROSS JOIN (VALUES (-1), (1)) AS step(way)
    JOIN crm.events AS beside
      ON beside.notification_id = told.notification_id + way AND beside.causation_id = told.causation_id
)
SELECT notification_id, causation_id FROM told LIMIT %(limit)s
"""

# All events of a command name the same event that it reacted to.
_CAME_OF = """
WITH RECURSIVE came_of AS (
    SELECT notification_id FROM unnest(%(own)s::bigint[]) AS own(notification_id)
    UNION
    SELECT reaction.notification_id
    FROM came_of JOIN crm.events AS reaction ON reaction.caused_by = came_of.notification_id
)
SELECT notification_id FROM came_of LIMIT %(limit)s
"""


def connected(connection: Connection[Any], position: int, *, limit: int) -> list[int]:
    """The positions of the event, of its command's, of what led to it and what came of it; first those that led
    to it. At most `limit`; none where nothing is recorded at the position.
    """
    led_to = connection.execute(_LED_TO, {"position": position, "limit": limit}).fetchall()
    if not led_to:
        return []
    own = [place for place, command in led_to if command == led_to[0][1]]
    came_of = connection.execute(_CAME_OF, {"own": own, "limit": limit + len(own)}).fetchall()
    together = dict.fromkeys([place for place, _ in led_to] + [place for (place,) in came_of])
    return list(together)[:limit]
