"""The values of a row's fields, checked and typed."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.aggregates import check_time
from domain.customers import Attribute
from domain.money import Money, money
from domain.refusals import Refusal
from gateways.imports import cells, mapping, numbers, times
from gateways.imports.record_fields import ATTRIBUTE, RecordField
from gateways.imports.refusals import NotAChoice, NotANumber, NotATruthValue, TextTooLong, ValueMissing
from gateways.imports.rows import Row

_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Layout:
    """A mapping, laid over the columns of a file."""

    def __init__(self, mapped: mapping.Mapping, columns: list[str], *, now: datetime) -> None:
        self.places: Mapping[str, int] = {column: place for place, column in enumerate(columns)}
        self.now = now
        self.cells: dict[str, cells.Cell] = {}
        self.fields: dict[str, RecordField] = {}
        self.parsers: dict[str, Callable[[str], Any]] = {}
        self.attributes: dict[str, Callable[[str], Attribute]] = {}
        for name, field in mapped.fields.items():
            described = mapped.record_field(name)
            assert described is not None, "a mapping names fields that its record has"
            self.cells[name] = cells.cell(name, field, self.places)
            self.fields[name] = described
            self.parsers[name] = _parser(name, field, described, mapped.timezone)
            if name.startswith(ATTRIBUTE):
                self.attributes[name] = _attribute_parser(name, field)


class Values:
    """The fields of one row. Each method raises an `Invalid` that names the field where its value is not right."""

    __slots__ = ("_layout", "row")

    def __init__(self, layout: Layout, row: Row) -> None:
        self._layout = layout
        self.row = row

    def text(self, field: str) -> str | None:
        """None where the field is not mapped or has no value."""
        read = self._layout.cells.get(field)
        if read is None or not (text := read(self.row)):
            return None
        longest = self._layout.fields[field].longest
        if len(text) > longest:
            raise TextTooLong(f"{field} has {len(text)} characters, at most {longest} are taken", field=field)
        return text

    def needed(self, field: str) -> str:
        text = self.text(field)
        if text is None:
            raise ValueMissing(f"{field} has no value", field=field)
        return text

    def choice(self, field: str) -> str | None:
        text = self.text(field)
        if text is not None and text not in self._layout.fields[field].choices:
            choices = ", ".join(self._layout.fields[field].choices)
            raise NotAChoice(f"{text!r} is none of {choices}", field=field)
        return text

    def moment(self, field: str, *, after: datetime | None = None) -> datetime:
        """A moment that is not ahead of now, nor before the one that it follows."""
        text = self.needed(field)
        moment: datetime = self._layout.parsers[field](text)
        try:
            check_time(moment, now=self._layout.now, after=after)
        except Refusal as refusal:
            refusal.field = field
            raise
        return moment

    def moment_if_any(self, field: str) -> datetime | None:
        return None if self.text(field) is None else self.moment(field)

    def day(self, field: str) -> date | None:
        text = self.text(field)
        return None if text is None else self._layout.parsers[field](text)

    def number(self, field: str) -> Decimal | None:
        text = self.text(field)
        return None if text is None else self._layout.parsers[field](text)

    def whole_number(self, field: str) -> int | None:
        number = self.number(field)
        return None if number is None else _whole(number, field)

    def money(self, field: str) -> Money | None:
        """The amount in this field, in the row's currency."""
        amount = self.number(field)
        if amount is None:
            return None
        currency = self.needed("currency")
        try:
            return money(amount, currency, field=field)
        except Refusal as refusal:
            refusal.field = "currency" if refusal.field == f"{field}.currency" else field
            raise

    def attributes(self) -> dict[str, Attribute]:
        """Those that have a value."""
        return {
            name.removeprefix(ATTRIBUTE): parse(text)
            for name, parse in self._layout.attributes.items()
            if (text := self.text(name)) is not None
        }


def _parser(
    name: str, field: mapping.FieldMapping, described: RecordField, timezone: str | None
) -> Callable[[str], Any]:
    match described.kind:
        case "moment":
            zone = field.timezone or timezone
            return times.moment_parser(name, pattern=field.format, zone=times.zone(zone) if zone else None)
        case "day":
            return times.day_parser(name, pattern=field.format)
        case "number":
            return numbers.number_parser(name, decimal=field.decimal)
        case _:
            return str


def _attribute_parser(name: str, field: mapping.FieldMapping) -> Callable[[str], Attribute]:
    number = numbers.number_parser(name, decimal=field.decimal)
    match field.type:
        case "integer":
            return lambda text: _whole(number(text), name)
        case "number":
            return lambda text: float(number(text))
        case "boolean":
            return lambda text: _truth(text, name)
        case _:
            return str


def _whole(number: Decimal, field: str) -> int:
    if number != number.to_integral_value() or abs(number) >= 2**53:
        raise NotANumber(f"{number} is no whole number (up to 2^53)", field=field)
    return int(number)


def _truth(text: str, field: str) -> bool:
    try:
        return _TRUTH[text.lower()]
    except KeyError:
        raise NotATruthValue(f"{text!r} is neither true nor false", field=field) from None
