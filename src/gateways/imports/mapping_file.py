"""Reads a mapping file, and says in words what is wrong with it."""

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from gateways.imports.mapping import Mapping
from gateways.imports.mapping_tables import CustomersMapping, FieldMapping, HistoryMapping
from gateways.imports.problem import ImportProblem


def read_mapping(path: Path) -> Mapping:
    """The mapping in a TOML file.

    Raises:
        ImportProblem: naming each key that is wrong, or the line that is no TOML.
    """
    try:
        return parse_mapping(path.read_text(encoding="utf-8-sig"), name=path.name)
    except OSError as error:
        raise ImportProblem(f"The mapping {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ImportProblem(f"The mapping {path} is not in UTF-8 (byte {error.start + 1}).") from error


def parse_mapping(text: str, *, name: str = "mapping") -> Mapping:
    """The mapping in a text; `read_mapping` tells more."""
    try:
        return Mapping.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ImportProblem(f"{name} is no TOML: {error}.") from error
    except ValidationError as error:
        found = [line for each in error.errors() for line in _in_words(each).splitlines()]
        raise ImportProblem("\n".join([f"{name} cannot be used:", *(f"  {line}" for line in found)])) from error


def _in_words(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    match error["type"]:
        case "extra_forbidden":
            return f"{place}: is not known here{_perhaps(error['loc'])}"
        case "missing":
            return f"{place}: is missing"
        case "literal_error":
            return f"{place}: is {error['input']!r}, but takes {error['ctx']['expected']}"
        case "string_pattern_mismatch":
            return f"{place}: {error['input']!r} is no name made of letters, digits, '.', '_' and '-'"
        case "value_error":
            message = str(error["ctx"]["error"])
            return f"{place}: {message}" if place else message
        case _:
            return f"{place}: {error['msg']}"


def _perhaps(loc: tuple[Any, ...]) -> str:
    tables: dict[int, type[BaseModel]] = {
        1: Mapping,
        2: HistoryMapping if loc[0] == "history" else CustomersMapping,
    }
    table = tables.get(len(loc), FieldMapping)
    near = get_close_matches(str(loc[-1]), list(table.model_fields), n=1)
    return f"; perhaps {near[0]!r} is meant" if near else f"; known are {', '.join(table.model_fields)}"
