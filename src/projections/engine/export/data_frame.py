"""Rows as a pandas DataFrame with typed columns."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.problems import of_extra

if TYPE_CHECKING:
    from pandas import DataFrame, Series

_DTYPES = {
    "timestamptz": "datetime64[us, UTC]",
    "smallint": "Int64",
    "int": "Int64",
    "integer": "Int64",
    "bigint": "Int64",
    "double precision": "float64",
    "real": "float64",
    "boolean": "boolean",
    "bool": "boolean",
    "uuid": "str",
    "text": "str",
}


def data_frame(columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> "DataFrame":
    """Columns by their SQL types, decimals exact; those without a type get the one that pandas takes them for.

    Raises:
        ExtraMissing: pandas is not installed.
    """
    with of_extra("analysis"):
        from pandas import DataFrame, Series

    by_column = list(zip(*rows, strict=True)) or [()] * len(columns)

    def series(kind: str, values: Sequence[Any]) -> "Series[Any]":
        plain = kind.lower().split(" not null")[0].split(" default")[0]
        written = [str(v) if isinstance(v, UUID) else v for v in values]
        return Series(written, dtype=_DTYPES.get(plain, "object") if plain and written else None)

    return DataFrame(
        {name: series(kind, values) for (name, kind), values in zip(columns.items(), by_column, strict=True)}
    )
