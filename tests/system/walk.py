"""docs/walk.md: commands with what they answered. They are run again by a test, and pasted anew by `make walk`.

In a block of the kind `console`, a line that begins with `$ ` is a command (it goes on in lines that begin with
`> `); what follows it is what it printed. All commands of the page run in one shell, one after the other.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "walk.md"
_BLOCK = re.compile(r"(?ms)^```(sh|console)\n(.*?)^```$")
_END = "--- end of a command ---"
_VARYING = {
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}": "<id>",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)": "<time>",
    r'"(position|days_in_stage)": ?\d+': r'"\1":<number>',
    r'"next":"[^"]+"': '"next":<cursor>',
}


@dataclass(frozen=True)
class Step:
    """A command of the page, and what it printed."""

    command: str
    printed: str

    def as_written(self) -> str:
        lines = self.command.splitlines()
        shown = [f"$ {lines[0]}", *(f"> {line}".rstrip() for line in lines[1:])]
        return "\n".join([*shown, self.printed.rstrip("\n")]).rstrip("\n") + "\n"


def setup(page: str) -> str:
    """What the page tells to put into the shell first."""
    return "".join(body for kind, body in _BLOCK.findall(page) if kind == "sh")


def steps(page: str) -> list[Step]:
    return [step for kind, body in _BLOCK.findall(page) if kind == "console" for step in steps_of(body)]


def steps_of(body: str) -> Iterator[Step]:
    """The steps of one block."""
    command: list[str] = []
    printed: list[str] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            if command:
                yield Step("\n".join(command), "\n".join(printed))
            command, printed = [line[2:]], []
        elif line.startswith(">") and not printed:
            command.append(line[2:])
        else:
            printed.append(line)
    if command:
        yield Step("\n".join(command), "\n".join(printed))


def run(page: str, environment: Mapping[str, str]) -> list[Step]:
    """The steps, as they go now. `environment` says where the API is (`api`) and who asks (`key`)."""
    told = steps(page)
    given = "".join(f"{name}={value!r}\n" for name, value in environment.items())
    script = setup(page) + given + "".join(f"{step.command}\necho; echo '{_END}'\n" for step in told)
    # Of Python's own: readline, where it is loaded, tells the C library how wide a terminal is.
    done = subprocess.run(
        ["/bin/bash", "-c", script],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    outputs = done.stdout.split(f"{_END}\n")[:-1]
    assert len(outputs) == len(told), f"{done.stdout}\n{done.stderr}"
    assert not done.stderr, done.stderr
    return [Step(step.command, output.strip("\n")) for step, output in zip(told, outputs, strict=True)]


def path_with_crm(folder: Path) -> str:
    """A PATH on which `crm` is the command line of this program."""
    crm = folder / "bin" / "crm"
    crm.parent.mkdir()
    crm.write_text(f'#!/bin/sh\nexec {sys.executable} -m bootstrap "$@"\n')
    crm.chmod(0o755)
    return f"{crm.parent}:{os.environ['PATH']}"


def alike(printed: str) -> str:
    """What was printed, without what differs each time."""
    for pattern, instead in _VARYING.items():
        printed = re.sub(pattern, instead, printed)
    return printed.strip()


def pasted(page: str, done: list[Step]) -> str:
    """The page with what the commands printed now."""
    following = iter(done)

    def anew(block: re.Match[str]) -> str:
        if block[1] != "console":
            return block[0]
        return "```console\n" + "".join(next(following).as_written() for _ in steps_of(block[2])) + "```"

    return _BLOCK.sub(anew, page)
