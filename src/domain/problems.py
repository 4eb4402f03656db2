"""Errors of the surroundings that a person can act on."""

from collections.abc import Iterator
from contextlib import contextmanager


class Problem(Exception):
    """Something around us is not as it must be. The message says what to do; no stack trace helps."""


class Standstill(Problem):
    """A problem that does not pass by itself: trying again is no use before somebody has acted."""


class ExtraMissing(Problem):
    """A package of an extra that a deployment may leave out is not installed."""


@contextmanager
def of_extra(extra: str) -> Iterator[None]:
    """Raises:
    ExtraMissing: what is imported within belongs to the extra, and is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise ExtraMissing(
            f"{error.name} is not installed: install touchledger with its extra `{extra}`"
        ) from error
