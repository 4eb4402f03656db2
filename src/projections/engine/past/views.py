"""Leads a fold's names to the tables of a model of the past, for one transaction."""

from typing import Any

from psycopg2.errors import UndefinedTable
from psycopg2.extensions import cursor as Cursor

from projections.engine.fold import Fold
from projections.engine.tables import history_of


def shown(cursor: Cursor, fold: Fold[Any], model: str) -> bool:
    """Until the transaction ends, the fold's names lead to the model's tables, which cannot be dropped meanwhile.
    False where they are not there any more."""
    names = [(fold.name, model)]
    if fold.history:
        names.append((history_of(fold.name), history_of(model)))
    try:
        for name, table in names:
            cursor.execute(f"CREATE TEMPORARY VIEW {name} AS SELECT * FROM read.{table}")
    except UndefinedTable:
        return False
    return True
