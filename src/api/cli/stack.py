"""`crm up`."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from api.cli.operator_key import FILE_NAME, operator_key
from api.cli.running import stop_signal
from api.cli.wiring import Stack, Wiring


@contextmanager
def running_stack(wiring: Wiring, console: Console) -> Iterator[Stack]:
    """The whole stack, running inside the context."""
    with console.status(
        "Starting PostgreSQL, the broker, the API, the relay, the projector and the scheduler ..."
    ):
        stack = wiring.stack()
    try:
        yield stack
    finally:
        stack.stop()


def run_stack(wiring: Wiring, console: Console) -> None:
    stopped = stop_signal()
    with running_stack(wiring, console) as stack:
        console.print(f"Touchledger runs. API and Swagger UI: {stack.url}/docs")
        operator_key(wiring.services(), wiring.settings.data_folder)
        key_file = wiring.settings.data_folder / FILE_NAME
        console.print(f"Your API key: {key_file}")
        console.print(f"Data and logs: {wiring.settings.data_folder}. Ctrl-C ends it.")
        while not stopped():
            stack.check(0.5)
