"""The keys of a key set, each for the algorithms that it may be used with."""

from collections.abc import Iterable, Iterator
from typing import Any

from jwt import PyJWK
from jwt.exceptions import PyJWTError

# Which algorithms a kind of key is made for. Symmetric keys (`oct`) are for none: they are no public keys.
_BY_KIND = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "EC P-256": ("ES256",),
    "EC P-384": ("ES384",),
    "EC P-521": ("ES512",),
    "OKP Ed25519": ("EdDSA",),
}


class SigningKeys:
    """Looked up by key id and algorithm together: no key is ever used with an algorithm it is not made for."""

    def __init__(self, published: Iterable[Any], algorithms: tuple[str, ...]) -> None:
        self._keys = [key for each in published for key in _usable(each, algorithms)]

    def find(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        """The key of that id; without an id, the one key there is for the algorithm, where there is only one."""
        found = [
            key
            for key in self._keys
            if key.algorithm_name == algorithm and (key_id is None or key.key_id == key_id)
        ]
        return found[0] if len(found) == 1 else None


def _usable(published: Any, algorithms: tuple[str, ...]) -> Iterator[PyJWK]:
    """The key for each accepted algorithm that it serves; nothing for what is no signing key."""
    if not isinstance(published, dict) or published.get("use", "sig") != "sig":
        return
    kind = " ".join(str(published[name]) for name in ("kty", "crv") if name in published)
    for algorithm in _BY_KIND.get(kind, ()):
        if algorithm in algorithms and published.get("alg", algorithm) == algorithm:
            try:
                yield PyJWK(published, algorithm)
            except PyJWTError:
                return
