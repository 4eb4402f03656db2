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
    rows. `told` hears how many rows have been written.

    Raises:
        ExportFolderTaken: there is something in the folder.
        CannotWriteExport: the disk is full, the folder may not be written to; or a value does not fit Parquet.
    """
    manifest: dict[str, Any] = {"format": _FORMAT, **about}
    written = 0

    def further(rows: int) -> None:
        nonlocal written
        written += rows
        told(written)

    with export_folder(folder, manifest) as aside:
        try:
            manifest["tables"] = {table.name: write_table(aside, table, further) for table in tables}
        except pa.ArrowException as error:
            raise CannotWriteExport(f"a value cannot be written: {error}") from error
    return manifest
