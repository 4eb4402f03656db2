"""Who may do what, as an answer."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.http.fields import ReceiptAnswer
from domain.access import BUILT_IN, Access, Caller, Key, Level
from domain.access.roles import Grants

Grant = dict[str, Level]


class MeAnswer(BaseModel):
    """`team` holds those whose records the level `team` reaches, the caller among them."""

    principal: str
    key_id: str | None = Field(description="the API key that was sent; null for a token")
    team: list[str]
    grants: Grant = Field(description="how far each permission reaches; one that is not there, nowhere")

    @classmethod
    def of(cls, caller: Caller) -> "MeAnswer":
        return cls(
            principal=caller.principal, key_id=caller.key_id, team=sorted(caller.team), grants=_told(caller.grants)
        )


class NewKeyAnswer(ReceiptAnswer):
    key_id: str
    key: str | None = Field(
        default=None, description="the API key as it is sent; only in the first answer, and kept nowhere"
    )


class KeyAnswer(BaseModel):
    """`ends_at` is when it stops working by itself: it expires, or the overlap with its successor ends."""

    key_id: str
    principal: str
    scopes: tuple[str, ...]
    state: Literal["works", "ended", "revoked"]
    issued_at: datetime
    expires_at: datetime | None
    ends_at: datetime | None
    revoked_at: datetime | None
    successor: str | None = Field(description="the key that was put in its place")

    @classmethod
    def of(cls, key: Key, now: datetime) -> "KeyAnswer":
        state: Literal["works", "ended", "revoked"] = "works" if key.works(now) else "ended"
        return cls(
            key_id=key.id,
            principal=key.principal,
            scopes=key.scopes,
            state=state if key.revoked_at is None else "revoked",
            issued_at=key.issued_at,
            expires_at=key.expires_at,
            ends_at=key.ends_at,
            revoked_at=key.revoked_at,
            successor=key.successor,
        )


class KeysAnswer(BaseModel):
    items: list[KeyAnswer]


class RoleAnswer(BaseModel):
    name: str
    built_in: bool
    grants: Grant = Field(description="how far each permission reaches; one that is not there, nowhere")

    @classmethod
    def of(cls, name: str, grants: Grants) -> "RoleAnswer":
        return cls(name=name, built_in=name in BUILT_IN, grants=_told(grants))


class RolesAnswer(BaseModel):
    items: list[RoleAnswer]


class AccessMemberAnswer(BaseModel):
    principal: str
    roles: tuple[str, ...]
    team: str | None


class MembersAnswer(BaseModel):
    items: list[AccessMemberAnswer]

    @classmethod
    def of(cls, known: Access) -> "MembersAnswer":
        return cls(
            items=[
                AccessMemberAnswer(principal=principal, roles=member.roles, team=member.team)
                for principal, member in sorted(known.members.items())
            ]
        )


def _told(grants: Grants) -> Grant:
    return {permission: level for permission, level in grants.items() if level is not Level.NONE}
