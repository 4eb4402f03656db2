"""One custom field of each type, on customers; and what values of theirs make."""

from typing import Any

from domain.custom_fields import (
    BooleanField,
    CustomFields,
    DateField,
    Definition,
    EnumField,
    Given,
    MoneyField,
    NumberField,
    Option,
    Record,
    ReferenceField,
    TextField,
    Value,
    Values,
    after,
    checked,
)
from domain.customers import CustomerFieldsChanged

FIELDS: tuple[Definition, ...] = (
    TextField(name="region", label="Region", max_length=10),
    NumberField(name="seats", label="Seats", minimum=0, maximum=5_000, decimals=2),
    NumberField(name="weight", label="Weight"),
    MoneyField(name="budget", label="Budget", currency="EUR"),
    MoneyField(name="worth", label="Worth"),
    DateField(name="since", label="Since"),
    BooleanField(name="vip", label="VIP"),
    EnumField(
        name="size",
        label="Size",
        options=(Option(id="small", label="Small"), Option(id="old", label="Old", retired=True)),
    ),
    ReferenceField(name="partner", label="Partner", to="customer"),
    TextField(name="passport", label="Passport", unique=True, personal=True),
    TextField(name="tax_number", label="Tax number", unique=True),
    TextField(name="gone", label="Gone", unique=True),
)


def fields(*definitions: Definition, retired: str = "customer.gone") -> CustomFields:
    named = {each.name: each for each in (*FIELDS, *definitions)}
    return CustomFields(customer=named, retired=frozenset({retired}), version=9)


def told(values: Given, before: Values | None = None, **how: Any) -> CustomerFieldsChanged | None:
    return checked(CustomerFieldsChanged, fields(**how), Record("customer", "person", before or {}), values)


def kept(name: str, value: Value) -> Value:
    event = told({name: value})
    assert event is not None
    return after({}, event)[name]
