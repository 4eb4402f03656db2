"""Questions that are asked at the same moment are answered by one statement, and each gets its own answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID

import psycopg
import pytest

from projections.engine.database import OPTIONS
from projections.engine.together import Question, Rows, Together
from projections.engine.unavailable import ReadModelsUnavailable
from tests.support.log import number

T = TypeVar("T")
ADA, BEN = number(1, 1), number(1, 2)
# How many keys were asked for at once, and by which connection.
TOLD = Question("told", "SELECT key::text, cardinality($1), pg_backend_pid() FROM unnest($1) AS asked(key)")


def run(dsn: str, asking: Callable[[Together], Awaitable[T]], question: Question = TOLD) -> T:
    @asynccontextmanager
    async def together() -> AsyncIterator[Together]:
        asked = Together(dsn, OPTIONS, question)
        try:
            yield asked
        finally:
            asked.close()

    async def main() -> T:
        async with together() as asked:
            return await asking(asked)

    return asyncio.run(main())


def test_all_that_ask_at_once_share_one_statement(dsn: str) -> None:
    async def asking(together: Together) -> list[Rows]:
        return await asyncio.gather(*(together.rows(key) for key in (ADA, BEN, ADA)))

    ada, ben, also_ada = run(dsn, asking)

    assert (ada[0][1], ben[0][1]) == (2, 2)
    assert ada == also_ada


def test_the_next_ones_gather_while_the_database_answers(dsn: str) -> None:
    async def asking(together: Together) -> list[Rows]:
        first = asyncio.create_task(together.rows(ADA))
        await asyncio.sleep(0)  # it is on its way
        await asyncio.sleep(0)
        return [await first, *await asyncio.gather(together.rows(ADA), together.rows(BEN))]

    first, *next_ones = run(dsn, asking)

    assert first[0][1] == 1
    assert {rows[0][1] for rows in next_ones} == {2}


def test_a_connection_that_was_cut_meanwhile_costs_nobody_an_answer(dsn: str, owner_dsn: str) -> None:
    async def asking(together: Together) -> tuple[int, int]:
        [(_, _, before)] = await together.rows(ADA)
        with psycopg.connect(owner_dsn, autocommit=True) as owner:
            owner.execute("SELECT pg_terminate_backend(%s, 5000)", (before,))
        [(_, _, after)] = await together.rows(ADA)
        return before, after

    before, after = run(dsn, asking)

    assert before != after


def test_who_asks_while_nobody_answers_is_told_and_so_is_whoever_asks_next(dsn: str, owner_dsn: str) -> None:
    later = Question("later", "SELECT key::text FROM later JOIN unnest($1) AS asked(key) USING (key)")

    async def asking(together: Together) -> Rows:
        with pytest.raises(ReadModelsUnavailable, match="no projector has run"):
            await together.rows(ADA)
        with psycopg.connect(owner_dsn, autocommit=True) as owner:
            owner.execute("CREATE TABLE read.later (key uuid); GRANT SELECT ON read.later TO crm_app")
            owner.execute("INSERT INTO read.later VALUES (%s)", (ADA,))
        return [*await together.rows(ADA), *await together.rows(BEN)]

    assert run(dsn, asking, later) == [(str(ADA),)]


def test_without_a_database_it_says_so() -> None:
    async def asking(together: Together) -> UUID:
        with pytest.raises(ReadModelsUnavailable):
            await together.rows(ADA)
        return ADA

    assert run("host=/nowhere", asking) == ADA


def test_one_that_goes_away_takes_no_answer_from_the_others(dsn: str) -> None:
    async def asking(together: Together) -> Rows:
        gone = asyncio.create_task(together.rows(ADA))
        waits = asyncio.create_task(together.rows(BEN))
        await asyncio.sleep(0)
        gone.cancel()
        return await waits

    assert run(dsn, asking)[0][:2] == (str(BEN), 2)
