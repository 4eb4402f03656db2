"""Which records are worth comparing: those that share a block.

Comparing each with each costs the square of their number. A block is a key that true duplicates are likely to
share whatever else is misspelt; each record has several, so that one mistake does not part two records.
"""

from collections.abc import Container, Iterator

from domain.duplicates.card import Profile, mailbox, own_domain, phone_digits
from domain.duplicates.names import organisation_name, person_name
from domain.duplicates.spelling import joined, sound

_PHONE_END = 7
_SHORTEST_VALUE, _LONGEST_VALUE = 3, 64
_MOST_VALUES = 20


def blocks(profile: Profile, paths: Container[str] | None = None) -> frozenset[str]:
    """The keys of a profile; people and organisations never share one.

    * `e` the mailbox: the e-mail address without tag.
    * `p` the last seven digits of the phone number: they are the same with and without country and area code.
    * `n` the sounds (Soundex) of given name and surname, in the order of the alphabet: survives misspellings, and
      names that changed places. An organisation: the sound of its name.
    * `i` the sound of the surname and the first letter of the given name: survives another given name's spelling.
    * `o` the sound of the surname and the domain of the address, where not anybody gets addresses there. An
      organisation: the domain alone.
    * `c` an organisation's name without legal form, in one word.
    * `v` a value (3 to 64 signs, of the first 20 by their paths): a day of birth, a street.
    * `w` the same with the sound of the name: a postcode or a town alone brings too many together.

    With `paths`, only the values there: which of them tell people apart is not known where keys are kept, but
    where they are asked for.
    """
    kind = profile.kind[0].upper()
    return frozenset(f"{kind}{key}" for key in _keys(profile, paths))


def _keys(profile: Profile, paths: Container[str] | None) -> Iterator[str]:
    email = mailbox(profile.email or "")
    if email:
        yield f"e:{email}"
    phone = phone_digits(profile.phone or "")
    if len(phone) >= _PHONE_END:
        yield f"p:{phone[-_PHONE_END:]}"
    name = _sound_of_name(profile)
    yield from _of_name(profile)
    if name and (domain := own_domain(email)):
        yield f"o:{name}@{domain}"
    for path in sorted(profile.values)[:_MOST_VALUES]:
        value = joined(profile.values[path])
        if _SHORTEST_VALUE <= len(value) <= _LONGEST_VALUE and (paths is None or path in paths):
            yield f"v:{path}:{value}"
            if name:
                yield f"w:{path}:{value}:{name}"


def _of_name(profile: Profile) -> Iterator[str]:
    if not profile.name:
        return
    if profile.kind == "organisation":
        name = organisation_name(profile.name)
        yield f"c:{joined(name)}"
        yield f"n:{sound(name)}"
        if domain := own_domain(mailbox(profile.email or "")):
            yield f"o:{domain}"
        return
    person = person_name(profile.name)
    sounds = sorted(filter(None, (sound(person.given), sound(person.surname))))
    if sounds:
        yield f"n:{'|'.join(sounds)}"
    if person.given and person.surname:
        yield f"i:{sound(person.surname)}{person.given[0]}"


def _sound_of_name(profile: Profile) -> str:
    if not profile.name:
        return ""
    if profile.kind == "organisation":
        return sound(organisation_name(profile.name))
    return sound(person_name(profile.name).surname)
