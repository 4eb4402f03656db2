"""The identity provider whose tokens are accepted, and what may be said of one."""

from dataclasses import dataclass
from urllib.parse import urlsplit

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Those with a public key. With `none` anybody signs, and with HS* anybody who knows the public key might."""

DEFAULT_ALGORITHMS = ("RS256", "ES256")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Provider:
    """An OpenID provider. `audience` is our own name with it: no token made out to anybody else is accepted.

    `jwks_url` is where its keys are; without it, the provider's own configuration says so.
    `roles_claim` names the claim that holds a caller's roles: by its name, or by a path with dots into objects.
    """

    issuer: str
    audience: str
    jwks_url: str | None = None
    algorithms: tuple[str, ...] = DEFAULT_ALGORITHMS
    roles_claim: str | None = None


def checked_url(url: str) -> str:
    """The address, where nobody between it and us can change what it says.

    Raises:
        ValueError: it is not https, nor http on this machine.
    """
    parts = urlsplit(url)
    if not parts.hostname or (
        parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    ):
        raise ValueError(f"{url!r} is no https address: whoever can change the keys on their way can be anybody")
    return url


def checked_algorithms(names: tuple[str, ...]) -> tuple[str, ...]:
    """The algorithms, each one with a public key.

    Raises:
        ValueError: naming one that is not, or that there are none.
    """
    if not names:
        raise ValueError("no algorithm is named")
    for name in names:
        if name not in ALGORITHMS:
            raise ValueError(
                f"{name!r} is not one of {', '.join(ALGORITHMS)}: tokens are signed with a private key"
            )
    return names
