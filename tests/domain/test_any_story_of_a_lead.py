from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.catalogue import decode, encode
from domain.customers import Customer, CustomerRegistered
from domain.events import Event
from domain.leads import (
    LEAD,
    LEAD_QUALIFICATION,
    LEAD_STATUSES,
    Lead,
    LeadConverted,
    LeadDisqualified,
    LeadQualified,
    LeadRecycled,
    LeadStatus,
    LeadStatusChanged,
    LeadStatuses,
    QualificationMinimum,
    assess,
    capture,
    change,
    convert,
    define_minimum,
    define_statuses,
    disqualify,
    move,
    qualify,
    recycle,
)
from domain.leads.events import LeadCaptured
from domain.leads.statuses import SHIPPED, StatusType
from domain.refusals import Refusal
from tests.support.facts import ADA, DAY, LEAD_ID, MINUTE, NOON, fact

TYPES: dict[str, StatusType] = {status.id: status.type for status in SHIPPED.statuses} | {
    "fresh": "open",
    "called": "working",
    "proven": "qualified",
    "closed": "disqualified",
    "asleep": "nurturing",
}
IDS = sorted(TYPES)
STATUSES = st.sampled_from([*IDS, "beyond"])
IN_USE = st.fixed_dictionaries({"open": st.booleans(), "qualified": st.booleans(), "disqualified": st.booleans()})
EDGES = st.dictionaries(st.sampled_from(IDS), st.sets(st.sampled_from(IDS), max_size=5), max_size=8)
PERSON = Customer(id=ADA, kind="person", name="Ada")
ENTERED = LeadStatusChanged | LeadQualified | LeadDisqualified | LeadRecycled | LeadConverted


def statuses(drawn: dict[str, bool]) -> list[LeadStatus]:
    """Those that were shipped and others of the same types; of the types of which one is in use, either."""
    ours = {"fresh", "proven", "closed"}
    return [
        LeadStatus(id=name, name=name, type=kind, retired=kind in drawn and drawn[kind] != (name in ours))
        for name, kind in TYPES.items()
    ]


