"""What the importer refuses of a row, before the domain's own rules are asked."""

from domain.refusals import Conflict, Invalid


class MalformedRow(Invalid):
    """A row has the shape that the format and the header ask for."""


class SameIdTwice(Conflict):
    """Within a file, an id names one row."""


class RecordNotInFile(Conflict):
    """A row of a history tells of a deal that the imported file has."""


class ValueMissing(Invalid):
    """A field that the record needs has a value in each row."""


class ValueNotMapped(Invalid):
    """A strict value map names each value that occurs."""


class NotAChoice(Invalid):
    """Some fields take one of a few words."""


class TextTooLong(Invalid):
    """Names and ids have up to 200 characters, lines 500, labels 100."""


class NotATime(Invalid):
    """A time or a day is written in ISO 8601, or in the format that the mapping names."""


class TimeWithoutZone(Invalid):
    """A time has a zone: its own, or the mapping's."""


class NotANumber(Invalid):
    """A number is written in digits, with the decimal mark that the mapping names."""


class NotATruthValue(Invalid):
    """A boolean attribute is true or false."""
