"""The tables that a mapping file is made of."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from gateways.imports import template
from gateways.imports.mapping_types import AttributeField, DateFormat, Filled, Template, Text, Zone
from gateways.imports.template import CUSTOMER, ROW


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldMapping(Table):
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
    unusable: AttributeField | None = None

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


class CustomersMapping(Table):
    """What to do with a customer who is not known."""

    create: Literal["person", "organisation"]
    name: Template | None = None
    only: frozenset[str] | None = None

    def columns(self) -> list[str]:
        return template.columns(self.name, reserved=(ROW, CUSTOMER)) if self.name is not None else []


class HistoryMapping(Table):
    """Where rows stand that tell what a deal was like from a moment on: in a file beside the imported one; or,
    where none is named, in the imported file itself, whose rows of one id are then one deal."""

    file: Filled | None = None
    fields: dict[str, FieldMapping]

    def columns(self) -> list[str]:
        return [column for field in self.fields.values() for column in field.columns()]
