"""What is configured is written back as it was read, with all that reading tells beside it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from .pipelines import definition
from .team import Team, rule, running_team, when

Document = dict[str, Any]

ORDERS = {"name": "orders", "event": "order.placed", "points": 20, "window_days": 90}
DEFINED: dict[str, Document] = {
    "/v1/pipelines/partners": definition(loss_reasons=["price"]),
    "/v1/lead-qualification": {"framework": "bant", "minimum": 5, "required": ["budget"]},
    "/v1/duplicate-rules": {"actions": {"capture": {"warn": 0.99}}, "card": {"street": ["attributes.street"]}},
    "/v1/identity-rules": {"role_mailboxes": ["info"], "never_link": [{"kind": "phone", "value": "+4686123456"}]},
    "/v1/pool-rules": {"most_held": 50},
    "/v1/custom-fields/customer/region": {
        "definition": {"type": "enum", "label": "Region", "options": [{"id": "north", "label": "North"}]}
    },
    "/v1/custom-fields/deal/seats": {"definition": {"type": "number", "label": "Seats", "minimum": 1}},
    "/v1/scoring-models/orders": {"kind": "engagement", "engagement": [ORDERS]},
    "/v1/access/roles/fair": {"grants": {"lead:create": "own"}},
    "/v1/access/members/webshop": {"roles": ["fair"], "team": "north"},
    "/v1/assignment-rules": {"rules": [rule(when=when("channel", "in", ["web", "fair"]))]},
}
READ: dict[str, tuple[str, Callable[[Document], Document]]] = {
    "/v1/scoring-models/orders": ("/v1/scoring-models/orders", lambda read: read["items"][-1]["document"]),
    "/v1/access/members/webshop": (
        "/v1/access/members",
        lambda read: next(each for each in read["items"] if each["principal"] == "webshop"),
    ),
    "/v1/custom-fields/customer/region": ("/v1/custom-fields", lambda read: {"definition": read["customer"][0]}),
    "/v1/custom-fields/deal/seats": ("/v1/custom-fields", lambda read: {"definition": read["deal"][0]}),
}
"""Where a document is read, and what of that it is; else its own address answers with it."""

ALREADY_SO = {
    "pipelines": "PipelineAlreadySo",
    "custom-fields": "CustomFieldUnchanged",
    "access": "AccessAlreadySo",
}
"""What has to say something new is told that it does not, once all else is found right."""


@pytest.fixture
def team(dsn: str) -> Iterator[Team]:
    with running_team(dsn) as team:
        for path, document in DEFINED.items():
            team.told(path, document, method="PUT")
        team.told("/v1/absences", {"principal": "ann", "ends_at": "2036-07-29T00:00:00Z", "because": "on leave"})
        yield team


def documents(team: Team) -> Iterator[tuple[str, Document, str]]:
    """The address of each document, what is read of it, and the version that it was read at."""
    for path in (*DEFINED, "/v1/lead-statuses", "/v1/pipelines/standard"):
        place, part = READ.get(path, (path, lambda read: read))
        answer = team.ask(place)
        yield path, part(answer.json()), answer.headers["ETag"]


def kinds(paths: Iterable[str]) -> set[str]:
    return {path.split("/")[2] for path in paths}


def test_whatever_is_configured_is_written_back_as_it_was_read(team: Team) -> None:
    described = team.http.get("/openapi.json").json()["paths"]
    read = {path: (document, version) for path, document, version in documents(team)}
    assert kinds(read) | {"leads"} == kinds(path for path, ways in described.items() if "put" in ways)

    for path in read:
        before, version = {each: (what, at) for each, what, at in documents(team)}[path]
        answer = team.http.put(path, json=before, headers={"If-Match": version})
        already = ALREADY_SO.get(path.split("/")[2])
        expected = (200, None) if already is None else (409, f"/problems/{already}")
        assert (answer.status_code, answer.json().get("type")) == expected, (path, answer.text)
    after = {path: document | {"version": 0} for path, document, _ in documents(team)}
    assert after == {path: document | {"version": 0} for path, (document, _) in read.items()}


def test_what_has_to_say_something_new_is_changed_in_what_was_read(team: Team) -> None:
    changes: dict[str, Callable[[Document], Document]] = {
        "/v1/pipelines/partners": lambda read: read | {"loss_reasons": ["price", "no decision"]},
        "/v1/access/roles/fair": lambda read: read | {"grants": {"lead:create": "all"}},
        "/v1/access/members/webshop": lambda read: read | {"team": "south"},
        "/v1/custom-fields/deal/seats": lambda read: {"definition": read["definition"] | {"label": "Places"}},
    }
    for path, change in changes.items():
        [(read, version)] = [(what, at) for each, what, at in documents(team) if each == path]
        team.told(path, change(read), method="PUT", If_Match=version)


def test_what_is_told_beside_a_definition_is_not_changed_by_it(team: Team) -> None:
    read = {path: document for path, document, _ in documents(team)}

    for path, field, value in (
        ("/v1/pipelines/partners", "id", "resellers"),
        ("/v1/pipelines/partners", "version", 7),
        ("/v1/pool-rules", "version", 7),
        ("/v1/lead-statuses", "version", 7),
        ("/v1/assignment-rules", "absences", []),
        ("/v1/scoring-models/orders", "id", "engagement"),
        ("/v1/access/roles/fair", "built_in", True),
    ):
        team.refused("PUT", path, 409, "NotAsRead", field, json=read[path] | {field: value})


def test_the_order_of_stages_is_that_of_their_list(team: Team) -> None:
    read = team.asked("/v1/pipelines/partners")
    first, second, *others = read["stages"]
    swapped = [second, first, *others]

    body = read | {"stages": swapped}
    team.refused("PUT", "/v1/pipelines/partners", 409, "NotAsRead", "stages.0.order", json=body)
    without = [{name: value for name, value in stage.items() if name != "order"} for stage in swapped]
    team.told("/v1/pipelines/partners", read | {"stages": without}, method="PUT")


def test_what_is_retired_is_taken_up_again_by_who_says_so(team: Team) -> None:
    team.told("/v1/pipelines/partners/retire")
    read = team.asked("/v1/pipelines/partners")

    team.refused("PUT", "/v1/pipelines/partners", 422, "InvalidRequest", "retired", json=read)
    team.told("/v1/pipelines/partners", read | {"retired": False}, method="PUT")
    assert not team.asked("/v1/pipelines/partners")["retired"]
