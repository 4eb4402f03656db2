"""What clients were told, in a file of their own: a line before each request, and one after it."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.commands import QUESTION


class JournalWriter:
    """Appends lines, each in one write: whole, and safe from the death of whoever writes."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(self, command_id: str, what: str, **told: Any) -> None:
        os.write(self._file, f"{json.dumps([command_id, what, told])}\n".encode())


SOON = 60.0


@dataclass(frozen=True)
class Answer:
    """`headers` and `problem` are those of an answer other than 2xx."""

    status: int
    began: float
    ended: float
    version: int = 0
    position: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    problem: dict[str, Any] = field(default_factory=dict)

    @property
    def acknowledges(self) -> bool:
        return 200 <= self.status < 300

    @property
    def seconds(self) -> float:
        return self.ended - self.began


@dataclass
class Told:
    """What a client knows of one command."""

    kind: str = ""
    path: str = ""
    sent: int = 0
    lost: int = 0
    answers: list[Answer] = field(default_factory=list)

    @property
    def acknowledged(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.acknowledges]


class Journal:
    """Reads on in the clients' file."""

    def __init__(self, path: Path) -> None:
        path.touch()
        self.path = path
        self._read = 0
        self._commands: dict[str, Told] = {}

    def commands(self) -> dict[str, Told]:
        """All that is told by now, by the command's id."""
        with self.path.open("rb") as file:
            file.seek(self._read)
            lines = file.read()
        whole = lines[: lines.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            command_id, what, told = json.loads(line)
            self._take(self._commands.setdefault(command_id, Told()), what, told)
        return self._commands

    def answers(self, *kinds: str) -> list[Answer]:
        """All, or those to commands and questions of some kinds."""
        return [
            answer
            for told in self.commands().values()
            if told.kind in (kinds or (told.kind,))
            for answer in told.answers
        ]

    def acknowledged(self) -> set[str]:
        """The commands that were answered with 2xx."""
        return {
            command_id
            for command_id, told in self.commands().items()
            if told.acknowledged and told.kind != QUESTION
        }

    def about(self, path: str) -> list[Told]:
        """What was told under this path."""
        return [told for told in self.commands().values() if told.path.startswith(path)]

    def statuses(self) -> Counter[int]:
        return Counter(answer.status for answer in self.answers())

    def wait_until(self, reached: Callable[[Journal], bool], what: str) -> None:
        deadline = time.monotonic() + SOON
        while not reached(self):
            assert time.monotonic() < deadline, f"{what}: not after {SOON:.0f} s; so far {self.statuses()}"
            time.sleep(0.02)

    def _take(self, command: Told, what: str, told: dict[str, Any]) -> None:
        match what:
            case "sent":
                command.kind, command.path = told["kind"], told["path"]
                command.sent += 1
            case "answered":
                command.answers.append(Answer(**told))
            case "lost":
                command.lost += 1
