"""Identifiers in bodies and answers."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field

from api.http.fields import Body, Label, Line
from api.http.stated import A_PHONE_NUMBER, AN_EMAIL_ADDRESS, NOT_BLANK, states
from domain.commands import NamedIdentifier
from domain.customers import Held
from domain.identifiers import Identifier, IdentifierKind
from domain.texts import WHITE

_NAMED = rf"(attributes|custom_fields)[.][^\x00]*[^\x00{WHITE}][^\x00]*"
A_FIELD = rf"^(name|email|phone|owner|attributes|custom_fields|{_NAMED})$"
"""A field of a profile; or all of those that have names of their own."""
Value = Annotated[Line, states(pattern=NOT_BLANK)]

_KINDS: list[dict[str, Any]] = [
    {"properties": {"kind": {"const": "email"}, "value": {"pattern": AN_EMAIL_ADDRESS, "maxLength": 254}}},
    {"properties": {"kind": {"const": "phone"}, "value": {"pattern": A_PHONE_NUMBER}}},
    {"properties": {"kind": {"const": "cookie"}}},
]
ONE_FORM: dict[str, Any] = {
    "anyOf": [
        *(
            {**each, "not": {"required": ["system"], "properties": {"system": {"type": "string"}}}}
            for each in _KINDS
        ),
        {"properties": {"kind": {"const": "external"}, "system": {"type": "string"}}, "required": ["system"]},
    ]
}
"""JSON Schema: what an identifier of each kind looks like, and that only an id in another system names one."""


class IdentifierBody(Body):
    """By what a customer is known. A phone number begins with a plus sign and its country, where the identity
    rules do not say which country is meant."""

    kind: IdentifierKind
    value: Value
    system: Label | None = Field(default=None, description="of an external id: hubspot, erp, …")

    model_config = {"json_schema_extra": ONE_FORM}

    @property
    def named(self) -> NamedIdentifier:
        return NamedIdentifier(self.kind, self.value, self.system)


class KnownIdentifier(BaseModel):
    kind: str
    value: str
    system: str | None

    @classmethod
    def of(cls, identifier: Identifier) -> Self:
        return cls(kind=identifier.kind, value=identifier.value, system=identifier.system)


class HeldIdentifier(KnownIdentifier):
    sources: list[str] = Field(description="who says so; `profile`, where the customer's profile does")
    verified: str | None = Field(description="how it was made sure; null where it was not")
    verified_at: datetime | None
    confidence: int | None = Field(description="how sure those are who told it, in percent")
    first_seen: datetime
    last_seen: datetime

    @classmethod
    def held(cls, held: Held) -> Self:
        known = held.identifier
        return cls(
            kind=known.kind,
            value=known.value,
            system=known.system,
            sources=list(held.sources),
            verified=held.verified,
            verified_at=held.verified_at,
            confidence=held.confidence,
            first_seen=held.first_seen,
            last_seen=held.last_seen,
        )
