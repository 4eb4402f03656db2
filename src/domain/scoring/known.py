"""What a model knows of a customer: the attributes that it asks for, and the events that it counts."""

from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.assignment.conditions import Subject
from domain.assignment.rules import Value
from domain.facts import Fact
from domain.leads import LeadCaptured
from domain.scoring.attributes import Told, told_of_customer, told_of_lead
from domain.scoring.counting import Counted, Micros, micros
from domain.scoring.looked_at import Values

Attributes = dict[str, Value]


class LatestLead(msgspec.Struct, frozen=True):
    """The lead of the customer's that was captured last (of several at the same moment, the one that was recorded
    last, at `position`), with what its own events tell."""

    id: UUID
    captured_at: Micros
    attributes: Attributes = {}
    position: int = 0


class Known(msgspec.Struct, frozen=True):
    """`counted` has one place for each event that the model counts, in its order. `newest` is when the newest of
    the events happened that the model looks at."""

    newest: Micros
    counted: tuple[Counted, ...]
    attributes: Attributes = {}
    lead: LatestLead | None = None
    values: Values = {}

    @property
    def subject(self) -> Subject:
        """Of an attribute that both have, the lead's counts."""
        return {**self.attributes, **self.lead.attributes} if self.lead else self.attributes


def with_attributes(known: Known, fact: Fact, asked: frozenset[str]) -> Known:
    """With what a fact tells of the attributes that are asked for; what was told last counts."""
    told = told_of_customer(fact.event)
    if told is not None:
        attributes = _after(known.attributes, told, asked)
        return known if attributes is known.attributes else replace(known, attributes=attributes)
    told = told_of_lead(fact.event)
    if told is None:
        return known
    lead = _latest(known.lead, fact)
    if lead is None or lead.id != fact.stream_id:
        return known
    return replace(known, lead=replace(lead, attributes=_after(lead.attributes, told, asked)))


def _latest(lead: LatestLead | None, fact: Fact) -> LatestLead | None:
    if not isinstance(fact.event, LeadCaptured):
        return lead
    captured_at = micros(fact.occurred_at)
    if lead is not None and captured_at < lead.captured_at:
        return lead
    return LatestLead(fact.stream_id, captured_at, position=fact.position)


def _after(attributes: Attributes, told: Told, asked: frozenset[str]) -> Attributes:
    changed = {name: value for name, value in told.items() if name in asked}
    if not changed:
        return attributes
    return {name: value for name, value in {**attributes, **changed}.items() if value is not None}
