import json
import re
from typing import Any, cast

import pytest
from jsonschema import Draft7Validator
from psycopg.conninfo import conninfo_to_dict
from typer.main import get_command

from api.cli.app import create_cli
from settings import Settings
from tests.deployment.compose import COMPOSE, LONG_RUNNING, OURS, PROJECT, ROOT, SERVICES, crm_calls


def test_the_file_keeps_to_the_compose_specification() -> None:
    schema = json.loads((ROOT / "tests/deployment/compose-spec.schema.json").read_text())

    errors = [f"{error.json_path}: {error.message}" for error in Draft7Validator(schema).iter_errors(COMPOSE)]

    assert errors == []


@pytest.mark.parametrize("call", crm_calls(), ids=" ".join)
def test_every_command_is_one_that_our_command_line_understands(call: list[str]) -> None:
    group: Any = get_command(create_cli(cast(Any, None)))
    name, *arguments = call

    assert name in group.commands
    # Parses and checks the arguments, and does not run the command.
    group.commands[name].make_context(name, arguments)


def test_every_setting_named_is_a_setting_that_we_read() -> None:
    known = {f"CRM_{field.upper()}" for field in Settings.model_fields}

    named = {key for service in OURS.values() for key in service["environment"]}

    assert {"CRM_POSTGRES_DSN", "CRM_KAFKA_BOOTSTRAP"} <= named
    assert named <= known


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_open_to_this_host_only(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert str(port).startswith("127.0.0.1:")


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned_to_a_release(name: str) -> None:
    assert re.search(r":\d+\.\d+[\w.-]*$", SERVICES[name]["image"])


def test_our_image_carries_our_version() -> None:
    assert {service["image"] for service in OURS.values()} == {f"touchledger:{PROJECT['version']}"}


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_what_runs_on_is_watched_restarted_and_given_time_to_stop(name: str) -> None:
    service = LONG_RUNNING[name]

    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"
    assert _seconds(service["stop_grace_period"]) >= 30


def test_nothing_waits_for_a_service_without_a_condition() -> None:
    awaited = [
        (dependency, wait)
        for service in SERVICES.values()
        for dependency, wait in service.get("depends_on", {}).items()
    ]

    for dependency, wait in awaited:
        ends = dependency not in LONG_RUNNING
        assert wait["condition"] == ("service_completed_successfully" if ends else "service_healthy")


def test_the_api_starts_without_kafka() -> None:
    assert "kafka" not in SERVICES["api"]["depends_on"]


def test_what_must_outlive_a_container_lies_on_a_named_volume() -> None:
    # PostgreSQL 18's image keeps its data in a folder per version below this one.
    assert SERVICES["postgres"]["volumes"] == ["postgres-data:/var/lib/postgresql"]
    assert f"kafka-data:{_kafka()['KAFKA_LOG_DIRS']}" in SERVICES["kafka"]["volumes"]
    assert set(COMPOSE["volumes"]) == {"postgres-data", "kafka-data"}


def test_a_topic_is_made_on_purpose_and_fits_one_node() -> None:
    factors = {key: value for key, value in _kafka().items() if key.endswith(("REPLICATION_FACTOR", "MIN_ISR"))}

    assert _kafka()["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert len(factors) == 6
    assert set(factors.values()) == {1}


@pytest.mark.parametrize("name", ["POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD"])
def test_no_password_is_written_down(name: str) -> None:
    uses = re.findall(rf"\$\{{{name}[^}}]*\}}", (ROOT / "docker-compose.yml").read_text())

    assert uses
    assert set(uses) == {f"${{{name}:?set it in .env}}"}
    assert f"\n{name}=\n" in (ROOT / ".env.example").read_text()


def test_the_owner_of_the_log_is_known_to_the_migration_alone() -> None:
    server = SERVICES["postgres"]["environment"]
    owner = _address(OURS["migrate"]["environment"]["CRM_POSTGRES_OWNER_DSN"])
    applications = [_address(service["environment"]["CRM_POSTGRES_DSN"]) for service in OURS.values()]
    holders = {name for name, service in OURS.items() if "POSTGRES_PASSWORD" in str(service["environment"])}

    assert holders == {"migrate"}
    assert (owner["user"], owner["dbname"]) == (server["POSTGRES_USER"], server["POSTGRES_DB"])
    assert owner["password"] == "POSTGRES_PASSWORD"
    for each in applications:
        assert each == {**owner, "user": "crm_app", "password": "POSTGRES_APP_PASSWORD"}


def _address(dsn: str) -> dict[str, Any]:
    """The parts of an address, with the names of variables for their values."""
    return conninfo_to_dict(re.sub(r"\$\{(\w+)[^}]*\}", r"\1", dsn))


def _kafka() -> dict[str, Any]:
    settings: dict[str, Any] = SERVICES["kafka"]["environment"]
    return settings


def _seconds(duration: str) -> int:
    number, unit = int(duration[:-1]), duration[-1]
    return number * {"s": 1, "m": 60}[unit]
