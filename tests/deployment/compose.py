"""The deployment as Docker Compose would see it, read once for the tests beside this file."""

import shlex
import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

OURS = {name: service for name, service in SERVICES.items() if "build" in service}
LONG_RUNNING = {name: service for name, service in SERVICES.items() if service["restart"] != "no"}


def words(command: str | list[str]) -> list[str]:
    return shlex.split(command) if isinstance(command, str) else command


def crm_calls() -> list[list[str]]:
    """What follows `crm` in every command and health check."""
    checks = [words(service["healthcheck"]["test"]) for service in OURS.values() if "healthcheck" in service]
    return [words(service["command"]) for service in OURS.values()] + [
        check[2:] for check in checks if check[:2] == ["CMD", "crm"]
    ]


def pins(lock: str) -> set[str]:
    """The `name==version` lines of a lock file, without their hashes."""
    lines = (ROOT / "requirements" / lock).read_text().splitlines()
    return {line.split()[0] for line in lines if "==" in line and not line[0].isspace()}