class LeadMachine(RuleBasedStateMachine):
    """Any commands, in any order, under any statuses and minimum, which change meanwhile: some are refused, and
    none leads where a lead cannot be, or by a way that it cannot go."""

    lead: Lead
    under: LeadStatuses
    minimum: QualificationMinimum
    told: list[Event]

    @initialize()
    def captured(self) -> None:
        self.under, self.minimum, self.told = SHIPPED, QualificationMinimum(), []
        person = CustomerRegistered(kind="person", name="Ada", email="ada@example.com")
        *_, begun = capture(LEAD_ID, ADA, LeadCaptured(channel="web"), person=person, under=self.under)
        [event] = begun.events
        self.lead = LEAD.evolve(None, self._next(event))

    @rule(drawn=IN_USE, edges=EDGES, anew=st.booleans())
    def defined(self, drawn: dict[str, bool], edges: dict[str, set[str]], anew: bool) -> None:
        told = statuses(drawn)
        table = edges if anew else _sensible(edges, {status.id for status in told if not status.retired})
        try:
            event = define_statuses(
                self.under, statuses=told, transitions={name: sorted(after) for name, after in table.items()}
            )
        except Refusal:
            return
        version = self.under.version + 1
        self.under = LEAD_STATUSES.of(
            LEAD_STATUSES.aggregate.evolve(self.under, fact(event, stream_id=LEAD_STATUSES.id, version=version))
        )

    @rule(minimum=st.integers(0, 5), required=st.sets(st.sampled_from(["need", "authority"])))
    def asked_for(self, minimum: int, required: set[str]) -> None:
        event = define_minimum(framework="bant", minimum=minimum, required=sorted(required))
        told = fact(event, stream_id=LEAD_QUALIFICATION.id, version=self.minimum.version + 1)
        self.minimum = LEAD_QUALIFICATION.of(LEAD_QUALIFICATION.aggregate.evolve(self.minimum, told))

    @rule(element=st.sampled_from(["need", "authority", "champion"]), confidence=st.integers(-1, 4))
    def assessed(self, element: str, confidence: int) -> None:
        self._tell(lambda lead: assess(lead, "bant", element, answer="yes", confidence=confidence))

    @rule(channel=st.sampled_from(["web", "event", " "]))
    def changed(self, channel: str) -> None:
        self._tell(lambda lead: change(lead, channel=channel))

    @rule(status=STATUSES)
    def moved(self, status: str) -> None:
        self._tell(lambda lead: move(lead, self.under, status=status))

    @rule()
    def qualified(self) -> None:
        self._tell(lambda lead: qualify(lead, self.under, self.minimum))

    @rule(because=st.sampled_from(["no budget", " "]))
    def disqualified(self, because: str) -> None:
        self._tell(lambda lead: disqualify(lead, self.under, because=because))

    @rule(days=st.integers(-1, 3))
    def recycled(self, days: int) -> None:
        self._tell(lambda lead: recycle(lead, self.under, recycle_at=NOON + days * DAY, now=NOON))

    @rule()
    def converted(self) -> None:
        self._tell(lambda lead: convert(lead, PERSON, under=self.under)[-1].events)

    @invariant()
    def is_where_a_lead_can_be(self) -> None:
        lead = self.lead
        assert lead.status_type == self.under.status(lead.status).type
        assert (lead.status_type == "converted") == (lead.converted_into is not None)
        assert (lead.status_type == "disqualified") == (lead.disqualified_because is not None)
        assert lead.recycle_at is None or lead.status_type == "nurturing"
        assert lead.recycle_at is None or lead.recycle_at > NOON

    @invariant()
    def has_a_way_to_its_end(self) -> None:
        """Whatever statuses are defined, none that a lead is in leaves it stranded."""
        if self.lead.status_type not in ("converted", "disqualified"):
            assert self.under.after(self.lead.status)

    @invariant()
    def is_what_its_events_say(self) -> None:
        again: Lead | None = None
        for place, event in enumerate(self.told):
            read = decode(event.TYPE, event.SCHEMA, encode(event))
            again = LEAD.evolve(again, self._fact(read, place))
        assert again == self.lead

    def _tell(self, decide: Callable[[Lead], Event | Sequence[Event]]) -> None:
        try:
            decided = decide(self.lead)
        except Refusal:
            return
        for event in (decided,) if isinstance(decided, Event) else decided:
            before, self.lead = self.lead, LEAD.evolve(self.lead, self._next(event))
            self._check_way(before, event)

    def _check_way(self, before: Lead, event: Event) -> None:
        """What a step may not do, whichever command it came of."""
        assert before.status_type != "converted"
        assert before.status_type != "disqualified" or isinstance(event, LeadRecycled)
        if not isinstance(event, ENTERED):
            assert self.lead.status == before.status
            return
        assert event.statuses_version == self.under.version
        if self.lead.status != before.status:
            assert self.lead.status in self.under.after(before.status)
            assert not self.under.status(self.lead.status).retired
        else:
            assert isinstance(event, LeadRecycled)
            assert before.status_type == "nurturing"
        if isinstance(event, LeadStatusChanged):
            assert self.lead.status_type in ("open", "working", "nurturing")
        if isinstance(event, LeadQualified):
            self.minimum.check(before.id, before.elements)
        if isinstance(event, LeadConverted):
            assert before.status_type == "qualified"

    def _next(self, event: Event) -> Any:
        self.told.append(event)
        return self._fact(event, len(self.told) - 1)

    def _fact(self, event: Event, place: int) -> Any:
        return fact(event, stream_id=LEAD_ID, version=place + 1, at=NOON + place * MINUTE)


def _sensible(edges: dict[str, set[str]], used: set[str]) -> dict[str, set[str]]:
    """Of the transitions those that are possible; and some from each status on, so that all can be reached."""
    onward: dict[StatusType, set[StatusType]] = {
        "open": {"working", "nurturing", "disqualified"},
        "working": {"qualified"},
        "nurturing": {"working"},
        "qualified": {"converted"},
        "disqualified": set(),
        "converted": set(),
    }
    table: dict[str, set[str]] = {}
    for name, kind in TYPES.items():
        possible = {
            "converted": set[str](),
            "disqualified": {each for each in used if TYPES[each] == "nurturing"},
            "qualified": used,
        }.get(kind, {each for each in used if TYPES[each] != "converted"})
        wanted = {each for each in used if TYPES[each] in onward[kind]} | edges.get(name, set())
        table[name] = (wanted & possible) - {name}
    return table


TestAnyStoryOfALead = LeadMachine.TestCase
TestAnyStoryOfALead.settings = settings(max_examples=60, stateful_step_count=30)
