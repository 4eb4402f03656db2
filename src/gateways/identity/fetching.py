"""Fetches a provider's key set over HTTP. Blocks."""

import http.client
import json
from typing import Any
from urllib.request import HTTPRedirectHandler, Request, build_opener

from gateways.identity.provider import Provider, checked_url

_SECONDS = 3.0
_LARGEST = 512 * 1024


class CannotFetch(Exception):
    """The provider does not answer, or with something else than keys."""


class _NoRedirects(HTTPRedirectHandler):
    """A redirect could lead from https to http, or to a server inside our own walls."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = build_opener(_NoRedirects())


def fetch_keys(provider: Provider) -> list[Any]:
    """The provider's keys as they were published (JSON Web Keys), unchecked.

    Raises:
        CannotFetch: saying why not.
    """
    keys = _fetch(provider.jwks_url or _discovered(provider)).get("keys")
    if not isinstance(keys, list):
        raise CannotFetch("what it publishes is no key set")
    return keys


def _discovered(provider: Provider) -> str:
    """Where the provider says that its keys are (OpenID Connect Discovery)."""
    configuration = _fetch(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if configuration.get("issuer") != provider.issuer:
        raise CannotFetch(f"its configuration is that of another issuer: {configuration.get('issuer')!r}")
    return str(configuration.get("jwks_uri"))


def _fetch(url: str) -> dict[str, Any]:
    try:
        request = Request(checked_url(url), headers={"Accept": "application/json"})  # noqa: S310 - it was checked
        with _opener.open(request, timeout=_SECONDS) as answer:
            body = answer.read(_LARGEST + 1)
        if len(body) > _LARGEST:
            raise CannotFetch(f"{url} answers with more than {_LARGEST:,} bytes")
        found = json.loads(body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise CannotFetch(f"{url}: {error}") from error
    if not isinstance(found, dict):
        raise CannotFetch(f"{url} answers with no JSON object")
    return found
