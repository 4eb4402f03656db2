"""Problems as one line instead of a stack trace."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.text import Text

from api.cli.terminal import terminal
from domain.problems import Problem

# Raised by the drivers, which the command line does not import.
_OF_DRIVERS = {"OperationalError", "NoBrokersAvailable", "KafkaConnectionError"}


@contextmanager
def told_plainly() -> Iterator[None]:
    """Problems end the process with status 1 and their message; other errors keep their stack trace."""
    try:
        yield
    except Exception as error:
        of_a_driver = any(kind.__name__ in _OF_DRIVERS for kind in type(error).__mro__)
        if not isinstance(error, Problem) and not of_a_driver:
            raise
        # A server that answers, with a code, was found.
        answered = getattr(error, "pgcode", None) or getattr(error, "sqlstate", None)
        hint = " (see CRM_POSTGRES_DSN and CRM_KAFKA_BOOTSTRAP)" if of_a_driver and not answered else ""
        terminal(stderr=True).print(Text("crm:", "red"), f"{str(error).strip()}{hint}", soft_wrap=True)
        sys.exit(1)
