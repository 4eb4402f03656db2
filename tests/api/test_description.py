"""The API describes itself, and what it says of itself is so."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import msgspec
import pytest
from msgspec.structs import replace

from api.http import examples
from api.http.app import create_app
from api.schedule.replays import Replays
from domain.scoring import ModelVersion, ScoringModel, ScoringModels
from domain.scoring.replaying import order_replay
from projections.replays import desk
from tests.support.scoring_models import NO_PHONE

from .asking import Caller, amount, in_year
from .server import running_api

# In an order in which each example works on what the ones before it made.
COMMANDS = (
    "register_customer",
    "change_customer",
    "join_organisation",
    "leave_organisation",
    "change_lifecycle",
    "tell_identifier",
    "verify_identifier",
    "remove_identifier",
    "give_consent",
    "confirm_consent",
    "withdraw_consent",
    "link_customers",
    "choose_survivor",
    "release_survivor",
    "unlink_customers",
    "define_identity_rules",
    "capture_lead",
    "change_lead",
    "assign_lead",
    "release_lead",
    "claim_lead",
    "give_back_lead",
    "assess_element",
    "assess_budget",
    "assess_timeline",
    "recycle_lead",
    "move_lead",
    "define_lead_qualification",
    "qualify_lead",
    "convert_lead",
    "disqualify_lead",
    "define_lead_statuses",
    "open_deal",
    "move_stage",
    "change_amount",
    "change_close_date",
    "change_deal",
    "pin_probability",
    "unpin_probability",
    "win",
    "reopen",
    "define_pipeline",
    "change_pipeline",
    "meet_criterion",
    "withdraw_criterion",
    "add_line_item",
    "change_line_item",
    "set_amount_source",
    "remove_line_item",
    "add_contact",
    "change_contact_role",
    "remove_contact",
    "lose",
    "retire_pipeline",
    "place_order",
    "return_goods",
    "record_interaction",
    "record_interactions",
    "register_customers",
    "capture_leads",
    "open_deals",
    "place_orders",
    "forecast_what_if",
    "try_assignment_rules",
    "plan_task",
    "change_task",
    "start_task",
    "defer_task",
    "reschedule_task",
    "reassign_task",
    "complete_task",
    "cancel_task",
    "define_role",
    "set_member",
    "issue_key",
    "rotate_key",
    "revoke_key",
    "remove_member",
    "remove_role",
    "set_home_currency",
    "set_currency_rates",
    "define_custom_field",
    "retire_custom_field",
    "check_duplicates",
    "dismiss_duplicate",
    "define_duplicate_rules",
    "define_scoring_model",
    "promote_scoring_model",
    "retire_scoring_model",
    "ask_for_replay",
    "promote_replay",
    "promote_scoring_model",  # again: its scores are asked for
    "define_assignment_rules",
    "set_absence",
    "clear_absences",
    "define_pool_rules",
)


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    described: dict[str, Any] = create_app(None, None).openapi()  # type: ignore[arg-type]
    return described


@pytest.fixture(scope="module")
def operations(description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: {**operation, "path": path, "method": method.upper()}
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for each in node.values():
            yield from references(each)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


def body_schema(description: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = operation["requestBody"]["content"]["application/json"]["schema"]
    if "$ref" in schema:
        schema = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def filled(operation: dict[str, Any]) -> str:
    """The operation's path with the examples of its parameters."""
    path: str = operation["path"]
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["schema"]["examples"][0]))
    return path


def asking(operation: dict[str, Any]) -> dict[str, str]:
    """The examples of the parameters without which the operation answers nothing."""
    required = (each for each in operation.get("parameters", []) if each["in"] == "query" and each.get("required"))
    return {each["name"]: str(each["schema"]["examples"][0]) for each in required}


def test_each_operation_says_what_it_does(description: dict[str, Any], operations: dict[str, Any]) -> None:
    count = sum(len(methods) for methods in description["paths"].values())

    assert len(operations) == count, "operation ids are unique"
    for operation in operations.values():
        assert operation["summary"]
        assert len(operation["tags"]) == 1
        assert set(operation["responses"]["4XX"]["content"]) == {"application/problem+json"}
        assert set(operation["responses"]) <= {"200", "201", "202", "204", "207", "4XX", "503"}


def test_each_reference_leads_to_a_schema(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]

    assert {reference.removeprefix("#/components/schemas/") for reference in references(description)} <= set(
        schemas
    )
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_each_command_and_each_path_has_an_example(
    description: dict[str, Any], operations: dict[str, Any]
) -> None:
    taking_a_body = {name: each for name, each in operations.items() if "requestBody" in each}

    assert set(taking_a_body) == set(COMMANDS)
    for operation in taking_a_body.values():
        assert body_schema(description, operation)["examples"]
    for operation in operations.values():
        assert "{" not in filled(operation)


