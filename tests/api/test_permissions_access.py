"""Who may do what, told and changed over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from domain.access import BUILT_IN, PERMISSIONS

from .asking import Caller, assert_problem
from .company import Company, at
from .server import RunningApi


@pytest.fixture
def company(api: RunningApi) -> Company:
    return Company(api)


def issued(crm: Caller, principal: str = "ann", **body: Any) -> dict[str, Any]:
    return crm.told("/v1/access/keys", {"principal": principal, **body})


def me(crm: Caller, key: str) -> httpx.Response:
    with crm.api.client_with(key) as http:
        return http.get("/v1/access/me")


def listed(crm: Caller, key_id: str) -> dict[str, Any]:
    (found,) = (key for key in crm.asked("/v1/access/keys")["items"] if key["key_id"] == key_id)
    return dict(found)


def stored(crm: Caller) -> str:
    """All that the database keeps of events, answers and read models."""
    with psycopg.connect(crm.api.services.dsn) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('crm', 'read')"
        ).fetchall()
        return "\n".join(str(connection.execute(f"SELECT t::text FROM {name} t").fetchall()) for (name,) in tables)


def test_an_issued_key_works_at_once_within_its_scopes(crm: Caller) -> None:
    ends = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    answer = crm.tell("/v1/access/keys", {"principal": "ann", "scopes": ["deal:*"], "expires_at": ends})
    key = answer.json()

    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert me(crm, key["key"]).json() == {
        "principal": "ann",
        "key_id": key["key_id"],
        "team": ["ann"],
        "grants": {"deal:read": "all", "deal:create": "all", "deal:change": "all"},
    }
    found = listed(crm, key["key_id"])
    assert (found["principal"], found["scopes"], found["state"]) == ("ann", ["deal:*"], "works")
    assert datetime.fromisoformat(found["ends_at"]) == datetime.fromisoformat(ends)


def test_the_secret_is_told_once_and_kept_nowhere(crm: Caller) -> None:
    once, body = {"Idempotency-Key": str(uuid4())}, {"principal": "ann"}
    first = crm.http.post("/v1/access/keys", json=body, headers=once)
    end = crm.api.log_end()
    again = crm.http.post("/v1/access/keys", json=body, headers=once)
    without = first.json()
    secret = without.pop("key").split("_")[2]

    assert (again.status_code, again.json()) == (201, without)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert crm.api.log_end() == end
    assert without["key_id"] in (kept := stored(crm))
    assert secret not in kept
    assert secret.encode().hex() not in kept  # so bytes are shown
    assert secret not in crm.http.get("/v1/access/keys").text + crm.http.get("/v1/audit").text


def test_a_rotated_key_works_beside_its_successor_for_a_while(crm: Caller) -> None:
    old = issued(crm, scopes=["deal:read"])
    new = crm.told(f"/v1/access/keys/{old['key_id']}/rotate", {"overlap_hours": 1})

    assert me(crm, old["key"]).json()["grants"] == me(crm, new["key"]).json()["grants"] == {"deal:read": "all"}
    assert listed(crm, old["key_id"])["successor"] == new["key_id"]
    at_once = crm.told(f"/v1/access/keys/{new['key_id']}/rotate", {"overlap_hours": 0})
    assert_problem(me(crm, new["key"]), 401, "NotAuthenticated", "Authorization")
    assert me(crm, at_once["key"]).status_code == 200


def test_a_revoked_key_ends_with_the_answer(crm: Caller) -> None:
    key = issued(crm)
    crm.told(f"/v1/access/keys/{key['key_id']}/revoke", {"reason": "lost"})

    problem = assert_problem(me(crm, key["key"]), 401, "NotAuthenticated", "Authorization")
    assert problem["detail"] == f"API key {key['key_id']} was revoked"
    assert listed(crm, key["key_id"])["state"] == "revoked"
    crm.refused("POST", f"/v1/access/keys/{key['key_id']}/revoke", 409, "KeyAlreadyRevoked", "key_id", json={})
    crm.refused("POST", "/v1/access/keys/none/revoke", 404, "KeyNotFound", "key_id", json={})


def test_a_role_is_defined_given_and_removed(crm: Caller, company: Company) -> None:
    role, who = f"/v1/access/roles/eu/{uuid4()}", f"/v1/access/members/{company.me}"
    name = role.removeprefix("/v1/access/roles/")
    crm.told(role, {"grants": {"deal:read": "team", "deal:change": "own"}}, method="PUT")
    crm.told(who, {"roles": [name], "team": "north"}, method="PUT")

    assert crm.asked(role) == {
        "name": name,
        "built_in": False,
        "grants": {"deal:read": "team", "deal:change": "own"},
    }
    members = {each["principal"]: each for each in crm.asked("/v1/access/members")["items"]}
    assert members[company.me] == {"principal": company.me, "roles": [name], "team": "north"}
    crm.refused("POST", f"{role}/remove", 409, "RoleInUse", "name", json={})
    crm.told(f"{who}/remove")
    crm.told(f"{role}/remove")
    crm.refused("GET", role, 404, "RoleNotFound", "name")
    crm.refused("POST", f"{who}/remove", 404, "MemberNotFound", "principal", json={})


def test_the_built_in_roles_are_listed_and_stay(crm: Caller) -> None:
    roles = {each["name"]: each for each in crm.asked("/v1/access/roles")["items"]}

    for name, grants in BUILT_IN.items():
        assert roles[name] == {"name": name, "built_in": True, "grants": dict(grants)}
    assert set(roles["admin"]["grants"]) == set(PERMISSIONS)
    crm.refused("PUT", "/v1/access/roles/sales", 409, "BuiltInRole", "name", json={"grants": {}})


def test_a_removed_member_is_out_with_the_answer(crm: Caller, company: Company) -> None:
    caller = company.caller(at("all"))
    crm.told(f"/v1/access/members/{company.me}/remove", {"reason": "left"})

    assert caller.http.get("/v1/access/me").status_code == 401


def test_less_counts_from_the_next_request_on(crm: Caller, company: Company) -> None:
    caller = company.caller(at("all"))
    crm.told(f"/v1/access/members/{company.me}", {"roles": ["analyst"]}, method="PUT")

    caller.refused("POST", "/v1/customers", 403, "NotPermitted", json={"kind": "person", "name": "Ada"})


@pytest.mark.parametrize(
    "path", ["/v1/access/keys", "/v1/access/roles", "/v1/access/roles/sales", "/v1/access/members"]
)
def test_what_was_read_is_changed_only_as_it_was_read(crm: Caller, company: Company, path: str) -> None:
    etag = crm.ask(path).headers["ETag"]
    role, body = f"/v1/access/roles/{uuid4()}", {"grants": {"deal:read": "own"}}
    told = crm.tell(role, body, method="PUT", If_Match=etag)

    assert told.headers["ETag"] == crm.ask(path).headers["ETag"] != etag
    stale = {"If-Match": etag}
    crm.refused("POST", f"{role}/remove", 412, "VersionMismatch", "If-Match", json={}, headers=stale)
    crm.refused(
        "POST", "/v1/access/keys", 412, "VersionMismatch", "If-Match", json={"principal": "ann"}, headers=stale
    )


def test_nobody_gives_away_what_he_does_not_have(crm: Caller, company: Company) -> None:
    desk = company.caller(at("all", "access:read", "access:create", "access:change", "deal:read"))
    admins_key = issued(crm)["key_id"]
    refused: dict[str, tuple[str, str, Any]] = {
        "/v1/access/keys": ("POST", "scopes", {"principal": "ann"}),
        f"/v1/access/keys/{admins_key}/rotate": ("POST", "scopes", {}),
        f"/v1/access/roles/{uuid4()}": ("PUT", "grants.deal:change", {"grants": {"deal:change": "own"}}),
        f"/v1/access/members/{company.me}": ("PUT", "roles", {"roles": ["admin"]}),
    }
    for path, (method, field, body) in refused.items():
        desk.refused(method, path, 403, "NotYoursToGive", field, json=body)

    desk.told(f"/v1/access/roles/{uuid4()}", {"grants": {"deal:read": "all"}}, method="PUT")
    key = desk.told("/v1/access/keys", {"principal": "ann", "scopes": ["deal:read"]})
    assert me(crm, key["key"]).json()["grants"] == {"deal:read": "all"}


def test_a_key_that_may_only_issue_keys_does_not_widen_itself(crm: Caller, company: Company) -> None:
    narrow = company.caller(at("all", "access:create", "deal:read"), scopes=["access:create"])

    narrow.refused("POST", "/v1/access/keys", 403, "NotYoursToGive", "scopes", json={"principal": company.me})


def test_who_changed_access_and_why_is_in_the_audit_trail(crm: Caller, company: Company) -> None:
    told = crm.told(f"/v1/access/members/{company.me}", {"roles": ["sales"], "reason": "joined"}, method="PUT")
    entry = crm.asked("/v1/audit", type="access.member_set", limit=1)["items"][0]

    assert (entry["position"], entry["actor"], entry["reason"]) == (told["position"], "ann", "joined")
    assert (entry["source"], entry["client"]) == ("api", "127.0.0.1")
    assert entry["data"]["principal"] == company.me


@pytest.mark.parametrize(
    ("path", "body", "rule", "field"),
    [
        ("/v1/access/keys", {"principal": "nobody"}, "MemberNotFound", "principal"),
        ("/v1/access/keys", {"principal": "ann", "scopes": ["deal:burn"]}, "ScopeMatchesNothing", "scopes"),
        ("/v1/access/keys", {"principal": "ann", "scopes": []}, "InvalidRequest", "scopes"),
        (
            "/v1/access/keys",
            {"principal": "ann", "expires_at": "2020-01-01T00:00:00Z"},
            "KeyExpiryInThePast",
            "expires_at",
        ),
        ("/v1/access/roles/new", {"grants": {"deal:burn": "all"}}, "UnknownPermission", "grants.deal:burn"),
        ("/v1/access/roles/new", {"grants": {"deal:read": "most"}}, "InvalidRequest", "grants.deal:read"),
        ("/v1/access/roles/new", {"grants": {"audit:read": "own"}}, "LevelNeedsOwner", "grants.audit:read"),
        ("/v1/access/members/eve", {"roles": ["wizard"]}, "UnknownRole", "roles"),
        (
            "/v1/access/members/eve",
            {"roles": [], "occurred_at": "2020-01-01T00:00:00Z"},
            "InvalidRequest",
            "occurred_at",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(crm: Caller, path: str, body: Any, rule: str, field: str) -> None:
    method = "POST" if path.endswith("keys") else "PUT"

    crm.refused(method, path, 404 if rule == "MemberNotFound" else 422, rule, field, json=body)
