"""Settings, from the environment (prefix CRM_). Read only by the composition root."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where the servers are and where we listen. Without `postgres_dsn` the embedded stack is meant."""

    model_config = SettingsConfigDict(env_prefix="CRM_", frozen=True)

    postgres_dsn: str | None = Field(default=None, description="libpq connection string of the log's database")
    kafka_bootstrap: str | None = Field(default=None, description="Kafka's bootstrap servers, host:port,…")
    api_host: str = Field(default="127.0.0.1", description="until there are permissions, keep it at home")
    api_port: int = Field(default=8000, ge=1, le=65535)
    data_folder: Path = Field(default=Path(".touchledger"), description="the embedded stack's data")
    topic_prefix: str = Field(default="crm", pattern=r"^[A-Za-z0-9._-]{1,200}$")
    partitions: int = Field(default=6, ge=1, le=1000, description="of the topic; fixed once it exists")

    @property
    def topic(self) -> str:
        return f"{self.topic_prefix}.events"