def test_each_parameter_is_described_once(operations: dict[str, Any]) -> None:
    for operation in operations.values():
        parameters = [(each["in"], each["name"]) for each in operation.get("parameters", [])]

        assert len(parameters) == len(set(parameters))
        assert "null" not in str(operation.get("parameters"))


@pytest.fixture
def own(dsn: str) -> Iterator[Caller]:
    """A server of its own: the examples define rules, which hold for everybody."""
    with running_api(dsn) as running, running.client() as client:
        yield Caller(running, client)


def make_the_records_of_the_examples(crm: Caller) -> None:
    person = str(examples.CUSTOMER_ID)
    crm.person(id=person)
    crm.told("/v1/customers", {"kind": "organisation", "name": "Fjord", "id": str(examples.ORGANISATION_ID)})
    crm.person(id=str(examples.OTHER_CUSTOMER_ID))
    crm.lead(id=str(examples.LEAD_ID))
    crm.deal(person, id=str(examples.DEAL_ID), amount=amount("100.00"))
    crm.order(person, id=str(examples.ORDER_ID))
    crm.task(person, id=str(examples.TASK_ID), due="2027-03-22T09:00", time_zone="Europe/Stockholm")
    seats = {"name": "Seats", "quantity": 150, "unit_price": amount("11.00"), "id": str(examples.LINE_ITEM_ID)}
    crm.told(f"/v1/deals/{examples.DEAL_ID}/line-items", seats)
    crm.person(occurred_at=in_year(2020))  # somebody to replay
    services, model = crm.api.services, ScoringModel(id="fit", kind="fit", fit=(NO_PHONE,))
    asked = order_replay(ScoringModels(), model, as_of=None, now=services.clock())
    live = ModelVersion(model=model, version=1, defined_at=services.clock(), defined_by="ann")
    desk.ask(services.dsn, examples.REPLAY_ID, replace(asked, live=live), by="ann", at=services.clock())
    Replays(services)()


def test_each_example_works_when_pasted(
    own: Caller, description: dict[str, Any], operations: dict[str, Any]
) -> None:
    crm = own
    make_the_records_of_the_examples(crm)
    refused = {}
    for name in (*COMMANDS, *(name for name in operations if name not in COMMANDS)):
        operation = operations[name]
        path = filled(operation)
        if name == "disqualify_lead":  # the lead of the examples has ended: a lead ends in one of two ways
            path = path.replace(str(examples.LEAD_ID), crm.lead())
        if name == "cancel_task":  # so does a task
            path = path.replace(str(examples.TASK_ID), crm.task())
        if name == "drop_replay":  # what was dropped is not there to be compared
            another = {"model": "another", "document": {"kind": "fit", "fit": [msgspec.to_builtins(NO_PHONE)]}}
            path = crm.http.post("/v1/replays", json=another).headers["Location"]
        if name in ("rotate_key", "revoke_key"):  # nobody chooses the id of a key
            path = path.replace(examples.API_KEY_NAME, crm.told("/v1/access/keys", {"principal": "ann"})["key_id"])
        for body in body_schema(description, operation)["examples"] if name in COMMANDS else [None]:
            answer = crm.http.request(operation["method"], path, json=body, params=asking(operation))
            if str(answer.status_code) not in operation["responses"] or b'"refused":1' in answer.content:
                refused[name] = answer.text

    assert refused == {}


def test_the_pages_need_no_other_host(crm: Caller) -> None:
    page = crm.http.get("/docs")
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    scripts = [link for link in links if link.endswith((".js", ".css", ".png"))]

    assert page.status_code == 200
    assert len(scripts) == 3
    assert {urlsplit(link).netloc for link in re.findall(r"https?://[^\"'\s<]+", page.text)} <= {
        crm.api.url.removeprefix("http://")
    }
    for link in scripts:
        assert crm.http.get(link).status_code == 200


def test_the_styles_need_no_other_host(crm: Caller) -> None:
    styles = crm.http.get("/swagger/swagger-ui.css").text

    assert [
        link for link in re.findall(r"(?:url\(|@import )[\"']?([^)\"']+)", styles) if link.startswith("http")
    ] == []


def test_the_front_door_leads_to_the_pages(crm: Caller) -> None:
    assert crm.http.get("/").headers["Location"].endswith("/docs")
    assert crm.http.get("/openapi.json").json()["info"]["title"] == "Touchledger"
