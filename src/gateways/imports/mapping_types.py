"""The kinds of text that a mapping is made of, each checked as it is read."""

from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from gateways.imports import template, times


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value) if isinstance(value, int | float) else value


def _encoding(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        raise ValueError(f"{name!r} is no text encoding; 'utf-8' and 'cp1252' are") from None
    return name


def _zone(name: str) -> str:
    times.zone(name)
    return name


def _template(text: str) -> str:
    template.parts(text)
    return text


def _format(text: str) -> str:
    times.check_format(text)
    return text


Text = Annotated[str, BeforeValidator(_as_text)]
Filled = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Zone = Annotated[str, AfterValidator(_zone)]
Template = Annotated[Filled, AfterValidator(_template)]
Encoding = Annotated[str, AfterValidator(_encoding)]
DateFormat = Annotated[Filled, AfterValidator(_format)]
AttributeField = Annotated[str, StringConstraints(pattern=r"^attributes\..{1,100}$")]
