"""docs/analysts.md: code and commands with what came of them. Run by a test, and pasted anew by `make walk`.

A block of the kind `python` is run as a cell of a notebook, and followed by a block of the kind `text` with what
it printed and what its last line is worth; one of the kind `console` holds commands with what they printed.
"""

import ast
import io
import re
import subprocess
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from tests.system.walk import Step, steps_of

PAGE = Path(__file__).parents[2] / "docs" / "analysts.md"
_BLOCK = re.compile(r"(?ms)^```(python|console)\n(.*?)^```$(?:\n\n```text\n.*?^```$)?")


def pasted(page: str, environment: Mapping[str, str]) -> str:
    """The page with what came of its blocks now, run one after the other."""
    known: dict[str, Any] = {}

    def anew(block: re.Match[str]) -> str:
        kind, body = block[1], block[2]
        if kind == "console":
            told = "".join(_ran(step, environment).as_written() for step in steps_of(body))
            return f"```console\n{told}```"
        came = _cell(body, known)
        return f"```python\n{body}```" + (f"\n\n```text\n{came}\n```" if came else "")

    return _BLOCK.sub(anew, page)


def _ran(step: Step, environment: Mapping[str, str]) -> Step:
    done = subprocess.run(
        ["/bin/bash", "-c", f"exec 2>&1; {step.command}"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Step(step.command, done.stdout.rstrip())


def _cell(body: str, known: dict[str, Any]) -> str:
    tree = ast.parse(body)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(tree, str(PAGE), "exec"), known)  # noqa: S102 - our own page
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), str(PAGE), "eval"), known)  # noqa: S307
            if value is not None:
                print(value)
    return "\n".join(line.rstrip() for line in printed.getvalue().rstrip().splitlines())
