"""Names of people and of organisations, taken apart."""

from functools import lru_cache

import msgspec

from domain.duplicates.spelling import plain

_TITLES = frozenset(("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame", "herr", "frau", "jr", "sr"))
_PARTICLES = frozenset(
    ("van", "von", "der", "den", "de", "del", "della", "da", "di", "do", "dos", "du", "la", "le", "ter",
     "ten", "zu", "af", "av", "bin", "ibn", "al", "el", "st", "mac", "mc", "o")
)  # fmt: skip
_LEGAL_FORMS = frozenset(
    ("ab", "ag", "aps", "as", "asa", "bv", "co", "corp", "corporation", "company", "gmbh", "group", "holding",
     "inc", "incorporated", "kg", "limited", "llc", "llp", "ltd", "mbh", "nv", "oy", "oyj", "plc", "pty",
     "pvt", "sa", "sarl", "se", "sas", "spa", "srl", "the", "and")
)  # fmt: skip


class PersonName(msgspec.Struct, frozen=True):
    """Given names and surname in plain spelling; empty where unknown. A single word counts as a surname."""

    given: str = ""
    surname: str = ""


@lru_cache(maxsize=16_384)
def person_name(name: str) -> PersonName:
    """`Dr. Ada Maria van der Berg` and `van der Berg, Ada Maria` alike."""
    before, comma, behind = name.partition(",")
    if comma and (given := _words(behind)):
        return PersonName(" ".join(given), " ".join(_words(before)))
    words = _words(name)
    first = max(len(words) - 1, 0)
    while first > 1 and words[first - 1] in _PARTICLES:
        first -= 1
    return PersonName(" ".join(words[:first]), " ".join(words[first:]))


@lru_cache(maxsize=16_384)
def organisation_name(name: str) -> str:
    """In plain spelling without legal form: `Lind & Co. AB` is `lind`."""
    words = plain(name).split()
    return " ".join(word for word in words if word not in _LEGAL_FORMS) or " ".join(words)


def _words(text: str) -> list[str]:
    words = plain(text).split()
    return [word for word in words if word not in _TITLES] or words
