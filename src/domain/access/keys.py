"""API keys as text: `crm_<id>_<secret>_<checksum>`. The checksum tells a mistyped key without a look anywhere."""

import hashlib
import hmac
import re
from collections.abc import Callable
from string import ascii_letters, digits
from zlib import crc32

import msgspec

from domain.access.refusals import MalformedKey

PREFIX = "crm_"
ALPHABET = digits + ascii_letters
_ID_LENGTH = 12
# 190 bits: guessing is hopeless, so that a plain SHA-256 keeps it as safely as a slow hash would.
_SECRET_LENGTH = 32
_FORM = re.compile(r"(crm_([0-9A-Za-z]{12})_([0-9A-Za-z]{30,64}))_([0-9A-Za-z]{6})")
_PAIRS = [high + low for high in ALPHABET for low in ALPHABET]


class ApiKey(msgspec.Struct, frozen=True):
    """An id, which may be shown, and a secret, which may not: it does not appear in `repr`."""

    id: str
    secret: str

    def __repr__(self) -> str:
        return f"ApiKey(id={self.id!r})"

    def __str__(self) -> str:
        return repr(self)


def draw(choose: Callable[[str], str]) -> ApiKey:
    """A new key; `choose` picks a character, unforeseeably: `secrets.choice`."""
    key_id = "".join(choose(ALPHABET) for _ in range(_ID_LENGTH))
    return ApiKey(key_id, "".join(choose(ALPHABET) for _ in range(_SECRET_LENGTH)))


def compose(key_id: str, secret: str) -> str:
    """The key as it is given to its holder."""
    body = f"{PREFIX}{key_id}_{secret}"
    return f"{body}_{_checksum(body)}"


def parse(text: str) -> ApiKey:
    """The key that `compose` wrote.

    Raises:
        MalformedKey: it has another form, or was mistyped.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise MalformedKey("that is no API key: one has the form crm_<id>_<secret>_<checksum>")
    body, key_id, secret, checksum = found.groups()
    if checksum != _checksum(body):
        raise MalformedKey("the API key is mistyped or cut short: its checksum does not fit")
    return ApiKey(key_id, secret)


def digest(secret: str) -> str:
    """What is stored of a secret: its SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, stored: str) -> bool:
    """Whether the secret has that digest; takes as long whether it does or not."""
    return hmac.compare_digest(digest(secret), stored)


def _checksum(body: str) -> str:
    """CRC-32 to the base 62, always six characters."""
    rest, low = divmod(crc32(body.encode()), 3844)
    high, middle = divmod(rest, 3844)
    return _PAIRS[high] + _PAIRS[middle] + _PAIRS[low]
