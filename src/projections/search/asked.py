"""What somebody searches for, in the forms in which records are kept."""

from dataclasses import dataclass
from uuid import UUID

from domain.duplicates.spelling import digits, joined
from domain.phones import in_e164, needs_country
from domain.refusals import Refusal
from domain.texts import email_address, phone_number
from projections.search.record import SHORTEST_JUMBLED, jumbled, key_of, outline, quoted, words

_SHORTEST_BEGINNING = 2
_FEWEST_DIGITS = 5


@dataclass(frozen=True)
class Asked:
    """`exact`, `whole`, `beginnings` and `jumbled` are texts of tsqueries: the one thing in the world that is
    meant, all words as they stand, all as beginnings, and their letters in whatever places. `id` is the record
    that is meant, where an id was searched for; `keys` are the lexemes of `exact`."""

    words: tuple[str, ...]
    keys: tuple[str, ...]
    outline: str
    id: UUID | None
    exact: str
    whole: str
    beginnings: str
    jumbled: str


def asked(text: str, *, country: str | None = None) -> Asked | None:
    """None where the text holds neither letter nor digit; a phone number without plus sign is of the `country`."""
    found = words(text)
    if not found:
        return None
    keys = _keys(text, country)
    beginnings = " & ".join(_beginning(word) for word in found)
    if (number := _phone(text, None)) is not None and len(digits(number)) >= _FEWEST_DIGITS:
        beginnings = f"({beginnings}) | {quoted('+' + digits(number))}:*"
    return Asked(
        words=tuple(found),
        keys=tuple(keys),
        outline=outline(text),
        id=_id(text),
        exact=" | ".join(quoted(key) for key in keys),
        whole=" & ".join(quoted(word) for word in found),
        beginnings=beginnings,
        jumbled=" & ".join(quoted(jumbled(word)) for word in found if len(word) >= SHORTEST_JUMBLED),
    )


def is_local_number(text: str) -> bool:
    """Whether it may be a phone number that does not say its country."""
    return needs_country(text) and _phone(text, None) is not None


def _keys(text: str, country: str | None) -> list[str]:
    keys = [key_of("number", text)]
    if (address := _email(text)) is not None:
        keys.append(key_of("email", address))
    numbers = {_phone(text, None), _phone(text, country)}
    keys += [key_of("phone", number) for number in numbers if number is not None]
    return sorted(key for key in keys if key is not None)


def _beginning(word: str) -> str:
    return quoted(word) if len(word) < _SHORTEST_BEGINNING else f"{quoted(word)}:*"


def _email(text: str) -> str | None:
    try:
        return email_address(text)
    except Refusal:
        return None


def _phone(text: str, country: str | None) -> str | None:
    """In E.164, where it can be; else as it was written."""
    try:
        written = phone_number(text)
    except Refusal:
        return None
    try:
        return in_e164(written, country=country)
    except Refusal:
        return written


def _id(text: str) -> UUID | None:
    bare = joined(text)
    return UUID(bare) if len(bare) == 32 and not set(bare) - set("0123456789abcdef") else None
