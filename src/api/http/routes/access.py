"""Access: API keys, roles, members; and what a caller may do himself."""

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Path, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.http.access_answers import (
    KeyAnswer,
    KeysAnswer,
    MeAnswer,
    MembersAnswer,
    NewKeyAnswer,
    RoleAnswer,
    RolesAnswer,
)
from api.http.asking import Asking, Prepared
from api.http.examples import API_KEY_NAME
from api.http.fields import WHOLE, Label, Moment, Name, PermissionName, ReasonedBody, ReceiptAnswer, Scope
from api.http.freshness import tell_position
from api.http.outlook import OutlookDep
from api.http.paths import NAME
from api.http.records import access_at
from api.http.route import KNOWN, make_router, permits
from api.http.stated import LEVELS, states
from api.http.written_back import AS_READ, ReadFlag, ReadName, check_as_read
from api.outlook import Outlook
from domain import access
from domain.access import BUILT_IN, PERMISSIONS, Access, Level
from domain.access.keys import ApiKey, compose, draw
from domain.access.permissions import EVERYTHING
from domain.access.refusals import RoleNotFound
from domain.events import Event
from domain.ledger import Circumstances, LogUnavailable

router = make_router("/v1/access", "access")

_LONGEST_DAYS = 36_500
_LONGEST_HOURS = 8_760


class IssueKey(ReasonedBody):
    """`principal` is a member: the key may do what its roles grant, within the scopes."""

    principal: Name
    scopes: list[Scope] = Field(
        default=list(EVERYTHING),
        min_length=1,
        max_length=100,
        description="what it is limited to: `deal:read`, `deal:*`, `*:read`; `*` for all that the roles grant",
    )
    expires_at: Moment | None = Field(default=None, description="without it, the key never expires")

    model_config = {
        "json_schema_extra": {
            "examples": [
                {"principal": "webshop", "scopes": ["order:create"], "expires_at": "2036-01-01T00:00:00Z"}
            ]
        }
    }


class RotateKey(ReasonedBody):
    overlap_hours: Annotated[int, Field(ge=0, le=_LONGEST_HOURS), WHOLE] = Field(
        default=24, description="how long the old key still works"
    )
    expires_in_days: Annotated[int, Field(ge=1, le=_LONGEST_DAYS), WHOLE] | None = Field(
        default=None, description="without it, the new key lasts as long as the old one did"
    )

    model_config = {"json_schema_extra": {"examples": [{"overlap_hours": 48, "reason": "yearly rotation"}]}}


class RevokeKey(ReasonedBody):
    model_config = {"json_schema_extra": {"examples": [{"reason": "found in a public repository"}]}}


class DefineRole(ReasonedBody):
    """In place of an earlier definition. A permission that is not named reaches nowhere."""

    name: ReadName = None
    built_in: ReadFlag = None
    grants: Annotated[dict[PermissionName, Level], states(**LEVELS)] = Field(
        max_length=len(PERMISSIONS), description="how far each permission reaches: none, own, team or all"
    )

    model_config = {
        "json_schema_extra": {"examples": [{"grants": {"customer:read": "all", "interaction:create": "own"}}]}
    }


class SetMember(ReasonedBody):
    """In place of the roles and the team that the principal had."""

    principal: Annotated[Name | None, AS_READ] = None
    roles: list[Label] = Field(max_length=100)
    team: Label | None = Field(default=None, description="whose records it shares")

    model_config = {"json_schema_extra": {"examples": [{"roles": ["intake"], "team": "north"}]}}


class RemoveAccess(ReasonedBody):
    model_config = {"json_schema_extra": {"examples": [{"reason": "left the company"}]}}


def _in_path(example: str, what: str) -> Any:
    return Path(description=what, examples=[example], json_schema_extra={"example": example})


KeyId = Annotated[Label, _in_path(API_KEY_NAME, "the second part of the key")]
OwnRole = Annotated[Label, _in_path("support", "a role beside the built-in ones")]
AnyRole = Annotated[Label, _in_path("sales", "a role")]
Principal = Annotated[Name, _in_path("webshop", "a person, or a program")]


@router.get("/me", summary="Who you are, and what you may do")
@permits(KNOWN)
async def get_me(asked: Asking) -> MeAnswer:
    return MeAnswer.of(asked.caller)


@router.get("/keys", summary="All API keys that were ever issued, without their secrets")
@permits("access:read")
def list_keys(asked: Asking, response: Response, outlook: OutlookDep) -> KeysAnswer:
    known = _known(asked, response, outlook)
    return KeysAnswer(items=[KeyAnswer.of(key, outlook.moment) for key in known.keys.values()])


@router.post("/keys", status_code=201, response_model=NewKeyAnswer, summary="Issue an API key, shown this once")
@permits("access:create")
async def issue_key(body: IssueKey, asked: Asking) -> Response:
    """The answer holds the key in full, and nothing else ever does. Sent again under its Idempotency-Key, the
    request is answered without it: if the first answer was lost, revoke the key and issue another.
    """
    key, by = draw(secrets.choice), asked.by(body)

    def decide(known: Access) -> Sequence[Event]:
        return access.issue_key(
            known, key=key, principal=body.principal, now=by.now, scopes=body.scopes, expires_at=body.expires_at
        )

    return await _changed(asked, decide, by, new=key, status=201)


