"""The leads of a span of time, out of the log: for rules that are tried on them, and for what became of them."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from api.http.audit_filter import EmptySpan
from api.ports import Services
from domain.assignment import ASSIGNMENT_RULES, AssignmentRules
from domain.assignment.past import Streams, organisations_of, story_of
from domain.assignment.trial import PastEnd, PastLead
from domain.audit import AuditFilter
from domain.facts import Fact
from domain.leads import LeadAssigned, LeadCaptured
from domain.refusals import Invalid

MOST_LEADS = 10_000
MOST_ASSIGNMENTS = 100_000
USUAL = timedelta(days=30)
_PAGE = 5_000
_AT_ONCE = 500
_ENDLESS = 2**62


class TooManyLeads(Invalid):
    """Rules are tried on 10,000 leads at the most, and 100,000 assignments are looked at for fairness."""


class Span(msgspec.Struct, frozen=True):
    """From its first moment up to its last, which is not part of it, by when things were recorded."""

    begins: datetime
    ends: datetime


def span_of(services: Services, begins: datetime | None, ends: datetime | None) -> Span:
    """The span that is asked for; where it does not say, up to now, and of thirty days.

    Raises:
        EmptySpan: it does not end after it begins.
    """
    last = ends or services.clock()
    first = begins or last - USUAL
    if last <= first:
        raise EmptySpan(f"{last.isoformat()} is not after {first.isoformat()}", field="from" if begins else "to")
    return Span(first, last)


def past_story(services: Services, span: Span) -> list[PastLead | PastEnd]:
    """The leads that were captured in the span, and their ends in it, as the log has them. Blocks.

    Raises:
        TooManyLeads: more than 10,000.
    """
    captured: list[Fact] = []
    for fact in _facts(services, LeadCaptured.TYPE, span):
        if len(captured) == MOST_LEADS:
            raise TooManyLeads(f"more than {MOST_LEADS} leads were captured in that time", field="from")
        captured.append(fact)
    leads = _streams(services, [fact.stream_id for fact in captured])
    within = {each: [fact for fact in stream if _by(fact) < span.ends] for each, stream in leads.items()}
    customers = _streams(services, {fact.customer_id for fact in captured})
    return story_of(within, {**_streams(services, organisations_of(customers)), **customers})


def assignments(services: Services, span: Span) -> Iterator[LeadAssigned]:
    """All that told of an owner in the span. Blocks.

    Raises:
        TooManyLeads: more than 100,000.
    """
    for number, fact in enumerate(_facts(services, LeadAssigned.TYPE, span)):
        if number == MOST_ASSIGNMENTS:
            raise TooManyLeads(f"leads were assigned more than {MOST_ASSIGNMENTS} times", field="from")
        if isinstance(fact.event, LeadAssigned):
            yield fact.event


def rules_by_version(services: Services) -> dict[int, AssignmentRules]:
    """The assignment rules of each version that there was. Blocks."""
    rules, found = ASSIGNMENT_RULES.shipped, {}
    for fact in services.log.of_stream(ASSIGNMENT_RULES.id):
        rules = ASSIGNMENT_RULES.aggregate.evolve(rules, fact)
        found[fact.version] = rules
    return found


def _facts(services: Services, kind: str, span: Span) -> Iterator[Fact]:
    wanted = AuditFilter(type=kind, recorded_from=span.begins, recorded_until=span.ends)
    reached: int | None = 0
    while reached is not None:
        page = services.log.trail.after(reached, wanted, upto=_ENDLESS, limit=_PAGE)
        yield from page.facts
        reached = page.reached


def _streams(services: Services, stream_ids: Collection[UUID]) -> Streams:
    """All facts of these streams, oldest first."""
    found: dict[UUID, list[Fact]] = {each: [] for each in stream_ids}
    listed = list(found)
    for place in range(0, len(listed), _AT_ONCE):
        before = _ENDLESS
        while True:
            facts = services.log.stories.page([], listed[place : place + _AT_ONCE], before=before, limit=_PAGE)
            for fact in facts:
                found[fact.stream_id].append(fact)
            if len(facts) < _PAGE:
                break
            before = facts[-1].position
    return {each: stream[::-1] for each, stream in found.items()}


def _by(fact: Fact) -> datetime:
    return fact.recorded_at or fact.occurred_at
