"""Whether a value fits a schema, as JSON Schema means it."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import jsonschema.validators


def _pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[jsonschema.ValidationError]:
    # Patterns are ECMA-262's, in which `$` is the end. To Python, it is also the place before a last line feed.
    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield jsonschema.ValidationError(f"{value!r} does not match {pattern!r}")


_extended: Any = jsonschema.validators.extend
_Validator = _extended(jsonschema.Draft202012Validator, {"pattern": _pattern})


def fits(schema: dict[str, Any], value: Any) -> bool:
    return bool(_Validator(schema).is_valid(value))