@router.post(
    "/keys/{key_id}/rotate",
    status_code=201,
    response_model=NewKeyAnswer,
    summary="Put a new API key in an old one's place, shown this once",
)
@permits("access:change")
async def rotate_key(key_id: KeyId, body: RotateKey, asked: Asking) -> Response:
    """Both work for a while. The answer is as that to an issued key."""
    new, by = draw(secrets.choice), asked.by(body)
    overlap = timedelta(hours=body.overlap_hours)
    lifetime = None if body.expires_in_days is None else timedelta(days=body.expires_in_days)

    def decide(known: Access) -> Event:
        return access.rotate_key(known, key_id=key_id, new=new, overlap=overlap, now=by.now, lifetime=lifetime)

    return await _changed(asked, decide, by, new=new, status=201)


@router.post("/keys/{key_id}/revoke", response_model=ReceiptAnswer, summary="End an API key at once")
@permits("access:change")
async def revoke_key(key_id: KeyId, body: RevokeKey, asked: Asking) -> Response:
    return await _changed(asked, lambda known: access.revoke_key(known, key_id=key_id), asked.by(body))


@router.get("/roles", summary="All roles, and how far their permissions reach")
@permits("access:read")
def list_roles(asked: Asking, response: Response, outlook: OutlookDep) -> RolesAnswer:
    known = _known(asked, response, outlook)
    return RolesAnswer(items=[RoleAnswer.of(name, grants) for name, grants in {**BUILT_IN, **known.roles}.items()])


@router.get(f"/roles/{{name:{NAME}}}", summary="A role, and how far its permissions reach")
@permits("access:read")
def get_role(name: AnyRole, asked: Asking, response: Response, outlook: OutlookDep) -> RoleAnswer:
    grants = _known(asked, response, outlook).grants(name)
    if grants is None:
        raise RoleNotFound(f"there is no role {name!r}", field="name")
    return RoleAnswer.of(name, grants)


@router.put(f"/roles/{{name:{NAME}}}", response_model=ReceiptAnswer, summary="Define a role, or define it anew")
@permits("access:change")
async def define_role(name: OwnRole, body: DefineRole, asked: Asking) -> Response:
    check_as_read(body, {"name": name, "built_in": name in BUILT_IN})

    def decide(known: Access) -> Event:
        return access.define_role(known, name=name, grants=body.grants)

    return await _changed(asked, decide, asked.by(body))


@router.post(
    f"/roles/{{name:{NAME}}}/remove", response_model=ReceiptAnswer, summary="Remove a role that nobody has"
)
@permits("access:change")
async def remove_role(name: OwnRole, body: RemoveAccess, asked: Asking) -> Response:
    return await _changed(asked, lambda known: access.remove_role(known, name=name), asked.by(body))


@router.get("/members", summary="All members, with their roles and teams")
@permits("access:read")
def list_members(asked: Asking, response: Response, outlook: OutlookDep) -> MembersAnswer:
    return MembersAnswer.of(_known(asked, response, outlook))


@router.put(
    f"/members/{{principal:{NAME}}}", response_model=ReceiptAnswer, summary="Give a principal roles and a team"
)
@permits("access:change")
async def set_member(principal: Principal, body: SetMember, asked: Asking) -> Response:
    check_as_read(body, {"principal": principal})

    def decide(known: Access) -> Event:
        return access.set_member(known, principal=principal, roles=body.roles, team=body.team)

    return await _changed(asked, decide, asked.by(body))


@router.post(
    f"/members/{{principal:{NAME}}}/remove",
    response_model=ReceiptAnswer,
    summary="Take all roles from a principal, and end its API keys",
)
@permits("access:change")
async def remove_member(principal: Principal, body: RemoveAccess, asked: Asking) -> Response:
    by = asked.by(body)

    def decide(known: Access) -> Sequence[Event]:
        return access.remove_member(known, principal=principal, now=by.now)

    return await _changed(asked, decide, by)


def _known(asked: Asking, response: Response, outlook: Outlook) -> Access:
    """Who may do what, as it is or was; the version that is the present one is the ETag of all of it."""
    known, version = access_at(asked.services, outlook)
    if outlook.past:
        tell_position(asked.services, response)
    else:
        response.headers["ETag"] = f'"{version}"'
    return known


async def _changed(
    asked: Asking,
    decide: Callable[[Access], Event | Sequence[Event]],
    by: Circumstances,
    *,
    new: ApiKey | None = None,
    status: int = 200,
) -> Response:
    """Change who may do what, and heed it from the next request on."""
    command = access.change_access_as(asked.caller, decide, by)
    prepared = Prepared(command)
    if new is not None:
        prepared = Prepared(command, {"key_id": new.id}, once_only={"key": compose(new.id, new.secret)})
    answer = await asked.done(prepared, status=status)
    with suppress(LogUnavailable):  # it was recorded; that it counts is then found out in half a second
        await run_in_threadpool(asked.app.state.identity.refresh)
    return answer
