"""Custom fields: typed fields that an organisation defines for its customers, leads and deals."""

from domain.custom_fields.checking import Given, Record, checked, references
from domain.custom_fields.conditions import OPERATORS, Condition, Operator, condition
from domain.custom_fields.decisions import FIELD_NAME, MOST_FIELDS, define_field, retire_field
from domain.custom_fields.definitions import (
    LONGEST_TEXT,
    MOST_DECIMALS,
    BooleanField,
    DateField,
    Definition,
    EnumField,
    FieldDefinition,
    MoneyField,
    NumberField,
    Option,
    ReferenceField,
    TextField,
)
from domain.custom_fields.events import EVENTS, CustomFieldDefined, CustomFieldRetired
from domain.custom_fields.records import CustomFieldsChanged, Values, after, field_claims
from domain.custom_fields.state import CUSTOM_FIELDS, CustomFields
from domain.custom_fields.values import CustomerKind, FieldType, RecordKind, Value, place
from domain.custom_fields.written import Written

__all__ = [
    "CUSTOM_FIELDS",
    "EVENTS",
    "FIELD_NAME",
    "LONGEST_TEXT",
    "MOST_DECIMALS",
    "MOST_FIELDS",
    "OPERATORS",
    "BooleanField",
    "Condition",
    "CustomFieldDefined",
    "CustomFieldRetired",
    "CustomFields",
    "CustomFieldsChanged",
    "CustomerKind",
    "DateField",
    "Definition",
    "EnumField",
    "FieldDefinition",
    "FieldType",
    "Given",
    "MoneyField",
    "NumberField",
    "Operator",
    "Option",
    "Record",
    "RecordKind",
    "ReferenceField",
    "TextField",
    "Value",
    "Values",
    "Written",
    "after",
    "checked",
    "condition",
    "define_field",
    "field_claims",
    "place",
    "references",
    "retire_field",
]
