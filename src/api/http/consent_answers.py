"""Consent as an answer shows it: of one customer, and of several who are one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, Field

from domain.customers import Consent, Consents, Given, purpose_and_channel, standing, strictest

_STANDING = "withdrawn, lapsed, unconfirmed, upcoming or given: only under the last the customer may be contacted"


class GivenAnswer(BaseModel):
    """What was agreed to, and the proof of it."""

    at: datetime
    basis: str
    wording: str
    captured_by: str
    form_id: str | None
    text_hash: str | None
    contact_point: str | None
    brand: str | None
    jurisdiction: str | None
    effective_from: datetime | None
    effective_to: datetime | None
    double_opt_in: bool

    @classmethod
    def of(cls, given: Given) -> Self:
        return cls.model_validate(given, from_attributes=True)


class SaidOfConsent(BaseModel):
    """The latest of each kind that was said."""

    standing: str = Field(description=_STANDING)
    given: GivenAnswer | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None


class ConsentAnswer(SaidOfConsent):
    purpose: str
    channel: str


class MemberConsent(SaidOfConsent):
    customer_id: UUID


class GroupConsent(BaseModel):
    """Of customers who are one, the strictest counts; what each of them said stands under `members`."""

    purpose: str
    channel: str
    standing: str = Field(description=_STANDING)
    members: list[MemberConsent]


def consents_of(consents: Consents, moment: datetime) -> list[ConsentAnswer]:
    """In order of purpose and channel, as they stand at a moment."""
    found = []
    for subject in sorted(consents):
        purpose, channel = purpose_and_channel(subject)
        found.append(ConsentAnswer(purpose=purpose, channel=channel, **_said(consents[subject], moment)))
    return found


def consents_of_group(consents: Mapping[str, Mapping[UUID, Consent]], moment: datetime) -> list[GroupConsent]:
    """In order of purpose and channel, as they stand at a moment."""
    found = []
    for subject, each in consents.items():
        purpose, channel = purpose_and_channel(subject)
        members = [MemberConsent(customer_id=id_, **_said(consent, moment)) for id_, consent in each.items()]
        found.append(
            GroupConsent(
                purpose=purpose, channel=channel, standing=strictest(each.values(), moment), members=members
            )
        )
    return found


def _said(consent: Consent, moment: datetime) -> dict[str, Any]:
    return {
        "standing": standing(consent, moment),
        "given": None if consent.given is None else GivenAnswer.of(consent.given),
        "confirmed_at": consent.confirmed_at,
        "withdrawn_at": consent.withdrawn_at,
    }
