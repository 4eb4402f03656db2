"""What custom fields refuse: as definitions, and as values."""

from domain.refusals import Conflict, Invalid, NotFound


class CustomFieldNotFound(NotFound):
    """A custom field is defined before it is retired."""


class NotAFieldName(Invalid):
    """The name of a custom field, or the id of an option, is made of at most 60 of a-z, 0-9, _, a letter first."""


class EmptyRange(Invalid):
    """The smallest number that a custom field takes is not above its largest."""


class OptionTwice(Invalid):
    """An option of a custom field has an id of its own."""


class OnlyCustomersAreOfAKind(Invalid):
    """Only a custom field of customers is for people alone, or for organisations alone."""


class TooManyCustomFields(Conflict):
    """A kind of record has at most 100 custom fields, retired ones too."""


class CustomFieldTypeFixed(Conflict):
    """The type of a custom field never changes, of a retired one neither: define another field."""


class CustomFieldUniqueFixed(Conflict):
    """A custom field is unique from the start or never: values from before were not claimed."""


class CustomFieldPersonalFixed(Conflict):
    """A custom field is personal from the start or never: values from before are not marked."""


class OptionTakenAway(Conflict):
    """An option is retired, not taken away: records still have it."""


class CustomFieldUnchanged(Conflict):
    """A definition says something new."""


class CustomFieldAlreadyRetired(Conflict):
    """A custom field is retired once, until it is defined again."""


class CustomFieldNeeded(Conflict):
    """A custom field that a stage requires is not retired: no deal could leave the stage any more."""


class UnknownCustomField(Invalid):
    """A record has the custom fields that are defined for its kind."""


class CustomFieldNotForKind(Invalid):
    """A custom field for people takes no value on an organisation, and the other way round."""


class CustomFieldWrongType(Invalid):
    """A value has the type of its custom field."""


class CustomFieldTooLong(Invalid):
    """A text has at most as many characters as its custom field takes."""


class CustomFieldOutOfRange(Invalid):
    """A number lies within the range of its custom field."""


class CustomFieldTooPrecise(Invalid):
    """A number has at most as many decimal digits as its custom field takes, and 15 digits in all."""


class CustomFieldWrongCurrency(Invalid):
    """Money is in the currency of its custom field, where that has one."""


class UnknownOption(Invalid):
    """A value is one of the options of its custom field, and not a retired one."""


class RetiredCustomField(Invalid):
    """A retired custom field takes no new value; it may be emptied."""


class RequiredCustomField(Invalid):
    """A required custom field has a value: when the record begins, and whenever its custom fields are changed."""


class CustomFieldTaken(Conflict):
    """No two records of a kind have the same value in a unique custom field."""


class OperatorNotForType(Invalid):
    """A custom field is asked as its type allows: for a range where values have an order, for a list of names."""
