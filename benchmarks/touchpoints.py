"""Touchpoints with customers that exist: as commands for the ledger, as blocks for COPY."""

import random
from collections.abc import Callable, Sequence
from io import BytesIO
from uuid import UUID

import psycopg
from psycopg.copy import Copy, FileWriter

from benchmarks.bare_table import COLUMNS, TYPES, bare_row
from benchmarks.setting import by
from bootstrap import new_id
from domain import commands
from domain.customers import register
from domain.interactions import InteractionRecorded, record
from domain.ledger import Command, Ledger

CUSTOMERS = 20_000
A_CALL = 1_000

Blocks = Sequence[tuple[int, bytes]]
"""Rows in PostgreSQL's binary COPY format: how many, and their bytes."""


def touch() -> InteractionRecorded:
    return record(channel="email", direction="inbound", subject="Question about the offer", campaign="spring-fair")


def register_customers(ledger: Ledger) -> list[UUID]:
    customers = [new_id() for _ in range(CUSTOMERS)]
    for first in range(0, CUSTOMERS, A_CALL):
        some = customers[first : first + A_CALL]
        ledger.execute_all(
            [commands.register_customer(c, register(kind="person", name="Ada"), by()) for c in some]
        )
    return customers


def touchpoints(customers: Sequence[UUID]) -> list[Command]:
    """As many commands as one call takes, each about some customer."""
    return [commands.record_interaction(new_id(), random.choice(customers), touch(), by()) for _ in range(A_CALL)]  # noqa: S311


def touchpoint_blocks(customers: Sequence[UUID], events: int, size: int, dsn: str) -> Blocks:
    """The same events as rows of the bare table, so many a block."""
    with psycopg.connect(dsn) as connection:
        return [
            (length, _block(connection, customers, length))
            for length in (min(size, events - first) for first in range(0, events, size))
        ]


def _block(connection: psycopg.Connection[object], customers: Sequence[UUID], rows: int) -> bytes:
    block = BytesIO()
    with Copy(connection.cursor(), binary=True, writer=FileWriter(block)) as copy:
        copy.set_types(TYPES)
        for _ in range(rows):
            copy.write_row(bare_row(new_id(), 1, touch(), random.choice(customers)))  # noqa: S311
    return block.getvalue()


def copying(connection: psycopg.Connection[object], blocks: Blocks) -> Callable[[], int]:
    """Work that copies the next block into the bare table, a transaction of its own."""
    following = iter(blocks)

    def send() -> int:
        rows, block = next(following)
        statement = f"COPY public.bare_events ({COLUMNS}) FROM STDIN (FORMAT binary)"
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(block)
        return rows

    return send


def copying_rows(
    connection: psycopg.Connection[object], customers: Sequence[UUID], size: int
) -> Callable[[], int]:
    """Work that makes so many rows and copies them into the bare table, a transaction of their own."""
    statement = f"COPY public.bare_events ({COLUMNS}) FROM STDIN (FORMAT binary)"

    def send() -> int:
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(TYPES)
            for _ in range(size):
                copy.write_row(bare_row(new_id(), 1, touch(), random.choice(customers)))  # noqa: S311
        return size

    return send
