"""Large, slow and broken-off requests: they cost the API little, and others nothing."""

import socket
import time
from collections.abc import Iterator

import pytest

from api.http.edge import LARGEST_BATCH, LARGEST_BODY

from .asking import JSON, Caller

COMMAND = b'{"kind": "person", "name": "%s"}'


@pytest.fixture
def connection(crm: Caller) -> Iterator[socket.socket]:
    host, port = crm.api.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        yield connection


def head(crm: Caller, length: int, path: str = "/v1/customers") -> bytes:
    lines = (
        *(f"POST {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {crm.api.key}"),
        *("Content-Type: application/json", f"Content-Length: {length}", "", ""),
    )
    return "\r\n".join(lines).encode()


def test_a_large_body_is_refused(crm: Caller) -> None:
    body = COMMAND % (b"x" * LARGEST_BODY)

    crm.refused("POST", "/v1/customers", 413, "BodyTooLarge", content=body, headers=JSON)


def test_a_large_body_is_refused_before_it_comes(crm: Caller, connection: socket.socket) -> None:
    connection.sendall(head(crm, LARGEST_BODY + 1))

    assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_a_body_of_untold_length_is_refused_where_it_passes_the_limit(crm: Caller) -> None:
    def endless() -> Iterator[bytes]:
        yield b'{"kind": "'
        for _ in range(LARGEST_BODY // 50_000 + 1):
            yield b"x" * 50_000

    crm.refused("POST", "/v1/customers", 413, "BodyTooLarge", content=endless(), headers=JSON)


def test_a_batch_may_be_larger(crm: Caller) -> None:
    item = {"customer_id": crm.person(), "channel": "web", "direction": "inbound", "subject": "\u00e5" * 500}
    body = {"interactions": [item] * 1000}
    path = "/v1/interactions:batch"

    assert crm.http.post(path, json=body).json()["recorded"] == 1000
    crm.refused("POST", path, 413, "BodyTooLarge", content=b" " * (LARGEST_BATCH + 1), headers=JSON)


def test_who_hangs_up_in_the_middle_records_nothing(crm: Caller, connection: socket.socket) -> None:
    before = crm.api.log_end()
    body = COMMAND % b"Ada"
    connection.sendall(head(crm, len(body)) + body[:-1])
    connection.close()
    time.sleep(0.1)

    assert crm.asked("/livez") == {"status": "alive"}
    assert crm.api.log_end() == before


def test_slow_bodies_hold_nobody_up(crm: Caller) -> None:
    host, port = crm.api.url.removeprefix("http://").split(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(60)]
    for connection in slow:
        connection.sendall(head(crm, 100) + b"{")
    crm.person()  # answered while all of them are still being read
    for connection in slow:
        connection.close()
