"""The headers under which something is changed: on which version, on whose behalf, as part of what, how often."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from api.ports import Services
from domain.refusals import Invalid, NotFound

_VERSION = re.compile(r'"([0-9]{1,18})"')
_KEY = re.compile(r"[\x20-\x7e]{1,255}")
_POSITION = re.compile(r"[1-9][0-9]{0,17}")
_LONGEST_NAME = 100


class NoVersion(Invalid):
    """If-Match holds versions as the header ETag tells them, with commas between, or a star."""


class NoKey(Invalid):
    """An Idempotency-Key has 1 to 255 visible ASCII characters."""


class NoCorrelation(Invalid):
    """A correlation id is a UUID."""


class NoCause(Invalid):
    """X-Caused-By is the position of an event."""


class CauseNotFound(NotFound):
    """What a command reacts to was recorded before."""


class NoName(Invalid):
    """A name that a header tells has 1 to 100 characters, and no control characters."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """`expected`: the versions that the record may be at (empty: any that there is); `key`: the caller's own name
    for the request."""

    expected: frozenset[int] | None = None
    key: str | None = None
    on_behalf_of: str | None = None
    correlation_id: UUID | None = None
    caused_by: int | None = None


NONE = Conditions()
_NAMES = frozenset((b"if-match", b"idempotency-key", b"x-on-behalf-of", b"x-correlation-id", b"x-caused-by"))


async def read_conditions(services: Services, headers: Headers) -> Conditions:
    """What the headers say.

    An event that reacts to another belongs to that one's correlation, where the caller says no other.

    Raises:
        NoVersion, NoKey, NoName, NoCorrelation, NoCause, CauseNotFound: naming the header.
    """
    if _NAMES.isdisjoint(name for name, _ in headers.raw):
        return NONE
    cause = _cause(headers.get("x-caused-by"))
    correlation = _correlation(headers.get("x-correlation-id"))
    if cause is not None:
        inherited = await run_in_threadpool(_correlation_of, services, cause)
        correlation = correlation or inherited
    return Conditions(
        _versions(headers.getlist("if-match")),
        _key(headers.get("idempotency-key")),
        _name(headers.get("x-on-behalf-of")),
        correlation,
        cause,
    )


def _versions(fields: Sequence[str]) -> frozenset[int] | None:
    if not fields:
        return None
    given = ",".join(fields)
    if given.strip() == "*":
        return frozenset()  # any version, but there is one
    found = [_VERSION.fullmatch(each.strip()) for each in given.split(",")]
    versions = [int(match[1]) for match in found if match]
    if len(versions) != len(found):
        raise NoVersion(f'{given!r} is no version: they are written like "3"', field="If-Match")
    return frozenset(versions)


def _key(given: str | None) -> str | None:
    if given is not None and not _KEY.fullmatch(given):
        raise NoKey(
            "the key is empty, too long, or holds characters that are not visible", field="Idempotency-Key"
        )
    return given


def _name(given: str | None) -> str | None:
    if given is None:
        return None
    try:
        # Header bytes come as Latin-1; many clients send UTF-8.
        name = given.encode("latin-1").decode()
    except UnicodeDecodeError:
        name = given
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise NoName("a name has 1 to 100 characters, and no control characters", field="X-On-Behalf-Of")
    return name


def _correlation(given: str | None) -> UUID | None:
    if given is None:
        return None
    try:
        return UUID(given)
    except ValueError:
        raise NoCorrelation(f"{given!r} is no UUID", field="X-Correlation-Id") from None


def _cause(given: str | None) -> int | None:
    if given is None:
        return None
    if not _POSITION.fullmatch(given):
        raise NoCause(f"{given!r} is no position", field="X-Caused-By")
    return int(given)


def _correlation_of(services: Services, position: int) -> UUID:
    facts = services.log.at([position])
    if not facts:
        raise CauseNotFound(f"there is no event at position {position}", field="X-Caused-By")
    return facts[0].correlation_id
