"""The text of a field, out of a row, as the mapping says."""

from collections.abc import Callable, Collection, Mapping

from gateways.imports import template
from gateways.imports.mapping_tables import FieldMapping
from gateways.imports.refusals import ValueNotMapped
from gateways.imports.rows import Row
from gateways.imports.template import ROW

Cell = Callable[[Row], str]
"""The text of a row's field; empty when it has none."""


def cell(field: str, mapping: FieldMapping, places: Mapping[str, int]) -> Cell:
    """Reads a field of rows whose columns are at these places."""
    read = _origin(mapping, places)
    if mapping.values:
        read = _mapped(read, field, mapping.values, strict=mapping.strict)
    return read if mapping.default is None else _or_default(read, mapping.default)


def templated(text: str, places: Mapping[str, int], *, given: Collection[str] = ()) -> Callable[[Row, str], str]:
    """Fills a template; where all columns in it are empty, so is the whole. `given` names what is passed in."""
    parts = template.parts(text)
    columns = [places[name] for name in template.columns(text, reserved=(ROW, *given))]

    def fill(row: Row, passed: str) -> str:
        if columns and not any(row.cells[place].strip() for place in columns):
            return ""
        return "".join(literal + _value(name, row, passed) for literal, name in parts).strip()

    def _value(name: str | None, row: Row, passed: str) -> str:
        if name is None:
            return ""
        if name in given:
            return passed
        return str(row.number) if name == ROW else row.cells[places[name]].strip()

    return fill


def _origin(mapping: FieldMapping, places: Mapping[str, int]) -> Cell:
    if mapping.column is not None:
        place = places[mapping.column]
        return lambda row: row.cells[place].strip()
    if mapping.template is not None:
        fill = templated(mapping.template, places)
        return lambda row: fill(row, "")
    return lambda _: ""


def _mapped(read: Cell, field: str, values: Mapping[str, str], *, strict: bool) -> Cell:
    def mapped(row: Row) -> str:
        text = read(row)
        found = values.get(text)
        if found is None:
            if strict and text:
                raise ValueNotMapped(f"{text!r} is not among the mapped values", field=field)
            return text
        return found

    return mapped


def _or_default(read: Cell, default: str) -> Cell:
    return lambda row: read(row) or default
