"""Interactions: touchpoints with a customer, over any channel, in either direction. Each is one fact."""

import re
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from domain.aggregates import Aggregate
from domain.events import Event, PersonalText
from domain.facts import Fact
from domain.refusals import Conflict, Invalid, NotFound

Direction = Literal["inbound", "outbound"]

CHANNEL = r"[a-z][a-z0-9_.-]{0,39}"


class InteractionNotFound(NotFound):
    """An interaction is recorded before it is asked for."""


class InteractionExists(Conflict):
    """An interaction is recorded once."""


class NotAChannel(Invalid):
    """A channel is a short name in lower case: email, phone, chat, meeting, web, sms, …"""


class InteractionRecorded(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "interaction.recorded"
    channel: str
    direction: Direction
    subject: PersonalText | None = None
    campaign: str | None = None
    outcome: str | None = None
    lead_id: UUID | None = None
    deal_id: UUID | None = None


EVENTS: tuple[type[Event], ...] = (InteractionRecorded,)


class Interaction(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    customer_id: UUID
    channel: str
    direction: Direction


def record(
    *,
    channel: str,
    direction: Direction,
    subject: str | None = None,
    campaign: str | None = None,
    outcome: str | None = None,
    lead_id: UUID | None = None,
    deal_id: UUID | None = None,
) -> InteractionRecorded:
    if not re.fullmatch(CHANNEL, channel):
        raise NotAChannel(f"{channel!r} is no channel name", field="channel")
    return InteractionRecorded(
        channel=channel,
        direction=direction,
        subject=subject,
        campaign=campaign,
        outcome=outcome,
        lead_id=lead_id,
        deal_id=deal_id,
    )


def evolve(_: Interaction | None, fact: Fact) -> Interaction:
    event = fact.event
    assert isinstance(event, InteractionRecorded), "an interaction is one fact"
    return Interaction(
        id=fact.stream_id, customer_id=fact.customer_id, channel=event.channel, direction=event.direction
    )


INTERACTION: Aggregate[Interaction] = Aggregate("interaction", evolve, InteractionNotFound, InteractionExists)
