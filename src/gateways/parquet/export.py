"""An export: tables in a folder of their own, with a manifest that says what they are."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from gateways.parquet.folder import CannotWriteExport, export_folder
from gateways.parquet.tables import Table, write_table

_FORMAT = 1


def export(
    folder: Path,
    tables: Sequence[Table],
    about: Mapping[str, Any],
    *,
    told: Callable[[int], None],
) -> dict[str, Any]:
    """Write the tables, each below a folder of its name; the manifest holds `about`, and each table's columns and
    rows. `told` hears how many rows of a table are written.

    Raises:
        ExportFolderTaken: there is something in the folder.
        CannotWriteExport: the disk is full, the folder may not be written to; or a value does not fit Parquet.
    """
    manifest: dict[str, Any] = {"format": _FORMAT, **about}
    with export_folder(folder, manifest) as aside:
        try:
            manifest["tables"] = {table.name: write_table(aside, table, told) for table in tables}
        except pa.ArrowInvalid as error:
            raise CannotWriteExport(f"a value cannot be written: {error}") from error
    return manifest
