"""Who may ask at all: every operation of the description, with every kind of credential."""

import re
import secrets
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from api.http.app import create_app
from api.http.route import KNOWN, PUBLIC, UndeclaredPermission, make_router, permits, routes_of
from api.http.routes import status
from domain.access import BUILT_IN, Level, change_access, covers, issue_key, revoke_key
from domain.access.keys import compose, draw
from tests.support.access import bearer, key_of
from tests.support.facts import by

from .asking import JSON, Caller, assert_problem
from .company import Company, at
from .server import PLAIN, RunningApi

NARROW = "segment:read"


def operations() -> list[Any]:
    """Method, path and permission of each operation, as the API describes itself."""
    paths = create_app(None, None).openapi()["paths"]  # type: ignore[arg-type]
    return [
        pytest.param(method.upper(), path, _permission(operation), id=operation["operationId"])
        for path, methods in paths.items()
        for method, operation in methods.items()
    ]


def _permission(operation: dict[str, Any]) -> str:
    if "security" not in operation:
        return PUBLIC
    named = re.search(r"Permission: `([a-z:]+)`", operation["description"])
    return named[1] if named else KNOWN


each_operation = pytest.mark.parametrize(("method", "path", "permission"), operations())


@pytest.fixture(scope="module")
def keys(api: RunningApi) -> dict[str, str]:
    """A key of each built-in role, one with narrow scopes, and some that are none."""
    ledger = api.services.ledger
    given = {role: key_of(ledger, f"the {role}", roles=[role]) for role in BUILT_IN}
    given["narrow"] = key_of(ledger, "the admin", roles=(), scopes=[NARROW])
    expired, revoked, mistyped = draw(secrets.choice), draw(secrets.choice), draw(secrets.choice)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    for key, expires_at in ((expired, long_ago + timedelta(days=1)), (revoked, None)):
        told = by("test", now=long_ago)
        ledger.execute(
            change_access(
                lambda known, key=key, expires_at=expires_at: issue_key(  # type: ignore[misc]
                    known, key=key, principal="the admin", now=long_ago, expires_at=expires_at
                ),
                told,
            )
        )
    ledger.execute(change_access(lambda known: revoke_key(known, key_id=revoked.id), by("test")))
    api.identity.refresh()
    whole = {"expired": expired, "revoked": revoked, "unknown": mistyped}
    return given | {name: compose(key.id, key.secret) for name, key in whole.items()} | {"malformed": "crm_a_b_c"}


def sent(api: RunningApi, method: str, path: str, key: str | None, **headers: str) -> httpx.Response:
    """About records that do not exist, and with a body that no command takes: nothing is done."""
    filled = re.sub(r"\{[^}]*_id\}", lambda _: str(uuid4()), path)
    filled = re.sub(r"\{[^}]*\}", "1", filled)
    given = (bearer(key) if key else {}) | headers
    body: dict[str, Any] = {} if method == "GET" else {"content": b"[]", "headers": given | JSON}
    return httpx.request(method, api.url + filled, verify=PLAIN, **({"headers": given} | body))


@each_operation
@pytest.mark.parametrize(
    ("credential", "rule"),
    [
        (None, "CredentialsMissing"),
        ("malformed", "MalformedKey"),
        ("unknown", "NotAuthenticated"),
        ("revoked", "NotAuthenticated"),
        ("expired", "NotAuthenticated"),
    ],
)
def test_who_is_not_known_is_told_how_to_say_it(
    api: RunningApi,
    keys: dict[str, str],
    method: str,
    path: str,
    permission: str,
    credential: str | None,
    rule: str,
) -> None:
    answer = sent(api, method, path, keys[credential] if credential else None)
    if permission == PUBLIC:
        assert answer.status_code == 200
    else:
        assert_problem(answer, 401, rule, "Authorization")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@each_operation
@pytest.mark.parametrize("role", [*BUILT_IN, "narrow"])
def test_a_role_is_let_through_where_it_has_the_permission(
    api: RunningApi, keys: dict[str, str], method: str, path: str, permission: str, role: str
) -> None:
    may = permission in (PUBLIC, KNOWN) or (
        covers([NARROW], permission) if role == "narrow" else BUILT_IN[role].get(permission, Level.NONE) > "none"
    )
    answer = sent(api, method, path, keys[role])
    if may:
        assert answer.status_code not in (401, 403, 500), answer.text
    else:
        who = "the admin" if role == "narrow" else f"the {role}"
        problem = assert_problem(answer, 403, "NotPermitted")
        assert problem["detail"] == f"{who} lacks the permission {permission}"


