"""Settings, from the environment (prefix CRM_). Read only by the composition root."""

import re
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_SERVERS = re.compile(r"[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*")


class Settings(BaseSettings):
    """Where the servers are and where we listen. Without `postgres_dsn` the embedded stack is meant."""

    # An empty variable is one that is not set: that is how compose files and shells leave one out.
    model_config = SettingsConfigDict(env_prefix="CRM_", frozen=True, env_ignore_empty=True)

    postgres_dsn: str | None = Field(default=None, description="libpq connection string of the log's database")
    kafka_bootstrap: str | None = Field(default=None, description="Kafka's bootstrap servers, host:port,…")
    api_host: str = Field(default="127.0.0.1", description="until there are permissions, keep it at home")
    api_port: int = Field(default=8000, ge=1, le=65535)
    data_folder: Path = Field(default=Path(".touchledger"), description="the embedded stack's data")
    topic_prefix: str = Field(default="crm", pattern=r"^[A-Za-z0-9._-]{1,200}$")
    partitions: int = Field(default=6, ge=1, le=1000, description="of the topic; fixed once it exists")

    @field_validator("postgres_dsn")
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

    @property
    def topic(self) -> str:
        return f"{self.topic_prefix}.events"
