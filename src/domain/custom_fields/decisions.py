"""What may be done with the definitions of custom fields."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from domain.custom_fields.definitions import (
    Definition,
    EnumField,
    MoneyField,
    NumberField,
    Option,
    ReferenceField,
)
from domain.custom_fields.events import CustomFieldDefined, CustomFieldRetired
from domain.custom_fields.refusals import (
    CustomFieldAlreadyRetired,
    CustomFieldNeeded,
    CustomFieldNotFound,
    CustomFieldPersonalFixed,
    CustomFieldTypeFixed,
    CustomFieldUnchanged,
    CustomFieldUniqueFixed,
    EmptyRange,
    NotAFieldName,
    OnlyCustomersAreOfAKind,
    OptionTakenAway,
    OptionTwice,
    TooManyCustomFields,
)
from domain.custom_fields.state import CustomFields
from domain.custom_fields.values import RecordKind, number
from domain.money import DIGITS, UnknownCurrency
from domain.texts import filled

FIELD_NAME = r"[a-z][a-z0-9_]{0,59}"
MOST_FIELDS = 100
_NAME = re.compile(FIELD_NAME)


def define_field(fields: CustomFields, kind: RecordKind, definition: Definition) -> CustomFieldDefined:
    """Define a field of a kind of record, or define it anew; a retired one is taken up again by it.

    Type, uniqueness and whether it is personal stay as they were first defined. All else may change, for values
    that are given from then on.
    """
    definition = _sound(kind, definition)
    before = fields.of(kind).get(definition.name)
    if before is not None:
        _check_kept(before, definition)
        if before == definition and not fields.is_retired(kind, definition.name):
            raise CustomFieldUnchanged(f"the field {definition.name} of a {kind} is already defined so")
    elif len(fields.of(kind)) >= MOST_FIELDS:
        raise TooManyCustomFields(f"there are {MOST_FIELDS} custom fields of a {kind} already")
    return CustomFieldDefined(kind=kind, definition=definition)


def retire_field(
    fields: CustomFields, kind: RecordKind, name: str, *, needed_by: Sequence[str] = ()
) -> CustomFieldRetired:
    """Retire a field that nothing needs: records that lie in a stage that requires it could never leave."""
    if name not in fields.of(kind):
        raise CustomFieldNotFound(f"there is no field {name!r} of a {kind}", field="name")
    if fields.is_retired(kind, name):
        raise CustomFieldAlreadyRetired(f"the field {name} of a {kind} is retired")
    if needed_by:
        raise CustomFieldNeeded(
            f"the field {name} of a {kind} is required by {', '.join(needed_by)}", field="name"
        )
    return CustomFieldRetired(kind=kind, name=name)


def _sound(kind: RecordKind, definition: Definition) -> Definition:
    """The definition by itself, with its texts cleaned."""
    _check_name(definition.name, "name")
    if definition.only is not None and kind != "customer":
        raise OnlyCustomersAreOfAKind(f"a {kind} is no {definition.only}", field="definition.only")
    match definition:
        case NumberField():
            low, high = (
                None if each is None else number(each) for each in (definition.minimum, definition.maximum)
            )
            if low is not None and high is not None and low > high:
                raise EmptyRange(f"from {low} to {high} there is no number", field="definition.maximum")
            definition = replace(definition, minimum=low, maximum=high)
        case MoneyField():
            if definition.currency is not None and definition.currency not in DIGITS:
                raise UnknownCurrency(
                    f"{definition.currency!r} is no ISO 4217 currency code", field="definition.currency"
                )
        case EnumField():
            definition = replace(definition, options=_sound_options(definition.options))
        case _:
            pass
    return replace(definition, label=filled(definition.label, field="definition.label"))


def _sound_options(options: Sequence[Option]) -> tuple[Option, ...]:
    known: set[str] = set()
    for option in options:
        _check_name(option.id, "definition.options")
        if option.id in known:
            raise OptionTwice(f"the option {option.id!r} is there twice", field="definition.options")
        known.add(option.id)
    return tuple(replace(option, label=filled(option.label, field="definition.options")) for option in options)


def _check_name(name: str, field: str) -> None:
    if not _NAME.fullmatch(name):
        raise NotAFieldName(f"{name!r} is no name of a field or an option, as {'tax_number'!r} is", field=field)


def _check_kept(before: Definition, after: Definition) -> None:
    name = before.name
    if before.type != after.type:
        raise CustomFieldTypeFixed(f"{name} is of the type {before.type}", field="definition.type")
    if isinstance(before, ReferenceField) and isinstance(after, ReferenceField) and before.to != after.to:
        raise CustomFieldTypeFixed(f"{name} names a {before.to}", field="definition.to")
    if before.unique != after.unique:
        raise CustomFieldUniqueFixed(
            f"{name} was defined as {'unique' if before.unique else 'not unique'}", field="definition.unique"
        )
    if before.personal != after.personal:
        raise CustomFieldPersonalFixed(
            f"{name} was defined as {'' if before.personal else 'not '}personal", field="definition.personal"
        )
    if isinstance(before, EnumField) and isinstance(after, EnumField):
        gone = sorted(before.by_id.keys() - after.by_id.keys())
        if gone:
            raise OptionTakenAway(f"{name} had the option {', '.join(gone)}", field="definition.options")
