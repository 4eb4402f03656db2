"""A question of one read model that is a part of another one's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Subquery:
    """SQL with its parameters, for psycopg2, good on any cursor of the read models."""

    sql: str
    params: Mapping[str, Any]
