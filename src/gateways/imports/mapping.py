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

A field's text is its column's, without blanks around it, or the template's; then what `values` makes of it; then,
if it is empty, `default`. A text that `values` does not name passes as it is, unless `strict`: then the row is
rejected. A value may be mapped to "", which is empty. `attributes.X` of a customer also takes `type` ("text",
"integer", "number", "boolean").
"""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from gateways.imports import mapping_check, template
from gateways.imports.mapping_types import DateFormat, Encoding, Filled, Template, Text, Zone
from gateways.imports.record_fields import ATTRIBUTE, ATTRIBUTE_FIELD, FIELDS, LABEL, RecordField, RecordKind
from gateways.imports.template import CUSTOMER, ROW


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldMapping(_Table):
    """Where one field's value comes from."""

    column: Filled | None = None
    template: Template | None = None
    values: dict[str, Text] = {}
    strict: bool = False
    default: Text | None = None
    format: DateFormat | None = None
    timezone: Zone | None = None
    decimal: Literal[".", ","] | None = None
    type: Literal["text", "integer", "number", "boolean"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        return {"column": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_origin(self) -> "FieldMapping":
        if self.column is not None and self.template is not None:
            raise ValueError("has both a `column` and a `template`; it takes one of them")
        if self.column is None and self.template is None and self.default is None:
            raise ValueError("has neither a `column` nor a `template` nor a `default`")
        if self.strict and not self.values:
            raise ValueError("is `strict`, but has no `values`")
        return self

    def columns(self) -> list[str]:
        """The columns that it needs."""
        if self.column is not None:
            return [self.column]
        return template.columns(self.template) if self.template is not None else []


class CustomersMapping(_Table):
    """What to do with a customer who is not known."""

    create: Literal["person", "organisation"]
    name: Template | None = None
    only: frozenset[str] | None = None

    def columns(self) -> list[str]:
        return template.columns(self.name, reserved=(ROW, CUSTOMER)) if self.name is not None else []


class Mapping(_Table):
    """A whole mapping; what it says fits its kind of record."""

    record: RecordKind
    source: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=LABEL)]
    format: Literal["csv", "ndjson"] = "csv"
    encoding: Encoding = "utf-8"
    delimiter: Literal[",", ";", "\t", "|", "whitespace"] = ","
    columns: Annotated[list[Filled], Field(min_length=1)] | None = None
    timezone: Zone | None = None
    customers: CustomersMapping | None = None
    fields: dict[str, FieldMapping]

    @model_validator(mode="before")
    @classmethod
    def _attributes_in_line(cls, given: Any) -> Any:
        """TOML reads `attributes.sector` as a table in a table."""
        if not isinstance(given, dict) or not isinstance(given.get("fields"), dict):
            return given
        fields = dict(given["fields"])
        attributes = fields.get("attributes")
        if not isinstance(attributes, dict):
            return given
        del fields["attributes"]
        return given | {"fields": fields | {ATTRIBUTE + name: field for name, field in attributes.items()}}

    @model_validator(mode="after")
    def _fits_the_record(self) -> "Mapping":
        problems = list(mapping_check.problems(self))
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def record_field(self, name: str) -> RecordField | None:
        if self.record == "customer" and re.fullmatch(r"attributes\..{1,100}", name):
            return ATTRIBUTE_FIELD
        return FIELDS[self.record].get(name)

    def needed_columns(self) -> dict[str, str]:
        """The columns that are read, each with one place in the mapping that names it."""
        named = {column: f"fields.{name}" for name, field in self.fields.items() for column in field.columns()}
        return named | dict.fromkeys(self.customers.columns() if self.customers else (), "customers.name")
