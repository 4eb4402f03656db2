"""Definitions of custom fields in requests and answers."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, Strict, StrictBool, WithJsonSchema

from api.http.fields import WHOLE, Body, Label, ReasonedBody
from api.http.written_back import NotRetired, ReadName
from domain.custom_fields import (
    LONGEST_TEXT,
    MOST_DECIMALS,
    BooleanField,
    CustomerKind,
    CustomFields,
    DateField,
    Definition,
    EnumField,
    FieldType,
    MoneyField,
    NumberField,
    Option,
    RecordKind,
    ReferenceField,
    TextField,
)
from domain.custom_fields.decisions import FIELD_NAME
from domain.money import DIGITS

_LARGEST = 10**15
_Bound = Annotated[float, Strict(), Field(gt=-_LARGEST, lt=_LARGEST)] | None
_Id = Annotated[str, Field(pattern=f"^{FIELD_NAME}$")]
KINDS: tuple[RecordKind, ...] = ("customer", "lead", "deal")


def _nothing(value: Any) -> None:
    if value is not None:
        raise ValueError("a field of this type has none")


# Any: the types that have it say what it is.
_OfAnotherType = Annotated[
    Any, AfterValidator(_nothing), WithJsonSchema({"type": "null", "description": "of another type; read as null"})
]


class _Defined(Body):
    name: ReadName = None
    retired: NotRetired = None
    max_length: _OfAnotherType = None
    minimum: _OfAnotherType = None
    maximum: _OfAnotherType = None
    decimals: _OfAnotherType = None
    currency: _OfAnotherType = None
    options: _OfAnotherType = None
    to: _OfAnotherType = None
    label: Label = Field(description="what people call it")
    required: StrictBool = Field(
        default=False,
        description="a record begins with a value, and keeps one; whoever comes with a lead may get it later",
    )
    unique: StrictBool = Field(
        default=False, description="no two records have the same value; from the start or never"
    )
    personal: StrictBool = Field(
        default=False, description="values are data about a person; from the start or never"
    )
    only: CustomerKind | None = Field(default=None, description="of customers: which of them have it")

    def common(self, name: str) -> dict[str, Any]:
        return {
            "name": name,
            "label": self.label,
            "required": self.required,
            "unique": self.unique,
            "personal": self.personal,
            "only": self.only,
        }


class TextBody(_Defined):
    type: Literal["text"]
    max_length: Annotated[int, Field(ge=1, le=LONGEST_TEXT), WHOLE] = 200

    def of(self, name: str) -> Definition:
        return TextField(max_length=self.max_length, **self.common(name))


class NumberBody(_Defined):
    type: Literal["number"]
    minimum: _Bound = None
    maximum: _Bound = None
    decimals: Annotated[int, Field(ge=0, le=MOST_DECIMALS), WHOLE] = Field(
        default=MOST_DECIMALS, description="how many digits behind the point at the most"
    )

    def of(self, name: str) -> Definition:
        return NumberField(minimum=self.minimum, maximum=self.maximum, decimals=self.decimals, **self.common(name))


class MoneyBody(_Defined):
    type: Literal["money"]
    currency: Annotated[str, Field(json_schema_extra={"enum": sorted(DIGITS)})] | None = Field(
        default=None, description="the currency of all values; any, where not said"
    )

    def of(self, name: str) -> Definition:
        return MoneyField(currency=self.currency, **self.common(name))


class DateBody(_Defined):
    type: Literal["date"]

    def of(self, name: str) -> Definition:
        return DateField(**self.common(name))


class BooleanBody(_Defined):
    type: Literal["boolean"]

    def of(self, name: str) -> Definition:
        return BooleanField(**self.common(name))


class OptionBody(Body):
    id: _Id = Field(description="what records keep; it stays when the label changes")
    label: Label
    retired: StrictBool = Field(
        default=False, description="stays with the records that have it, and is not given anew"
    )


class EnumBody(_Defined):
    type: Literal["enum"]
    options: list[OptionBody] = Field(min_length=1, max_length=200)

    def of(self, name: str) -> Definition:
        options = tuple(Option(id=each.id, label=each.label, retired=each.retired) for each in self.options)
        return EnumField(options=options, **self.common(name))


class ReferenceBody(_Defined):
    type: Literal["reference"]
    to: RecordKind = Field(description="the kind of record that is named")

    def of(self, name: str) -> Definition:
        return ReferenceField(to=self.to, **self.common(name))


class DefineField(ReasonedBody):
    """In place of an earlier definition, whose type, `unique` and `personal` stay."""

    definition: TextBody | NumberBody | MoneyBody | DateBody | BooleanBody | EnumBody | ReferenceBody = Field(
        discriminator="type"
    )

    model_config = {
        "json_schema_extra": {
            "examples": [
                {"definition": {"type": "text", "label": "Tax number", "max_length": 30, "unique": True}},
                {"definition": {"type": "text", "label": "VAT number", "max_length": 30, "unique": True}},
            ]
        }
    }


class RetireField(ReasonedBody):
    model_config = {"json_schema_extra": {"examples": [{"reason": "nobody fills it in"}]}}


class OptionAnswer(BaseModel):
    id: str
    label: str
    retired: bool


class FieldAnswer(BaseModel):
    """A custom field; what its type does not have is null."""

    name: str
    label: str
    type: FieldType
    required: bool
    unique: bool
    personal: bool
    only: CustomerKind | None
    retired: bool
    max_length: int | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    decimals: int | None = None
    currency: str | None = None
    options: list[OptionAnswer] | None = None
    to: RecordKind | None = None

    @classmethod
    def of(cls, field: Definition, *, retired: bool) -> "FieldAnswer":
        known = {name: getattr(field, name) for name in field.__struct_fields__}
        if isinstance(field, EnumField):
            known["options"] = [OptionAnswer.model_validate(each, from_attributes=True) for each in field.options]
        return cls(type=field.type, retired=retired, **known)


class CustomFieldsDefined(BaseModel):
    """All custom fields, by kind of record; `version` counts the changes of them all."""

    version: int
    customer: list[FieldAnswer]
    lead: list[FieldAnswer]
    deal: list[FieldAnswer]

    @classmethod
    def of(cls, fields: CustomFields) -> "CustomFieldsDefined":
        customer, lead, deal = (list(_answers(fields, kind)) for kind in KINDS)
        return cls(version=fields.version, customer=customer, lead=lead, deal=deal)


def _answers(fields: CustomFields, kind: RecordKind) -> Iterator[FieldAnswer]:
    for name, field in fields.of(kind).items():
        yield FieldAnswer.of(field, retired=fields.is_retired(kind, name))
