"""What can have happened to the definitions of custom fields."""

from typing import ClassVar

from domain.custom_fields.definitions import Definition
from domain.custom_fields.values import RecordKind
from domain.events import Event


class CustomFieldDefined(Event, frozen=True, kw_only=True):
    """A field of a kind of record, as a whole: a new one, or one as it is from now on."""

    TYPE: ClassVar[str] = "custom_fields.defined"
    kind: RecordKind
    definition: Definition


class CustomFieldRetired(Event, frozen=True, kw_only=True):
    """The field takes no new values; those that records have stay."""

    TYPE: ClassVar[str] = "custom_fields.retired"
    kind: RecordKind
    name: str


EVENTS: tuple[type[Event], ...] = (CustomFieldDefined, CustomFieldRetired)
