"""SQL types as Arrow's."""

from collections.abc import Mapping

import pyarrow as pa

_TYPES: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "uuid": pa.string(),
    "boolean": pa.bool_(),
    "bool": pa.bool_(),
    "smallint": pa.int16(),
    "int": pa.int32(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "real": pa.float64(),
    "double precision": pa.float64(),
    "numeric": pa.decimal128(38, 9),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", tz="UTC"),
}


def schema_of(columns: Mapping[str, str]) -> pa.Schema:
    """Arrow's schema of columns that are declared as in a CREATE TABLE: `timestamptz NOT NULL`, `bigint[]`, …

    Moments are in UTC; a decimal has 9 digits behind the point, 38 in all; ids, JSON and whatever else PostgreSQL
    knows are text.
    """
    return pa.schema([pa.field(name, _type(declared)) for name, declared in columns.items()])


def _type(declared: str) -> pa.DataType:
    plain = declared.lower().split(" not null")[0].split(" default")[0].strip()
    if plain.endswith("[]"):
        return pa.list_(_type(plain.removesuffix("[]")))
    return _TYPES.get(plain, pa.string())
