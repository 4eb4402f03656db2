"""The mapping language: what a file's columns mean.

    record = "deal"                       # customer, lead, deal, order, interaction
    source = "old-crm"                    # an id of the file is unique within its source and kind of record
    format = "csv"                        # or "ndjson": one JSON object a line; `a.b` names a nested value
    delimiter = ";"                       # "," ";" "\\t" "|", or "whitespace" for runs of blanks
    encoding = "utf-8"                    # a byte order mark is skipped
    columns = ["id", "opened"]            # only where the file has no header line
    timezone = "Europe/Stockholm"         # of times without a zone; where not said, such times are refused

    [customers]                           # what to do with a customer who is not known
    create = "organisation"               # or "person": register with the first row that names it, at its time
    name = "{customer}"                   # an organisation's name is its id where not said; a person has none
    only = ["Unknown"]                    # create none but these

    [fields]
    id = "Deal No"                        # short for { column = "Deal No" }
    name = { template = "{Product} {row}" }
    stage = { column = "Stage", values = { Offer = "proposal" }, strict = true }
    amount = { column = "Value", decimal = "," }
    currency = { default = "EUR" }
    opened_at = { column = "Opened", format = "%d.%m.%Y", timezone = "UTC" }

    [history]                             # of deals only: rows that tell what a deal was like from a moment on
    file = "stages.csv"                   # beside the imported file, same delimiter, with a header line; where
    [history.fields]                      # none is named, the file's own rows: those of one id are then one deal
    id = "deal"                           # the deal's id
    at = "entered"                        # from when on
    stage = "stage"                       # also status, amount, currency, expected_close_date, loss_reason, …

A field's text is its column's, without blanks around it, or the template's; then what `values` makes of it; then,
if it is empty, `default`. A text that `values` does not name passes as it is, unless `strict`: then the row is
rejected. A value may be mapped to "", which is empty. `attributes.X` of a customer also takes `type` ("text",
"integer", "number", "boolean"). So does `custom_fields.X` of a customer, lead or deal; without it, the text is
read as the field's definition says: "12.5", "12.50 EUR", "2026-03-02" (or as `format` has it), "yes", an option by
its id or label, a record by its id.
`unusable` of a customer's `email` and `phone` names the attribute that keeps a text which is none.

With a history, the deal's own row tells how it was opened, and the history all that followed; a deal lands with
all of it or not at all.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from gateways.imports.mapping_check import field_problems
from gateways.imports.mapping_tables import CustomersMapping, FieldMapping, HistoryMapping, Table
from gateways.imports.mapping_types import Encoding, Filled, Zone
from gateways.imports.record_fields import ATTRIBUTE, CLOSING, CUSTOM_FIELD, LABEL, RecordKind


class Mapping(Table):
    """A whole mapping; what it says fits its kind of record."""

    record: RecordKind
    source: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=LABEL)]
    format: Literal["csv", "ndjson"] = "csv"
    encoding: Encoding = "utf-8"
    delimiter: Literal[",", ";", "\t", "|", "whitespace"] = ","
    columns: Annotated[list[Filled], Field(min_length=1)] | None = None
    timezone: Zone | None = None
    customers: CustomersMapping | None = None
    history: HistoryMapping | None = None
    fields: dict[str, FieldMapping]

    @model_validator(mode="before")
    @classmethod
    def _names_in_line(cls, given: Any) -> Any:
        """TOML reads `attributes.sector` as a table in a table."""
        if not isinstance(given, dict) or not isinstance(given.get("fields"), dict):
            return given
        fields = dict(given["fields"])
        for prefix in (ATTRIBUTE, CUSTOM_FIELD):
            named = fields.get(prefix.removesuffix("."))
            if isinstance(named, dict):
                del fields[prefix.removesuffix(".")]
                fields |= {prefix + name: field for name, field in named.items()}
        return given | {"fields": fields}

    @model_validator(mode="after")
    def _fits_the_record(self) -> "Mapping":
        problems = [
            *field_problems(self.record, self.fields, self.timezone),
            *self._column_problems(),
            *self._history_problems(),
        ]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def needed_columns(self) -> dict[str, str]:
        """The columns that are read, each with one place in the mapping that names it."""
        named = {column: f"fields.{name}" for name, field in self.fields.items() for column in field.columns()}
        if self.history is not None and self.history.file is None:
            named |= dict.fromkeys(self.history.columns(), "history.fields")
        return named | dict.fromkeys(self.customers.columns() if self.customers else (), "customers.name")

    def _column_problems(self) -> Iterator[str]:
        if self.customers is not None and not {"customer", "organisation"} & set(self.fields):
            yield "customers: has no use without `fields.customer` or `fields.organisation`"
        if self.columns is None:
            return
        if self.format != "csv":
            yield "columns: has no meaning for ndjson, where each line names its values"
        for column in sorted({column for column in self.columns if self.columns.count(column) > 1}):
            yield f"columns: {column!r} stands there twice"
        for column, place in self.needed_columns().items():
            if column not in self.columns:
                yield f"{place}: `columns` names no {column!r}"

    def _history_problems(self) -> Iterator[str]:
        if self.history is None:
            return
        if self.record != "deal":
            yield "history: only deals have one"
            return
        yield from field_problems("history", self.history.fields, self.timezone)
        for name in CLOSING:
            if name in self.fields:
                yield f"fields.{name}: how a deal ended is for the history to tell"
        if self.format != "csv" or self.columns is not None:
            yield "history: is read from CSV with a header line"
