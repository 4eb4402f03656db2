"""The library's application recorder, with group commit, our columns, and positions without gaps."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID
from weakref import WeakKeyDictionary

from eventsourcing.persistence import IntegrityError, Notification, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.rows import args_row

from domain.once import Answered
from gateways.log.append_call import answered
from gateways.log.append_sql import connect
from gateways.log.group_commit import PATIENCE_SECONDS, GroupCommit
from gateways.log.replies import LoopReplies, ThreadReplies
from gateways.log.stored import SELECTED, StoredFact
from gateways.log.unit import Outcome, Unit, VersionConflict


class GroupCommitRecorder(PostgresApplicationRecorder):
    """Appends through one writer thread; what is answered with positions is durable and in order.

    The tables come from our migrations, not from the library.
    """

    def __init__(
        self, datastore: PostgresDatastore, *, dsn: str, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        if datastore.enable_db_functions:
            raise ValueError("POSTGRES_ENABLE_DB_FUNCTIONS loses events for readers; leave it off")
        super().__init__(datastore, events_table_name="events")
        self.channel_name = "crm_events"  # where the library's subscriptions listen, and crm.append notifies
        self._patience = patience_seconds
        self._thread_replies = ThreadReplies()
        self._replies: WeakKeyDictionary[asyncio.AbstractEventLoop, LoopReplies] = WeakKeyDictionary()
        self._group_commit = GroupCommit(lambda: connect(dsn))

    def append(self, units: Sequence[Unit], patience: float | None = None) -> list[Outcome]:
        """Append units that build on each other, each with its own outcome; returns when they are durable.

        Raises:
            LogBusy: the writer did not begin with them in time, and will not.
            LogUnavailable: it began, and whether they were appended is not known.
        """
        reply = self._thread_replies.reply()
        self._group_commit.hand_in(units, reply, patience=self._patience if patience is None else patience)
        return reply.wait()

    async def append_soon(self, units: Sequence[Unit]) -> list[Outcome]:
        """As `append`, for those who wait without a thread."""
        loop = asyncio.get_running_loop()
        replies = self._replies.get(loop)
        if replies is None:
            replies = self._replies[loop] = LoopReplies(loop)
        reply = replies.reply()
        self._group_commit.hand_in(units, reply, patience=self._patience)
        return await reply.awaited

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        if not stored_events:
            return None
        outcome = self.append([Unit(cast(Sequence[StoredFact], stored_events))])[0]
        if isinstance(outcome, VersionConflict):
            raise IntegrityError(str(outcome)) from outcome
        if isinstance(outcome, Exception):
            raise outcome
        assert isinstance(outcome, list), "only a unit that its caller named was answered before"
        return outcome

    def select_answers(self, principal: str, key: str) -> list[Answered]:
        """What was answered to the commands that bore a principal's key, by item."""
        with self.datastore.get_connection() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT item, fingerprint, answer, position FROM crm.answers "
                "WHERE principal = %s AND key = %s ORDER BY item",
                [principal, key],
            )
            return [
                answered(row["item"], bytes(row["fingerprint"]), row["answer"], row["position"])
                for row in cursor.fetchall()
            ]

    def forget_answers(self) -> int:
        """Forget what was answered more than a week ago; how many."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute("SELECT crm.forget_answers() AS forgotten")
            found = cursor.fetchone()
            return int(found["forgotten"]) if found else 0

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        return self._select(
            "originator_id = %s AND originator_version > %s AND originator_version <= %s",
            [originator_id, gt or 0, lte or 2**62],
            order="originator_version DESC" if desc else "originator_version",
            limit=limit,
        )

    def select_streams(self, stream_ids: Sequence[UUID]) -> Sequence[StoredFact]:
        """All rows of many streams, in order of stream and version."""
        rows = self._select(
            "originator_id = ANY(%s)",
            [list(stream_ids)],
            order="originator_id, originator_version",
            limit=None,
        )
        return cast(Sequence[StoredFact], rows)

    def select_kinds(self, stream_ids: Sequence[UUID]) -> list[tuple[UUID, str]]:
        """Those of the streams that have begun, each with its kind: what its first event's type begins with."""
        with self.datastore.get_connection() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT originator_id, split_part(topic, '.', 1) AS kind FROM crm.events "
                "WHERE originator_id = ANY(%s) AND originator_version = 1",
                [list(stream_ids)],
            )
            return [(row["originator_id"], row["kind"]) for row in cursor.fetchall()]

    def select_versions(self, stream_ids: Sequence[UUID]) -> dict[UUID, int]:
        """The last version of each of the streams that have rows."""
        with self.datastore.get_connection() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT originator_id, max(originator_version) AS version FROM crm.events "
                "WHERE originator_id = ANY(%s) GROUP BY originator_id",
                [list(stream_ids)],
            )
            return {row["originator_id"]: row["version"] for row in cursor.fetchall()}

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        first = (start or 0) + (0 if inclusive_of_start or start is None else 1)
        rows = self._select(
            "notification_id >= %s AND notification_id <= %s AND (%s OR topic = ANY(%s))",
            [first, 2**62 if stop is None else stop, not topics, list(topics)],
            order="notification_id",
            limit=limit,
        )
        return cast(Sequence[Notification], rows)

    def close(self) -> None:
        """Append what was handed in, then stop."""
        self._group_commit.close()

    def _select(self, where: str, params: list[Any], *, order: str, limit: int | None) -> Sequence[StoredEvent]:
        statement = f"SELECT {SELECTED} FROM crm.events WHERE {where} ORDER BY {order}"
        if limit is not None:
            statement += " LIMIT %s"
            params.append(limit)
        with self.datastore.get_connection() as connection:
            cursor = connection.cursor(row_factory=args_row(StoredFact), binary=True)
            cursor.execute(statement, params, prepare=True)
            return cast(Sequence[StoredEvent], cursor.fetchall())
