"""What can have happened to who owns a lead."""

from typing import ClassVar

import msgspec

from domain.events import Event


class CandidateSeen(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody who might have got the lead: how he stood (turns had, or current weight), how many open leads he
    had, and why he was passed over, where he was. What the strategy does not go by is null."""

    principal: str
    standing: int | None = None
    open: int | None = None
    skipped_because: str | None = None


class LeadAssigned(Event, frozen=True, kw_only=True):
    """`rule` is null where a person chose; `strategy` is then null too, or `claim`."""

    TYPE: ClassVar[str] = "lead.assigned"
    owner: str
    previous: str | None = None
    rule: str | None = None
    territory: str | None = None
    rules_version: int | None = None
    pool_rules_version: int | None = None
    strategy: str | None = None
    candidates: tuple[CandidateSeen, ...] = ()
    because: str


class LeadPooled(Event, frozen=True, kw_only=True):
    """The rules found no owner for a new lead: anybody who may can claim it. `rule` is null where none applied."""

    TYPE: ClassVar[str] = "lead.pooled"
    rule: str | None = None
    rules_version: int | None = None
    candidates: tuple[CandidateSeen, ...] = ()
    because: str


class LeadReleased(Event, frozen=True, kw_only=True):
    """The lead went back into the pool."""

    TYPE: ClassVar[str] = "lead.released"
    previous: str
    pool_rules_version: int | None = None
    because: str


ASSIGNMENT_EVENTS: tuple[type[Event], ...] = (LeadAssigned, LeadPooled, LeadReleased)
