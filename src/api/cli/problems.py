"""Errors that a person can act on, as one line instead of a stack trace."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

_KNOWN = {
    "NotWired",
    "StackProblem",
    "SchemaOutOfDate",
    "TopicUnfit",
    "ForeignTopic",
    "UnknownFold",
    "ImportProblem",
    "LogUnavailable",
    "ReadModelsUnavailable",
    "OperationalError",
    "NoBrokersAvailable",
}


@contextmanager
def told_plainly() -> Iterator[None]:
    """Known problems end the process with status 1 and their message; others keep their stack trace."""
    try:
        yield
    except Exception as error:
        # By name: the command line does not import the parts that raise them.
        if not any(kind.__name__ in _KNOWN for kind in type(error).__mro__):
            raise
        Console(stderr=True).print(f"[red]crm:[/red] {error}", highlight=False)
        sys.exit(1)
