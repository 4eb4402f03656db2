"""Clients that capture, qualify and convert leads over HTTP, some people twice at once, and count what came back.

Of each duplicate pair two clients capture the same person at the same time; whoever is first goes on with the lead
when both are answered. Some requests are sent again under their key, as after a lost answer.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from queue import Empty, SimpleQueue
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any
from uuid import uuid4

HOST = "127.0.0.1"
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Person:
    """One who comes in; by two clients at once, where there is a `pair`."""

    number: int
    pair: Barrier | None = None


@dataclass
class Outcome:
    """How often each kind of answer came: `captured 201`, `captured 409 LeadAlreadyLive`, …"""

    answers: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def people(captures: int, *, duplicates: float, seed: int = 7) -> list[Person]:
    """So many captures, of which that share is of somebody who comes in by another client at the same time."""
    chance, pairs = random.Random(seed), round(captures * duplicates)  # noqa: S311 - a load, not a secret
    doubled = set(chance.sample(range(captures - pairs), pairs))
    told: list[Person] = []
    for number in range(captures - pairs):
        pair = Barrier(2) if number in doubled else None
        told += [Person(number, pair)] * (2 if pair else 1)
    return told


def carry_out(port: int, headers: Mapping[str, str], told: list[Person], *, clients: int) -> Outcome:
    """All of them, by so many clients (two at least), each with one request at a time over one connection."""
    queue: SimpleQueue[Person] = SimpleQueue()
    for person in told:
        queue.put(person)
    outcomes = [Outcome() for _ in range(clients)]
    threads = [
        Thread(target=_Client(port, headers, number, outcome).work_off, args=(queue,))
        for number, outcome in enumerate(outcomes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together = Outcome()
    for outcome in outcomes:
        together.answers += outcome.answers
        together.failures += outcome.failures
    return together


class _Client:
    def __init__(self, port: int, headers: Mapping[str, str], number: int, outcome: Outcome) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=_PATIENCE_SECONDS)
        self._headers = dict(headers)
        self._chance = random.Random(number)  # noqa: S311 - a load, not a secret
        self._outcome = outcome

    def work_off(self, queue: "SimpleQueue[Person]") -> None:
        try:
            for person in _taken(queue):
                self._one(person)
        except Exception as error:  # noqa: BLE001 - told with the outcome; the other clients go on
            self._outcome.failures.append(repr(error))
        finally:
            self._connection.close()

    def _one(self, person: Person) -> None:
        email = f"person.{person.number}@example.com"
        body = {"name": f"Person {person.number}", "email": email, "channel": "web"}
        status, lead = self._post("captured", "/v1/leads", body)
        if person.pair is not None:
            _meet(person.pair)
        if status != 201:
            return
        path = f"/v1/leads/{lead['id']}"
        self._post("qualified", f"{path}/qualify", {})
        deal = {"name": f"Deal {person.number}", "amount": {"amount": "100.00", "currency": "EUR"}}
        self._post("converted", f"{path}/convert", {"deal": deal})

    def _post(self, what: str, path: str, body: Any) -> tuple[int, Any]:
        key = {"Idempotency-Key": str(uuid4())}
        answers = [self._ask(path, body, key)]
        if self._chance.random() < 0.02:  # as after an answer that was lost
            answers.append(self._ask(path, body, key))
        status, answer = answers[0]
        if any((each[0], each[1].get("id")) != (status, answer.get("id")) for each in answers):
            self._outcome.failures.append(f"{what}: {answers}")
        rule = "" if status < 300 else " " + str(answer.get("type", "")).rpartition("/")[2]
        self._outcome.answers[f"{what} {status}{rule}"] += 1
        return status, answer

    def _ask(self, path: str, body: Any, more: Mapping[str, str]) -> tuple[int, Any]:
        headers = self._headers | {"Content-Type": "application/json"} | dict(more)
        self._connection.request("POST", path, json.dumps(body), headers)
        response = self._connection.getresponse()
        return response.status, json.loads(response.read())


def _taken(queue: "SimpleQueue[Person]") -> Iterator[Person]:
    while True:
        try:
            yield queue.get_nowait()
        except Empty:
            return


def _meet(pair: Barrier) -> None:
    try:
        pair.wait(_PATIENCE_SECONDS)
    except BrokenBarrierError:
        raise RuntimeError("the other client of a pair never came") from None
