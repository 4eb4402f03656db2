"""Numbers out of texts."""

import re
from collections.abc import Callable
from decimal import Decimal

from gateways.imports.refusals import NotANumber

_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
# Digits in groups of three are taken only where the mapping names the decimal mark: by itself, "1,234" could be
# either of two numbers.
_GROUPED = {
    ".": re.compile(r"[+-]?(?:[0-9]{1,3}(?:[,' \u00a0\u202f][0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"),
    ",": re.compile(r"[+-]?(?:[0-9]{1,3}(?:[.' \u00a0\u202f][0-9]{3})+|[0-9]+)(?:,[0-9]+)?"),
}
_MARKS = re.compile(r"[^0-9+-]")


def number_parser(field: str, *, decimal: str | None) -> Callable[[str], Decimal]:
    """Reads numbers as `1234.50`; with a decimal mark named, also with groups of three: `1.234,50`.

    The parser raises:
        NotANumber: the text is written otherwise.
    """
    pattern = _GROUPED[decimal] if decimal else _PLAIN

    def parse(text: str) -> Decimal:
        if not pattern.fullmatch(text):
            raise NotANumber(f"{text!r} is no number", field=field)
        return Decimal(_plain(text, decimal) if decimal else text)

    return parse


def _plain(text: str, decimal: str) -> str:
    whole, mark, fraction = text.partition(decimal)
    return _MARKS.sub("", whole) + ("." + fraction if mark else "")
