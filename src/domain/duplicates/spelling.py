"""Texts brought into one spelling, so that equal things are written alike; and how a name sounds."""

import re
import unicodedata
from functools import lru_cache

_SOUNDS = {
    letter: digit
    for digit, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), start=1)
    for letter in letters
}
# NFKD takes accents off; these letters are no others with an accent.
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "þ": "th", "ð": "d"})
_BETWEEN_WORDS = re.compile(r"[\W_]+")


@lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """In small letters without accents, words with one blank between them, no other signs."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return _BETWEEN_WORDS.sub(" ", bare.replace("'", "").replace("’", "")).strip()


def joined(text: str) -> str:
    """The same without blanks: `ja ck` and `Jack` are one spelling."""
    return plain(text).replace(" ", "")


def digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal() and sign.isascii())


@lru_cache(maxsize=65_536)
def sound(name: str) -> str:
    """The American Soundex code of a name in Latin letters (Robert and Rupert: `R163`); of another, its first
    four signs. Empty where nothing is left of the name."""
    letters = joined(name)
    if not letters or not (letters.isascii() and letters.isalpha()):
        return letters[:4]
    code, last = letters[0].upper(), _SOUNDS.get(letters[0], 0)
    for letter in letters[1:]:
        digit = _SOUNDS.get(letter, 0)
        if digit and digit != last:
            code += str(digit)
        if letter not in "hw":  # they do not part two letters of one sound, as vowels do
            last = digit
    return f"{code[:4]:0<4}"
