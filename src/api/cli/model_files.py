"""Files that hold a scoring model, or what is to be trained: TOML or JSON. A mistake is told by its line."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from api.cli.document_lines import JsonLines, line_of, lines_of_toml
from domain.problems import Problem
from domain.refusals import Refusal
from domain.scoring import ScoringModel
from domain.scoring.refusals import MalformedScoringModel

_UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class ModelFile(Problem):
    """A file of a scoring model can be read, and means something."""


@contextmanager
def model_file(path: Path) -> Iterator[Mapping[str, Any]]:
    """The document that a file holds. Refusals of the document within are told with the line that is to blame.

    Raises:
        ModelFile: it cannot be read, is neither TOML nor JSON, or the document was refused.
    """
    text = _text(path)
    document = _parsed(path, text)
    read = JsonLines(text) if path.suffix == ".json" else None
    try:
        if read is not None and read.repeated is not None:
            raise MalformedScoringModel("the name is given twice", field=read.repeated)
        _check_texts(document, "")
        yield document
    except Refusal as refusal:
        lines = lines_of_toml(text) if read is None else read.lines
        where = f"line {line_of(lines, refusal.field)}, {refusal.field}: " if refusal.field else ""
        raise ModelFile(f"{path.name}: {where}{refusal.message} ({refusal.rule})") from refusal


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ModelFile(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ModelFile(f"{path} is not in UTF-8 (byte {error.start + 1})") from error


def _parsed(path: Path, text: str) -> Mapping[str, Any]:
    kind, parse = ("JSON", json.loads) if path.suffix == ".json" else ("TOML", tomllib.loads)
    try:
        document = parse(text)
    except RecursionError as error:
        raise ModelFile(f"{path.name}: tables and lists lie too deep in each other") from error
    except ValueError as error:
        raise ModelFile(f"{path.name} is no {kind}: {error}") from error
    if not isinstance(document, Mapping):
        raise ModelFile(f"{path.name} holds no model: a model is a table")
    return document


def _check_texts(part: object, place: str) -> None:
    """Raises:
    MalformedScoringModel: a text holds what no event can.
    """
    match part:
        case str():
            if _UNSTORABLE.search(part):
                raise MalformedScoringModel(
                    f"{part!r} holds a NUL character, or half of a surrogate pair", field=place
                )
        case Mapping():
            for key, each in part.items():
                _check_texts(key, place)
                _check_texts(each, f"{place}.{key}" if place else key)
        case list():
            for number, each in enumerate(part):
                _check_texts(each, f"{place}.{number}")


def written(model: ScoringModel) -> str:
    """The model as TOML: read again, it is the same one."""
    document = msgspec.to_builtins(model, builtin_types=(datetime,))
    return "\n".join(_table(document, "")) + "\n"


def _table(table: Mapping[str, Any], path: str) -> Iterator[str]:
    for key, value in table.items():
        if value is not None and not _is_table(value) and not _are_tables(value):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        name = f"{path}.{_key(key)}" if path else _key(key)
        if _is_table(value):
            yield f"\n[{name}]"
            yield from _table(value, name)
        elif _are_tables(value):
            for each in value:
                yield f"\n[[{name}]]"
                yield from _table(each, name)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _are_tables(value: object) -> bool:
    return isinstance(value, Sequence) and bool(value) and all(_is_table(each) for each in value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _value(value: object) -> str:
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat()
        case list() | tuple():
            return f"[{', '.join(_value(each) for each in value)}]"
        case _:
            return repr(value)
