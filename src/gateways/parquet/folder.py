"""A folder that holds a whole export, or none: it is written aside, and its manifest comes last."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from domain.problems import Problem

MANIFEST = "manifest.json"
# Readers of Parquet pass over names that begin so.
_ASIDE = "_being_written"


class ExportFolderTaken(Problem):
    """An export goes into a folder of its own."""


class CannotWriteExport(Problem):
    """The folder cannot be written to."""


@contextmanager
def export_folder(folder: Path, manifest: dict[str, Any]) -> Iterator[Path]:
    """Where to write. When the context ends well, all of it appears in the folder, and behind it the manifest as
    it is then: a folder without one holds no export. After an error in the context the folder is empty, as it was.

    Raises:
        ExportFolderTaken: there is something in the folder.
        CannotWriteExport: the disk is full, the folder may not be written to, or is none.
    """
    try:
        aside = _claimed(folder)
        try:
            yield aside
            _publish(folder, aside, manifest)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
    except OSError as error:
        raise CannotWriteExport(f"cannot write an export into {folder}: {error.strerror or error}") from error


def _claimed(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    there = {path.name for path in folder.iterdir()}
    if MANIFEST in there:
        raise ExportFolderTaken(f"{folder} holds an export of {_of(folder / MANIFEST)}; name another folder")
    if _ASIDE in there:
        raise ExportFolderTaken(
            f"into {folder} another export is being written, or was when it was killed; name another folder, "
            "or remove this one"
        )
    if there:
        raise ExportFolderTaken(f"{folder} is not empty; name another folder")
    aside = folder / _ASIDE
    aside.mkdir()
    return aside


def _of(manifest: Path) -> str:
    try:
        held: Mapping[str, Any] = json.loads(manifest.read_bytes())
        return f"{held['of']} at position {held['position']}"
    except (ValueError, KeyError, TypeError):
        return "something else"


def _publish(folder: Path, aside: Path, manifest: Mapping[str, Any]) -> None:
    written = aside / MANIFEST
    with written.open("w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=2, ensure_ascii=False)
        file.write("\n")
    # The manifest is to be true after a power cut too. All files at once: some thousand by themselves take long.
    os.sync()
    tables = [path for path in aside.iterdir() if path.is_dir()]
    for path in tables:
        path.rename(folder / path.name)
    written.rename(folder / MANIFEST)
    aside.rmdir()
