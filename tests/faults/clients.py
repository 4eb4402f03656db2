"""Clients in a process of their own, which outlives the API: they tell commands, and note what comes back."""

from __future__ import annotations

import json
import os
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from tests.faults.commands import Command, euros
from tests.faults.journal import Journal, JournalWriter
from tests.support.access import bearer
from tests.support.crm_api import FORKS, HOST, Door

PATIENCE = 60.0
"""Longer than the API may take for any answer."""

LONGEST_ANSWER = 30.0
"""A command waits 10 seconds at the most; the rest is left to a machine that is busy elsewhere."""

PAUSE = 0.02
Story = Callable[[], Iterator[Command]]


@dataclass(frozen=True)
class Manner:
    """How a client goes about it.

    `insists`: what was not answered, or with 503, is sent again, the same, until there is an answer.
    Otherwise the client ends with the first command that is lost.
    `keyed`: each command carries an idempotency key.
    """

    insists: bool = True
    keyed: bool = False


def headers(door: Door, command: Command, manner: Manner) -> dict[str, str]:
    repeatable = {"Idempotency-Key": command.id} if manner.keyed else {}
    return bearer(door.key) | {"Content-Type": "application/json", "X-Correlation-Id": command.id} | repeatable


class Client:
    """One at a time, over one connection while it lasts."""

    def __init__(self, door: Door, journal: JournalWriter, manner: Manner) -> None:
        self._door = door
        self._journal = journal
        self._manner = manner
        self._connection: HTTPConnection | None = None

    def run(self, story: Story, over: Event) -> None:
        for command in story():
            if over.is_set() or not self.tell(command):
                return

    def tell(self, command: Command) -> bool:
        """Whether there was an answer."""
        gives_up = time.monotonic() + 2 * PATIENCE
        while True:
            status = self._try(command)
            assert time.monotonic() < gives_up, f"in {2 * PATIENCE:.0f} s there was no way to carry out {command}"
            if not self._manner.insists or status not in (None, 503):
                return status is not None
            time.sleep(PAUSE)

    def _try(self, command: Command) -> int | None:
        self._journal.write(command.id, "sent", kind=command.kind, path=command.path)
        began = time.monotonic()
        try:
            response = self.ask(command)
            body = response.read()
        except (OSError, HTTPException) as error:
            self._connection = None
            self._journal.write(command.id, "lost", error=repr(error))
            return None
        told = _told(response, body)
        self._journal.write(
            command.id, "answered", status=response.status, began=began, ended=time.monotonic(), **told
        )
        return response.status

    def ask(self, command: Command) -> HTTPResponse:
        if self._connection is None:
            self._connection = HTTPConnection(HOST, self._door.port, timeout=PATIENCE)
        body = None if command.body is None else json.dumps(command.body)
        self._connection.request(
            "GET" if body is None else "POST", command.path, body, headers(self._door, command, self._manner)
        )
        return self._connection.getresponse()


def _told(response: HTTPResponse, body: bytes) -> dict[str, Any]:
    if 200 <= response.status < 300:
        answer = json.loads(body)
        return {"version": answer.get("version", 0), "position": answer.get("position", 0)}
    headers = {name.lower(): value for name, value in response.getheaders()}
    problem = json.loads(body) if headers.get("content-type") == "application/problem+json" else {}
    return {"headers": headers, "problem": problem}


def tell(door: Door, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """One request that has to succeed, of nobody's journal."""
    client = Client(door, JournalWriter(Path(os.devnull)), Manner())
    response = client.ask(Command(str(uuid4()), "", path, body))
    answer = json.loads(response.read())
    assert response.status in (200, 201), answer
    return answer


def an_order(door: Door) -> UUID:
    """An order from which much can be returned."""
    customer = tell(door, "/v1/customers", {"kind": "person", "name": "Ada Nilsson"})["id"]
    return UUID(tell(door, "/v1/orders", {"customer_id": customer, "total": euros(1_000_000)})["id"])


@contextmanager
def clients(
    stories: Sequence[tuple[Door, Story]], folder: Path, manner: Manner = Manner(), *, until_told: bool = True
) -> Iterator[Journal]:
    """A client for each door and story, all at work; afterwards each has its last answer, and the journal is full.

    With `until_told=False` they go on to the ends of their stories, not only to the end of the block.
    """
    journal = Journal(folder / "journal")
    over = FORKS.Event()
    process = FORKS.Process(target=_run, args=(stories, journal.path, manner, over), name="clients", daemon=True)
    process.start()
    try:
        yield journal
        if until_told:
            over.set()
        process.join(3 * PATIENCE)
        assert process.exitcode == 0, f"the clients did not come to an end: {process.exitcode}"
    finally:
        process.kill()
        process.join()


def _run(stories: Sequence[tuple[Door, Story]], path: Path, manner: Manner, over: Event) -> None:
    journal = JournalWriter(path)
    failed = threading.Event()

    def run(door: Door, story: Story) -> None:
        try:
            Client(door, journal, manner).run(story, over)
        except BaseException:  # noqa: BLE001 - not this thread's alone
            traceback.print_exc()
            failed.set()

    threads = [threading.Thread(target=partial(run, door, story)) for door, story in stories]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed.is_set(), "a client failed"
