"""Settings, from the environment (prefix CRM_). Read only by the composition root."""

import re
from pathlib import Path
from typing import Annotated

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from gateways.identity.provider import DEFAULT_ALGORITHMS, Provider, checked_algorithms, checked_url

_SERVERS = re.compile(r"[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*")


class Settings(BaseSettings):
    """Where the servers are and where we listen. Without `postgres_dsn` the embedded stack is meant."""

    # An empty variable is one that is not set: that is how compose files and shells leave one out.
    model_config = SettingsConfigDict(env_prefix="CRM_", frozen=True, env_ignore_empty=True)

    postgres_dsn: str | None = Field(
        default=None, description="libpq connection string of the log's database, as the application's role"
    )
    postgres_owner_dsn: str | None = Field(
        default=None, description="the same database as the role that owns the log; for `crm migrate` alone"
    )
    kafka_bootstrap: str | None = Field(default=None, description="Kafka's bootstrap servers, host:port,…")
    api_host: str = Field(
        default="127.0.0.1", description="where the API listens; 0.0.0.0 behind a proxy that speaks TLS"
    )
    api_port: int = Field(default=8000, ge=1, le=65535)
    command_seconds: float = Field(
        default=10.0, ge=1, le=60, description="a command that cannot be begun so soon is refused (503)"
    )
    past_models: int = Field(
        default=8, ge=1, le=100, description="so many models of the past are kept for those who ask again"
    )
    past_megabytes: int = Field(default=1024, ge=1, description="… as long as they take no more room than this")
    data_folder: Path = Field(default=Path(".touchledger"), description="the embedded stack's data")
    topic_prefix: str = Field(default="crm", pattern=r"^[A-Za-z0-9._-]{1,200}$")
    partitions: int = Field(default=6, ge=1, le=1000, description="of the topic; fixed once it exists")
    session_seconds: float = Field(
        default=6.0, ge=1, le=300, description="a projector that is silent for so long loses its partitions"
    )
    oidc_issuer: str | None = Field(default=None, description="the OpenID provider whose tokens are accepted")
    oidc_audience: str | None = Field(
        default=None,
        validate_default=True,
        description="our name with that provider; its own, not that of a program with a login",
    )
    oidc_jwks_url: str | None = Field(default=None, description="its keys, where its configuration is not to say")
    oidc_algorithms: Annotated[tuple[str, ...], NoDecode] = Field(
        default=DEFAULT_ALGORITHMS, description="how its tokens may be signed, with commas between"
    )
    oidc_roles_claim: str | None = Field(
        default=None, description="the claim that holds a caller's roles: roles, realm_access.roles, …"
    )

    @field_validator("postgres_dsn", "postgres_owner_dsn")
    @classmethod
    def _connection_string(cls, given: str | None) -> str | None:
        try:
            conninfo_to_dict(given or "")
        except psycopg.ProgrammingError as error:
            raise ValueError(f"no libpq connection string: {error}") from None
        return given

    @field_validator("kafka_bootstrap")
    @classmethod
    def _servers(cls, given: str | None) -> str | None:
        if given is not None and not _SERVERS.fullmatch(given):
            raise ValueError("servers are written host:port, with commas between")
        return given

    @field_validator("oidc_issuer", "oidc_jwks_url")
    @classmethod
    def _address(cls, given: str | None) -> str | None:
        return None if given is None else checked_url(given)

    @field_validator("oidc_algorithms", mode="before")
    @classmethod
    def _algorithms(cls, given: str | tuple[str, ...]) -> tuple[str, ...]:
        names = given.split(",") if isinstance(given, str) else given
        return checked_algorithms(tuple(name.strip() for name in names))

    @field_validator("oidc_audience")
    @classmethod
    def _audience(cls, given: str | None, info: ValidationInfo) -> str | None:
        if given is None and info.data.get("oidc_issuer") is not None:
            raise ValueError("with an issuer, our own name is needed: tokens made out to others are not for us")
        return given

    @field_validator("oidc_audience", "oidc_jwks_url", "oidc_roles_claim")
    @classmethod
    def _of_an_issuer(cls, given: str | None, info: ValidationInfo) -> str | None:
        # An issuer that was refused is not there either, and is told of by itself.
        if given is not None and info.data.get("oidc_issuer", "refused") is None:
            raise ValueError("this says something of an issuer: name it in CRM_OIDC_ISSUER")
        return given

    @property
    def topic(self) -> str:
        return f"{self.topic_prefix}.events"

    @property
    def provider(self) -> Provider | None:
        """The OpenID provider whose tokens are accepted, where there is one."""
        if self.oidc_issuer is None or self.oidc_audience is None:
            return None
        return Provider(
            self.oidc_issuer, self.oidc_audience, self.oidc_jwks_url, self.oidc_algorithms, self.oidc_roles_claim
        )