def test_the_permission_is_asked_for_before_anything_else_is_looked_at(
    api: RunningApi, keys: dict[str, str]
) -> None:
    answer = sent(api, "POST", "/v1/deals?no=such", keys["analyst"], **{"If-Match": "nonsense"})

    assert_problem(answer, 403, "NotPermitted")


@pytest.mark.parametrize(("role", "status"), [(None, b"401"), ("analyst", b"403")])
def test_the_body_of_who_may_not_ask_is_never_read(
    api: RunningApi, keys: dict[str, str], role: str | None, status: bytes
) -> None:
    server = urlsplit(api.url)
    lines = [
        *("POST /v1/interactions:batch HTTP/1.1", f"Host: {server.netloc}", "Content-Type: application/json"),
        *("Content-Length: 9999999", f"Authorization: Bearer {keys[role]}" if role else "X: y", "", ""),
    ]
    with socket.create_connection((server.hostname or "", server.port or 0), timeout=60) as line:
        line.sendall("\r\n".join(lines).encode())  # and not a byte of the ten million
        answered = line.recv(100)

    assert answered.split()[1] == status


def test_to_act_for_somebody_is_a_permission_of_its_own(api: RunningApi) -> None:
    company = Company(api)
    without, with_it = company.caller(at("all")), {**at("all"), "actor:represent": "all"}
    headers = {"X-On-Behalf-Of": company.mate}
    person = {"kind": "person", "name": "Ada"}
    problem = without.refused(
        "POST", "/v1/customers", 403, "NotPermitted", "X-On-Behalf-Of", json=person, headers=headers
    )

    assert "actor:represent" in problem["detail"]
    told = company.caller(with_it).told("/v1/customers", person, X_On_Behalf_Of=company.mate)
    assert told["version"] == 1


def test_who_did_it_for_whom_and_from_where_is_in_the_audit_trail(api: RunningApi, crm: Caller) -> None:
    company = Company(api)
    caller = company.caller({**at("all"), "actor:represent": "all"})
    told = caller.told("/v1/customers", {"kind": "person", "name": "Ada"}, X_On_Behalf_Of=company.mate)
    (entry,) = crm.asked("/v1/audit", stream_id=told["id"])["items"]

    assert (entry["actor"], entry["on_behalf_of"]) == (company.me, company.mate)
    assert (entry["source"], entry["client"]) == ("api", "127.0.0.1")


def test_the_key_of_a_refused_request_is_not_kept(api: RunningApi) -> None:
    company, once = Company(api), {"Idempotency-Key": str(uuid4())}
    caller = company.caller(at("all", "customer:read"))
    person = {"kind": "person", "name": "Ada"}
    caller.refused("POST", "/v1/customers", 403, "NotPermitted", json=person, headers=once)
    company.join(company.me, at("all", "customer:create"))

    assert caller.told("/v1/customers", {**person, "name": "Ben"}, **once)["version"] == 1


def _endpoint() -> None:
    """An endpoint that says nothing of permissions."""


def _unknown() -> Callable[[], None]:
    @permits("deal:burn")
    def endpoint() -> None:
        """An endpoint with a permission that there is not."""

    return endpoint


@pytest.mark.parametrize("endpoint", [_endpoint, _unknown()])
def test_a_route_without_a_known_permission_cannot_be_made(endpoint: Callable[[], None]) -> None:
    with pytest.raises(UndeclaredPermission):
        make_router("/v1", "deals").get("/deals")(endpoint)


def test_no_other_kind_of_route_is_let_in() -> None:
    app = FastAPI(docs_url=None, redoc_url=None, swagger_ui_oauth2_redirect_url=None)
    app.get("/open-by-mistake")(_endpoint)

    with pytest.raises(UndeclaredPermission, match="open-by-mistake"):
        routes_of(app)


def test_the_api_does_not_start_with_such_a_route(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = APIRouter()
    plain.get("/open-by-mistake")(_endpoint)
    monkeypatch.setattr(status.router, "routes", [*status.router.routes, *plain.routes])

    with pytest.raises(UndeclaredPermission, match="open-by-mistake"):
        create_app(None, None)  # type: ignore[arg-type]


def test_only_what_tells_nothing_is_open_to_all() -> None:
    paths: dict[str, set[str]] = {}
    for each in operations():
        paths.setdefault(str(each.values[2]), set()).add(str(each.values[1]))

    assert paths[PUBLIC] == {"/livez", "/readyz"}
    explain = "/v1/explain/{read_model}/{key}"
    assert paths[KNOWN] == {"/v1/access/me", "/v1/search", explain, f"{explain}/fields"}
