"""What may be set of an identity provider."""

import pytest
from pydantic import ValidationError

from gateways.identity.provider import Provider
from settings import Settings

ISSUER = "https://id.example.com"


def settings(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    for name, value in given.items():
        monkeypatch.setenv(f"CRM_OIDC_{name.upper()}", value)
    return Settings()


def refused(monkeypatch: pytest.MonkeyPatch, field: str, **given: str) -> str:
    """What is said of the one field that is to blame."""
    with pytest.raises(ValidationError) as refused:
        settings(monkeypatch, **given)
    (error,) = refused.value.errors()
    assert error["loc"] == (f"oidc_{field}",)
    return error["msg"]


def test_without_an_issuer_there_is_no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch).provider is None


def test_a_provider_is_an_issuer_and_our_name_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch, issuer=ISSUER, audience="crm").provider == Provider(
        ISSUER, "crm", None, ("RS256", "ES256"), None
    )


def test_algorithms_are_written_with_commas_between(monkeypatch: pytest.MonkeyPatch) -> None:
    given = settings(monkeypatch, issuer=ISSUER, audience="crm", algorithms="PS256, EdDSA", roles_claim="roles")

    assert given.provider == Provider(ISSUER, "crm", None, ("PS256", "EdDSA"), "roles")


@pytest.mark.parametrize("algorithms", ["none", "HS256", "RS256,HS512", "RS256,none", "rs256", ","])
def test_what_anybody_could_sign_is_not_accepted(monkeypatch: pytest.MonkeyPatch, algorithms: str) -> None:
    assert "is not one of RS256" in refused(monkeypatch, "algorithms", algorithms=algorithms)


@pytest.mark.parametrize("url", ["http://id.example.com", "file:///keys", "id.example.com", "https://", "ftp://x"])
def test_keys_come_by_a_way_that_nobody_can_change(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert "no https address" in refused(monkeypatch, "issuer", issuer=url, audience="crm")
    monkeypatch.delenv("CRM_OIDC_ISSUER")
    assert "no https address" in refused(monkeypatch, "jwks_url", issuer=ISSUER, audience="crm", jwks_url=url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/realms/x", "http://localhost", "http://[::1]:80"])
def test_on_this_machine_http_is_enough(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert settings(monkeypatch, issuer=url, audience="crm").oidc_issuer == url


def test_an_issuer_without_our_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "our own name" in refused(monkeypatch, "audience", issuer=ISSUER)


@pytest.mark.parametrize("field", ["audience", "jwks_url", "roles_claim"])
def test_what_says_something_of_no_issuer_is_refused(monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    assert "CRM_OIDC_ISSUER" in refused(monkeypatch, field, **{field: "https://id.example.com/keys"})
