"""The values of a row's fields, checked and typed."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

from domain.aggregates import check_time
from domain.custom_fields import Given
from domain.customers import Attribute
from domain.money import Money, money
from domain.refusals import Refusal
from gateways.imports.cells import Cell, cell
from gateways.imports.mapping import Mapping
from gateways.imports.parsers import Parser, parser, whole
from gateways.imports.record_fields import ATTRIBUTE, CUSTOM_FIELD, Told, described
from gateways.imports.refusals import TextTooLong, ValueMissing
from gateways.imports.rows import Row


class Layout:
    """A mapping, or its history, laid over the columns of a file."""

    def __init__(self, mapping: Mapping, columns: list[str], *, now: datetime, history: bool = False) -> None:
        record: Told = "history" if history else mapping.record
        fields = mapping.history.fields if history and mapping.history else mapping.fields
        self.places: dict[str, int] = {column: place for place, column in enumerate(columns)}
        self.now = now
        self.cells: dict[str, Cell] = {}
        self.longest: dict[str, int] = {}
        self.parsers: dict[str, Parser] = {}
        self.unusable = {name: field.unusable for name, field in fields.items() if field.unusable}
        for name, field in fields.items():
            what = described(record, name)
            assert what is not None, "a mapping names fields that its record has"
            self.cells[name] = cell(name, field, self.places)
            self.longest[name] = what.longest
            self.parsers[name] = parser(name, field, what, mapping.timezone)
        self.attributes = [name for name in fields if name.startswith(ATTRIBUTE)]
        self.custom_fields = [name for name in fields if name.startswith(CUSTOM_FIELD)]


class Values:
    """The fields of one row. Each method raises an `Invalid` that names the field where its value is not right.

    `later` are the rows of its history, in order of time.
    """

    __slots__ = ("_layout", "later", "row")

    def __init__(self, layout: Layout, row: Row) -> None:
        self._layout = layout
        self.row = row
        self.later: Sequence[Values] = ()

    @property
    def now(self) -> datetime:
        """When the import runs."""
        return self._layout.now

    def text(self, field: str) -> str | None:
        """None where the field is not mapped or has no value."""
        read = self._layout.cells.get(field)
        if read is None or not (text := read(self.row)):
            return None
        longest = self._layout.longest[field]
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
        return None if text is None else str(self._layout.parsers[field](text))

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
        return None if number is None else whole(number, field)

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

    def usable(self, field: str, check: Callable[[str], str], attributes: dict[str, Attribute]) -> str | None:
        """The text where it is right; where not, and the mapping says so, it is kept among the attributes."""
        text, kept = self.text(field), self._layout.unusable.get(field)
        if text is None or kept is None:
            return text
        try:
            return check(text)
        except Refusal:
            attributes[kept.removeprefix(ATTRIBUTE)] = text
            return None

    def attributes(self) -> dict[str, Attribute]:
        """Those that have a value."""
        return {
            name.removeprefix(ATTRIBUTE): self._layout.parsers[name](text)
            for name in self._layout.attributes
            if (text := self.text(name)) is not None
        }

    def custom_fields(self) -> Given:
        """Those that have a value."""
        return {
            name.removeprefix(CUSTOM_FIELD): self._layout.parsers[name](text)
            for name in self._layout.custom_fields
            if (text := self.text(name)) is not None
        }
