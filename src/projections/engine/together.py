"""Questions that are asked at the same moment are answered by one statement: the fewer its round trips and the
plans that are made for it, the more of the database is left for the rest."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg2
from psycopg2.errors import UndefinedColumn, UndefinedTable
from psycopg2.extensions import POLL_OK, POLL_READ
from psycopg2.extensions import connection as Connection

from projections.engine.unavailable import NO_PROJECTOR, OTHER_ROWS, ReadModelNotReady, ReadModelsUnavailable

PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Question:
    """A statement about keys, `$1::uuid[]`; each of its rows begins with the key that it answers to, as a text: to
    make ids of texts takes longer than to tell them apart."""

    name: str
    statement: str


Rows = list[tuple[Any, ...]]


@dataclass
class _Waiting:
    key: UUID
    answer: asyncio.Future[Rows] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Together:
    """One connection for a question. For one event loop. While the database answers, the next ones gather."""

    def __init__(self, dsn: str, options: str, question: Question) -> None:
        self._dsn = dsn
        self._options = options
        self._question = question
        self._connection: Connection | None = None
        self._waiting: list[_Waiting] = []
        self._asking: asyncio.Task[None] | None = None

    async def rows(self, key: UUID) -> Rows:
        """What the statement says of the key, as it is now: it begins after this call.

        Raises:
            ReadModelsUnavailable: the database does not answer.
        """
        waiting = _Waiting(key)
        self._waiting.append(waiting)
        if self._asking is None:
            self._asking = asyncio.create_task(self._answer_all())
        return await waiting.answer

    def close(self) -> None:
        """Whatever thread calls: nobody asks any more."""
        if self._connection is not None:
            self._connection.close()

    async def _answer_all(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting, []
            try:
                rows = await self._told({waiting.key for waiting in asked})
            except Exception as error:  # noqa: BLE001 - whoever asked is told, and the next ones are answered
                for waiting in asked:
                    if not waiting.answer.done():
                        waiting.answer.set_exception(error)
            else:
                _hand_out(asked, rows)
        self._asking = None

    async def _told(self, keys: set[UUID]) -> Rows:
        """A connection may have been cut while nobody used it: then it is asked once more, over a new one."""
        used = self._connection is not None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                try:
                    return await self._ask(keys)
                except (psycopg2.OperationalError, psycopg2.InterfaceError):
                    self._drop()
                    if not used:
                        raise
                    return await self._ask(keys)
        except UndefinedTable as error:
            self._drop()
            raise ReadModelNotReady(NO_PROJECTOR) from error
        except UndefinedColumn as error:
            self._drop()
            raise ReadModelNotReady(OTHER_ROWS) from error
        except (psycopg2.OperationalError, psycopg2.InterfaceError, TimeoutError) as error:
            self._drop()
            raise ReadModelsUnavailable(str(error) or "the database does not answer in time") from error

    async def _ask(self, keys: set[UUID]) -> Rows:
        connection = self._connection or await self._connect()
        return await _executed(connection, f"EXECUTE {self._question.name} ('{{{_listed(keys)}}}')")

    async def _connect(self) -> Connection:
        # Kept where it can be closed before it is ready: it may never be.
        self._connection = connection = psycopg2.connect(self._dsn, options=self._options, async_=True)
        await _ready(connection)
        # Planned once, not at each question: that took longer than the answer.
        await _executed(connection, "SET plan_cache_mode = force_generic_plan")
        question = self._question
        await _executed(connection, f"PREPARE {question.name} (uuid[]) AS {question.statement}")
        return connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _listed(keys: set[UUID]) -> str:
    return ",".join(str(key) for key in keys)


def _hand_out(asked: Sequence[_Waiting], rows: Rows) -> None:
    by_key: dict[str, Rows] = {}
    for row in rows:
        by_key.setdefault(row[0], []).append(row)
    for waiting in asked:
        if not waiting.answer.done():  # who asked may have gone
            waiting.answer.set_result(by_key.get(str(waiting.key), []))


async def _executed(connection: Connection, statement: str) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        await _ready(connection)
        return cursor.fetchall() if cursor.description else []


async def _ready(connection: Connection) -> None:
    """The connection has done what it was told."""
    loop = asyncio.get_running_loop()
    while (state := connection.poll()) != POLL_OK:
        woken = loop.create_future()
        watched = connection.fileno()
        watch, unwatch = (
            (loop.add_reader, loop.remove_reader) if state == POLL_READ else (loop.add_writer, loop.remove_writer)
        )
        watch(watched, _wake, woken)
        try:
            await woken
        finally:
            unwatch(watched)


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
