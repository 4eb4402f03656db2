"""Definitions of custom fields, by type: what a field takes, and as what it is kept."""

from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import ClassVar
from uuid import UUID

import msgspec

from domain.custom_fields.refusals import (
    CustomFieldOutOfRange,
    CustomFieldTooLong,
    CustomFieldTooPrecise,
    CustomFieldWrongCurrency,
    CustomFieldWrongType,
    UnknownOption,
)
from domain.custom_fields.values import (
    MOST_DIGITS,
    CustomerKind,
    FieldType,
    RecordKind,
    Value,
    described,
    digits,
    number,
    place,
)
from domain.money import Money
from domain.texts import filled

LONGEST_TEXT = 2_000
MOST_DECIMALS = 6


class FieldDefinition(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What all custom fields have. `only` is the kind of customers that have it; `personal` says that its values
    are data about a person.

    Each type tells by `accepted` as what a given value is kept, or refuses it by the name of the field.
    """

    TAKES: ClassVar[str]
    name: str
    label: str
    required: bool = False
    unique: bool = False
    personal: bool = False
    only: CustomerKind | None = None

    @property
    def type(self) -> FieldType:
        tag: FieldType = self.__struct_config__.tag  # type: ignore[assignment]
        return tag

    @property
    def place(self) -> str:
        return place(self.name)

    def _wrong(self, given: Value) -> CustomFieldWrongType:
        return CustomFieldWrongType(
            f"{self.name} takes {self.TAKES}, and was given {described(given)}", field=self.place
        )


class TextField(FieldDefinition, frozen=True, kw_only=True, tag="text"):
    TAKES: ClassVar[str] = "a text"
    max_length: int = 200

    def accepted(self, given: Value) -> Value:
        if not isinstance(given, str):
            raise self._wrong(given)
        text = filled(given, field=self.place)
        if len(text) > self.max_length:
            raise CustomFieldTooLong(
                f"{self.name} takes {self.max_length} characters, and was given {len(text)}", field=self.place
            )
        return text


class NumberField(FieldDefinition, frozen=True, kw_only=True, tag="number"):
    """A number of at most 15 digits, `decimals` of them behind the point, from `minimum` to `maximum`."""

    TAKES: ClassVar[str] = "a number"
    minimum: int | float | None = None
    maximum: int | float | None = None
    decimals: int = MOST_DECIMALS

    def accepted(self, given: Value) -> Value:
        if isinstance(given, bool) or not isinstance(given, int | float) or not isfinite(given):
            raise self._wrong(given)
        kept = number(given)
        in_all, behind = digits(kept)
        if in_all > MOST_DIGITS or behind > self.decimals:
            raise CustomFieldTooPrecise(
                f"{self.name} takes {self.decimals} decimal digits and {MOST_DIGITS} in all, and was given {kept}",
                field=self.place,
            )
        if (self.minimum is not None and kept < self.minimum) or (
            self.maximum is not None and kept > self.maximum
        ):
            raise CustomFieldOutOfRange(f"{self.name} takes {self._range}, and was given {kept}", field=self.place)
        return kept

    @property
    def _range(self) -> str:
        if self.maximum is None:
            return f"numbers from {self.minimum}"
        return f"numbers {'' if self.minimum is None else f'from {self.minimum} '}to {self.maximum}"


class MoneyField(FieldDefinition, frozen=True, kw_only=True, tag="money"):
    """Money in one currency, or in any where `currency` is null."""

    TAKES: ClassVar[str] = "an amount with a currency"
    currency: str | None = None

    def accepted(self, given: Value) -> Value:
        if not isinstance(given, Money):
            raise self._wrong(given)
        if self.currency not in (None, given.currency):
            raise CustomFieldWrongCurrency(
                f"{self.name} is in {self.currency}, and was given {described(given)}", field=self.place
            )
        return given


class DateField(FieldDefinition, frozen=True, kw_only=True, tag="date"):
    TAKES: ClassVar[str] = 'a day, written like "2026-03-02"'

    def accepted(self, given: Value) -> Value:
        try:
            if isinstance(given, str) and date.fromisoformat(given).isoformat() == given:
                return given
        except ValueError:
            pass
        raise self._wrong(given)


class BooleanField(FieldDefinition, frozen=True, kw_only=True, tag="boolean"):
    TAKES: ClassVar[str] = "true or false"

    def accepted(self, given: Value) -> Value:
        if not isinstance(given, bool):
            raise self._wrong(given)
        return given


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """Records keep the id; a retired option stays with those that have it."""

    id: str
    label: str
    retired: bool = False


class EnumField(FieldDefinition, frozen=True, kw_only=True, tag="enum"):
    TAKES: ClassVar[str] = "the id of one of its options"
    options: tuple[Option, ...]

    def accepted(self, given: Value) -> Value:
        if not isinstance(given, str):
            raise self._wrong(given)
        open_ids = [option.id for option in self.options if not option.retired]
        if given in open_ids:
            return given
        was = "retired" if given in self.by_id else "not there"
        raise UnknownOption(
            f"the option {given!r} of {self.name} is {was} (there is {', '.join(open_ids) or 'none'})",
            field=self.place,
        )

    @property
    def by_id(self) -> Mapping[str, Option]:
        return {option.id: option for option in self.options}


class ReferenceField(FieldDefinition, frozen=True, kw_only=True, tag="reference"):
    """The id of a record of the kind `to`. That there is one, the command that gives it reads."""

    TAKES: ClassVar[str] = "the id of a record"
    to: RecordKind

    def accepted(self, given: Value) -> Value:
        named = self.named(given)
        if named is None:
            raise self._wrong(given)
        return str(named)

    def named(self, given: Value | None) -> UUID | None:
        """The record that is named; None where the value is no id."""
        try:
            return UUID(given) if isinstance(given, str) else None
        except ValueError:
            return None


Definition = TextField | NumberField | MoneyField | DateField | BooleanField | EnumField | ReferenceField
