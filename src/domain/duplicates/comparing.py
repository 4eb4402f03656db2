"""How far two cards agree, field by field. Where one of them knows nothing, nothing is said."""

from collections.abc import Iterator

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

from domain.duplicates.card import Card
from domain.duplicates.weights import Degree

_CLOSE_NAME = 0.9
_CLOSE_COMPANY = 90.0
_CLOSE_ADDRESS, _PART_OF_ADDRESS = 80.0, 65.0
_SAME_ADDRESS = 95.0
_SHORTEST_SUFFIX = 7
_LONG_LOCAL_PART = 5
_DAY_DIGITS = 8


def people(a: Card, b: Card) -> Iterator[tuple[str, Degree]]:
    """Given name and surname, as they stand."""
    if a.surname and b.surname:
        yield "surname", _name(a.surname, b.surname)
    if a.given_name and b.given_name:
        yield "given_name", _given_name(a.given_name, b.given_name)


def swapped(card: Card) -> tuple[str, str]:
    """Given name and surname, taken for each other."""
    return card.surname, card.given_name


def beside_names(a: Card, b: Card) -> Iterator[tuple[str, Degree]]:
    if a.company and b.company:
        yield ("organisation" if a.kind == "organisation" else "company"), _company(a, b)
    if a.email and b.email:
        yield "email", _email(a.email, b.email)
    if a.phone and b.phone:
        yield "phone", _phone(a.phone, b.phone)
    if a.date_of_birth and b.date_of_birth:
        yield "date_of_birth", _day(a.date_of_birth, b.date_of_birth)
    if shared := a.other_ids.keys() & b.other_ids.keys():
        yield "other_id", _same_if(any(a.other_ids[name] == b.other_ids[name] for name in shared))
    yield from _place(a, b)


def _name(a: str, b: str) -> Degree:
    """By Jaro and Winkler, or one slip of the pen apart: a sign too many, too few, another, or two that changed
    places (a restricted Damerau–Levenshtein distance of 1)."""
    a, b = a.replace(" ", ""), b.replace(" ", "")
    if a == b:
        return "same"
    close = JaroWinkler.similarity(a, b) >= _CLOSE_NAME or (min(len(a), len(b)) > 3 and _one_slip(a, b))
    return "close" if close else "different"


def _given_name(a: str, b: str) -> Degree:
    whole = _name(a, b)
    if whole == "same":
        return "same"
    first, other = a.partition(" ")[0], b.partition(" ")[0]
    if (len(first) == 1 or len(other) == 1) and first[0] == other[0]:
        return "initial"
    alone = _name(first, other)  # one of them says a second given name
    return alone if alone != "different" else whole


def _company(a: Card, b: Card) -> Degree:
    if a.company.replace(" ", "") == b.company.replace(" ", ""):
        return "same"
    if fuzz.token_sort_ratio(a.company, b.company) >= _CLOSE_COMPANY or _one_slip(a.company, b.company):
        return "close"
    if a.kind == "organisation" and fuzz.token_set_ratio(a.company, b.company) == 100:
        return "part"
    return "different"


def _email(a: str, b: str) -> Degree:
    if a == b:
        return "same"
    local, other = a.rpartition("@")[0], b.rpartition("@")[0]
    return "close" if _one_slip(a, b) or (local == other and len(local) >= _LONG_LOCAL_PART) else "different"


def _phone(a: str, b: str) -> Degree:
    shorter, longer = sorted((a, b), key=len)
    if a == b or (len(shorter) >= _SHORTEST_SUFFIX and longer.endswith(shorter)):
        return "same"
    return "close" if _one_slip(a, b) else "different"


def _day(a: str, b: str) -> Degree:
    if a == b:
        return "same"
    exchanged = len(a) == _DAY_DIGITS and a[:4] + a[6:] + a[4:6] == b  # day and month
    return "close" if exchanged or _one_slip(a, b) else "different"


def _place(a: Card, b: Card) -> Iterator[tuple[str, Degree]]:
    if a.address and b.address:
        yield "address", _address(a, b)
    elif a.postcode and b.postcode:
        close = "close" if _one_slip(a.postcode, b.postcode) else "different"
        yield "postcode", "same" if a.postcode == b.postcode else close  # type: ignore[misc]
    elif a.city and b.city:
        yield "city", _name(a.city, b.city)


def _address(a: Card, b: Card) -> Degree:
    """By their words, in any order; with another house number it is at most close."""
    alike = fuzz.token_sort_ratio(a.address, b.address)
    if alike >= _SAME_ADDRESS and not (a.numbers and b.numbers and a.numbers.isdisjoint(b.numbers)):
        return "same"
    if alike >= _CLOSE_ADDRESS:
        return "close"
    return "part" if alike >= _PART_OF_ADDRESS else "different"


def _one_slip(a: str, b: str) -> bool:
    return OSA.distance(a, b, score_cutoff=1) <= 1


def _same_if(agrees: bool) -> Degree:
    return "same" if agrees else "different"
