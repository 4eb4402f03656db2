"""Reads the whole file once before anything is written: its encoding, its header, how many rows it has."""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateways.imports import ndjson
from gateways.imports.mapping import Mapping
from gateways.imports.problem import ImportProblem
from gateways.imports.rows import header, rows, text_encoding

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Survey:
    """What is known of a file that can be imported."""

    columns: list[str]
    rows: int
    digest: str


def survey(path: Path, mapping: Mapping) -> Survey:
    """Look the file through.

    Raises:
        ImportProblem: it cannot be read, is in another encoding, or lacks a column that the mapping names.
    """
    if not path.is_file():
        raise ImportProblem(f"{path} is no file.")
    try:
        digest = _decoded_digest(path, text_encoding(mapping), mapping.encoding)
        if mapping.format == "ndjson":
            columns, count = _named_values(path, mapping)
        else:
            columns = mapping.columns or header(path, mapping)
            _check_columns(path, mapping, columns)
            count = sum(1 for _ in rows(path, mapping, columns))
    except OSError as error:
        raise ImportProblem(f"{path} cannot be read: {error.strerror}.") from error
    return Survey(columns, count, digest)


def _decoded_digest(path: Path, encoding: str, shown: str) -> str:
    """The SHA-256 of the bytes, once all of them are text."""
    digest, decoder, line = hashlib.sha256(), codecs.getincrementaldecoder(encoding)(), 1
    for chunk, final in _chunks(path):
        digest.update(chunk)
        try:
            line += decoder.decode(chunk, final).count("\n")
        except UnicodeDecodeError as error:
            line += error.object[: error.start].decode(encoding, "ignore").count("\n")
            wrong = error.object[error.start : error.start + 1].hex().upper() or "the end of the file"
            raise ImportProblem(
                f"{path} is not in {shown}: line {line} has the byte 0x{wrong}. "
                'Name the encoding that it is in, for example `encoding = "cp1252"`; nothing was imported.'
            ) from None
        except UnicodeError as error:
            raise ImportProblem(f"{path} is not in {shown}: {error}. Nothing was imported.") from None
    return digest.hexdigest()


def _chunks(path: Path) -> Iterator[tuple[bytes, bool]]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk, False
        yield b"", True


def _named_values(path: Path, mapping: Mapping) -> tuple[list[str], int]:
    named: dict[str, None] = {}
    count = 0
    with path.open(encoding=text_encoding(mapping), newline="") as lines:
        for found in ndjson.objects(lines):
            count += 1
            if isinstance(found, dict):
                named.update(dict.fromkeys(found))
    columns = list(named)
    if columns:
        _check_columns(path, mapping, columns)
    return columns or list(mapping.needed_columns()), count


def _check_columns(path: Path, mapping: Mapping, columns: list[str]) -> None:
    there = ", ".join(columns)
    problems = [
        f"  {place} names the column {column!r}, which {_how_often(columns.count(column))}"
        for column, place in mapping.needed_columns().items()
        if columns.count(column) != 1
    ]
    if problems:
        lines = "\n".join(problems)
        raise ImportProblem(f"{path} does not fit the mapping:\n{lines}\nIt has: {there}. Nothing was imported.")


def _how_often(count: int) -> str:
    return "is not there" if count == 0 else f"is there {count} times"
