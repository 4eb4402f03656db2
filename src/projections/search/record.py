"""What a search knows of a record: its fields as they read, and the ways in which somebody may write them."""

import re
from typing import Literal, get_args
from uuid import UUID

import msgspec

from domain.duplicates.spelling import digits, joined, plain
from domain.identifiers import Identifier
from domain.phones import as_stored

Kind = Literal["person", "organisation", "lead", "deal"]
KINDS: tuple[Kind, ...] = get_args(Kind)
CUSTOMERS: tuple[Kind, ...] = ("person", "organisation")

LONGEST_WORD = 100
"""Longer ones are known by their beginning."""

SHORTEST_JUMBLED = 3

_TITLES: dict[Kind | Literal["unborn"], tuple[str, ...]] = {
    "unborn": (),
    "person": ("name", "email", "phone"),
    "organisation": ("name", "email", "phone"),
    "lead": ("company", "interest", "campaign", "channel"),
    "deal": ("name",),
}
_KEYS = {"email": "@", "phone": "+", "number": "#", "external_id": "#", "external": "#"}
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


class Record(msgspec.Struct, frozen=True):
    """`fields` are its texts, by name; `identifiers` those that were told of a customer beside its profile.

    It is `unborn`, and found by nothing, as of a moment before its birth of which something was told late.
    """

    kind: Kind | Literal["unborn"]
    customer_id: UUID
    owner: str | None = None
    fields: dict[str, str] = {}
    identifiers: tuple[Identifier, ...] = ()

    @property
    def title(self) -> str | None:
        """What it is called; None for a customer of whom nothing is known."""
        return next((self.fields[name] for name in _TITLES[self.kind] if name in self.fields), None)

    @property
    def named(self) -> list[tuple[str, str]]:
        """All that it is found by: texts and identifiers, each with the name of its field."""
        return [*self.fields.items(), *((each.kind, each.value) for each in self.identifiers)]

    @property
    def lexemes(self) -> set[str]:
        """The words of its texts, the letters of those of its title, and the keys of what is told once in the
        world."""
        found = {jumbled(word) for word in words(self.title or "") if len(word) >= SHORTEST_JUMBLED}
        for field, text in self.named:
            key = key_of(field, text)
            if key is not None:
                found.add(key)
            if field != "phone":
                found.update(words(text))
        return found


def words(text: str) -> list[str]:
    """In plain spelling; of an e-mail address without the last part, which half the world has."""
    mailbox, at, domain = text.partition("@")
    if at and "." in domain:
        text = f"{mailbox} {domain.rpartition('.')[0]}"
    return [word[:LONGEST_WORD] for word in plain(text).split()]


def jumbled(word: str) -> str:
    """Its letters in the order of the alphabet: the same for two words in which letters changed places. Of short
    words that slip leaves hardly a trigram. No word begins like it."""
    return "~" + "".join(sorted(word))


def key_of(field: str, text: str) -> str | None:
    """How an address, a number or an id of another system is found whole, however it is written; None for what
    is a text like any other. No word begins like a key."""
    sign = _KEYS.get(field)
    match sign:
        case None:
            return None
        case "@":
            return sign + text.lower()
        case "+":
            return sign + digits(as_stored(text) or text)
        case _:
            return sign + joined(text)[:LONGEST_WORD]


def outline(text: str | None) -> str:
    """The text in plain spelling and ASCII: in some locales PostgreSQL sees no letters in other alphabets, and
    makes no trigrams of them. Each of those letters becomes two signs, which are nearly always its own."""
    return _FOREIGN.sub(_two_signs, plain(text or ""))


def _two_signs(letter: re.Match[str]) -> str:
    code = ord(letter[0])
    return _ALPHABET[code // 36 % 36] + _ALPHABET[code % 36]


def vector(lexemes: set[str]) -> str:
    """As PostgreSQL writes a tsvector without places."""
    return " ".join(quoted(lexeme) for lexeme in sorted(lexemes))


def quoted(lexeme: str) -> str:
    """A lexeme as it stands in a tsvector or a tsquery."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
