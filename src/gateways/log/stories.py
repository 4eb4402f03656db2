"""Reads the stories of customers and records out of the log, each question in one statement."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.facts import Fact
from domain.horizon import PRESENT, Horizon
from domain.stories import EVERYTHING, NEWEST, NotACursor, Order, StoryFilter
from gateways.log.stored import SELECTED, fact_of_values

SEEN = (
    "occurred_at <= coalesce(%(as_of)s, 'infinity'::timestamptz) "
    "AND recorded_at <= coalesce(%(known_at)s, 'infinity'::timestamptz)"
)
_TYPES = "AND topic = ANY(%(types)s::text[])"
_KINDS = "AND split_part(topic, '.', 1) = ANY(%(kinds)s::text[])"
_BEFORE = {
    "recorded_at": "notification_id < %(before)s",
    # The cursor is a position in this order too: its event tells when it happened; of these stories only, or it
    # would tell of others.
    "occurred_at": f"(%(before)s = {NEWEST} OR (occurred_at, notification_id) < "
    "((SELECT last.occurred_at FROM crm.events AS last WHERE last.notification_id = %(before)s "
    "AND (last.customer_id = ANY(%(customers)s::uuid[]) OR last.originator_id = ANY(%(streams)s::uuid[]))), "
    "%(before)s))",
}
_TOLD = """
SELECT 1 FROM crm.events WHERE notification_id = %(before)s
AND (customer_id = ANY(%(customers)s::uuid[]) OR originator_id = ANY(%(streams)s::uuid[]))
"""
_ORDER = {"recorded_at": "notification_id DESC", "occurred_at": "occurred_at DESC, notification_id DESC"}
# A page of each, by its index, and of these the newest: of all their events, most would be sorted for nothing.
_PAGE = """
SELECT {selected} FROM (
    SELECT {selected} FROM unnest(%(customers)s::uuid[]) AS member, LATERAL (
        SELECT * FROM crm.events WHERE customer_id = member AND {before} AND {seen} {wanted}
        ORDER BY {order} LIMIT %(limit)s) AS page
    UNION
    SELECT {selected} FROM unnest(%(streams)s::uuid[]) AS stream, LATERAL (
        SELECT * FROM crm.events WHERE originator_id = stream AND {before} AND {seen} {wanted}
        ORDER BY {order} LIMIT %(limit)s) AS page
) AS together
ORDER BY {order} LIMIT %(limit)s
"""
# Those who were ever linked are more than those who are: their facts tell which of them.
_LINKED = """
WITH RECURSIVE linked(id) AS (
    SELECT %(customer_id)s::uuid
    UNION
    SELECT (convert_from(told.state, 'UTF8')::jsonb ->> 'other')::uuid
    FROM linked JOIN crm.events AS told ON told.originator_id = linked.id AND told.topic = 'customer.linked'
)
"""
_BEHIND = """
FROM unnest(%(customers)s::uuid[], %(positions)s::bigint[]) AS known(id, position)
JOIN crm.events ON customer_id = known.id AND notification_id > known.position
"""
_OF_CUSTOMERS = f"""
SELECT {SELECTED} FROM crm.events
WHERE customer_id = ANY(%(customers)s) AND {SEEN} ORDER BY notification_id
"""
_SEEN_SINCE = f"""
SELECT {SELECTED} FROM unnest(%(customers)s::uuid[], %(positions)s::bigint[]) AS known(id, position)
JOIN crm.events ON customer_id = known.id AND notification_id >= known.position
WHERE {SEEN} ORDER BY notification_id
"""
_FIRST_UNSEEN = f"SELECT known.id, min(notification_id) {_BEHIND} WHERE NOT ({SEEN}) GROUP BY known.id"
_RECORDS_OF_GROUP = f"""{_LINKED}
SELECT {SELECTED} FROM crm.events
WHERE originator_id = ANY(ARRAY(SELECT id FROM linked)) ORDER BY notification_id
"""
_OF_STREAMS = f"SELECT {SELECTED} FROM crm.events WHERE originator_id = ANY(%(streams)s) ORDER BY notification_id"


class Stories:
    """See `domain.stories.Stories`. Safe for use by many threads."""

    def __init__(self, connection: Callable[[], AbstractContextManager[Connection[Any]]]) -> None:
        self._connection = connection

    def page(
        self,
        customers: Sequence[UUID],
        streams: Sequence[UUID] = (),
        *,
        before: int = NEWEST,
        limit: int,
        horizon: Horizon = PRESENT,
        wanted: StoryFilter = EVERYTHING,
        order: Order = "recorded_at",
    ) -> list[Fact]:
        statement = _PAGE.format(
            selected=SELECTED,
            before=_BEFORE[order],
            seen=SEEN,
            wanted=" ".join((_TYPES if wanted.types else "", _KINDS if wanted.kinds else "")),
            order=_ORDER[order],
        )
        asked = {"customers": list(customers), "streams": list(streams), "before": before, "limit": limit}
        named = {"types": list(wanted.types), "kinds": list(wanted.kinds)}
        facts = self._facts(statement, asked | _seen_from(horizon) | named)
        if not facts and order == "occurred_at" and before != NEWEST:
            self._check_cursor(asked)
        return facts

    def _check_cursor(self, asked: dict[str, Any]) -> None:
        with self._connection() as connection:
            if not connection.execute(_TOLD.encode(), asked).fetchone():
                raise NotACursor(f"no event of this story has the position {asked['before']}", field="before")

    def of_customers(self, customers: Collection[UUID], horizon: Horizon = PRESENT) -> list[Fact]:
        return self._facts(_OF_CUSTOMERS, {"customers": list(customers)} | _seen_from(horizon))

    def linked(self, customer_id: UUID) -> list[UUID]:
        with self._connection() as connection:
            found = connection.execute(f"{_LINKED} SELECT id FROM linked".encode(), {"customer_id": customer_id})
            return [id_ for (id_,) in found.fetchall()]

    def since(self, positions: Mapping[UUID, int], horizon: Horizon = PRESENT) -> list[Fact]:
        return self._facts(_SEEN_SINCE, _of(positions) | _seen_from(horizon))

    def first_unseen(self, positions: Mapping[UUID, int], horizon: Horizon) -> dict[UUID, int]:
        with self._connection() as connection:
            asked = _of(positions) | _seen_from(horizon)
            return dict(connection.execute(_FIRST_UNSEEN.encode(), asked).fetchall())

    def records_of_group(self, customer_id: UUID) -> list[Fact]:
        return self._facts(_RECORDS_OF_GROUP, {"customer_id": customer_id})

    def of_streams(self, stream_ids: Sequence[UUID]) -> list[Fact]:
        return self._facts(_OF_STREAMS, {"streams": list(stream_ids)})

    def _facts(self, statement: str, asked: dict[str, Any]) -> list[Fact]:
        with self._connection() as connection:
            cursor = connection.cursor(binary=True)
            cursor.execute(statement.encode(), asked, prepare=True)
            return [fact_of_values(row) for row in cursor.fetchall()]


def _of(positions: Mapping[UUID, int]) -> dict[str, Any]:
    return {"customers": list(positions), "positions": list(positions.values())}


def _seen_from(horizon: Horizon) -> dict[str, Any]:
    return {"as_of": horizon.as_of, "known_at": horizon.known_at}
