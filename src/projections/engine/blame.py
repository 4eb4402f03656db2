"""What is to blame where rows cannot be written: one of them, or the server and the tables."""

import psycopg2
from psycopg2.errors import ProgramLimitExceeded

_OF_NO_KEY = (
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
    psycopg2.ProgrammingError,
    psycopg2.InternalError,
)

OF_THE_SERVER = (psycopg2.OperationalError, psycopg2.InterfaceError, MemoryError)
"""What the server lacks, or this machine: no fold and no key is to blame."""


def says_nothing_of_keys(error: Exception) -> bool:
    """A server that is short of something, tables that are missing; not a value that cannot be stored."""
    if isinstance(error, ProgramLimitExceeded):
        return False
    # Without a code it is psycopg2 itself that cannot write a value.
    adapting = isinstance(error, psycopg2.ProgrammingError) and error.pgcode is None
    return isinstance(error, MemoryError) or (isinstance(error, _OF_NO_KEY) and not adapting)
