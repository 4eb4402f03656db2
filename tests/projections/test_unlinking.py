"""Any story of people who are linked and separated, in any order: once all are apart, each one's view is, to the
byte, what it would have been without that."""

from collections.abc import Sequence
from datetime import datetime
from itertools import permutations
from uuid import UUID

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from api.http.answer_360 import answer_360
from api.http.group_360 import Whole360
from api.http.ready import in_json
from api.http.scored import KnownByModels
from api.outlook import Outlook
from domain.customers import (
    CustomerConsentGiven,
    CustomerConsentWithdrawn,
    CustomerIdentifierAdded,
    CustomerLinked,
    CustomerProfileChanged,
    CustomerSurvivorChosen,
    CustomerUnlinked,
    register,
)
from domain.deals import Opening, open_deal
from domain.events import Event
from domain.facts import Fact
from domain.horizon import PRESENT
from domain.identity import IdentityRules
from domain.interactions import record
from domain.leads import LeadCaptured
from domain.orders import place
from domain.pipelines import PIPELINES
from domain.tasks import TaskCompleted, TaskPlanned
from projections.customer_360.draft import OF_THE_GROUP
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.group import combine, group_in
from projections.customer_360.state import Customer360
from projections.engine.folding import states_of
from tests.support.facts import DAY, NOON, euros, fact
from tests.support.log import number

PEOPLE = [number(1, place) for place in range(4)]
PAIRS = [(one, other) for one in PEOPLE for other in PEOPLE if one < other]
_DAYS = st.integers(0, 30)

OWN: list[Event] = [
    CustomerProfileChanged(name="Ada N.", email="ada@b.se"),
    CustomerProfileChanged(email=None, attributes={"tier": "gold"}),
    CustomerIdentifierAdded(kind="cookie", value="c-1"),
    CustomerConsentGiven(
        purpose="newsletter", channel="email", basis="consent", wording="1", captured_by="web form"
    ),
    CustomerConsentWithdrawn(purpose="newsletter", channel="email"),
]
RECORDS: list[Event] = [
    record(channel="email", direction="inbound", campaign="spring"),
    record(channel="phone", direction="outbound"),
    place(total=euros(20)),
    LeadCaptured(channel="web"),
    open_deal(Opening(name="Seats", amount=euros(9)), PIPELINES.shipped),
    TaskPlanned(title="Call", type="call"),
]

Told = tuple[str, int, int, int]
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("own"), st.integers(0, 3), st.integers(0, len(OWN) - 1), _DAYS),
        st.tuples(st.just("record"), st.integers(0, 3), st.integers(0, len(RECORDS) - 1), _DAYS),
        st.tuples(st.just("link"), st.integers(0, len(PAIRS) - 1), st.just(0), _DAYS),
        st.tuples(st.just("choose"), st.integers(0, 3), st.just(0), _DAYS),
        st.tuples(st.just("done"), st.integers(0, 3), st.integers(0, 40), _DAYS),
    ),
    max_size=40,
)


class Story:
    """Facts in the order in which they are told; when they happened is another matter."""

    def __init__(self, steps: Sequence[Told]) -> None:
        self.facts: list[Fact] = []
        self._linked: set[tuple[UUID, UUID]] = set()
        for person in PEOPLE:
            self._tell(register(kind="person", name="Ada"), person, person, NOON)
        for place_in_row, (what, one, other, day) in enumerate(steps):
            self._step(what, one, other, NOON + day * DAY, number(3, place_in_row))
        self.linked = list(self.facts)
        for pair in sorted(self._linked):
            self._both(CustomerUnlinked, pair, NOON + 31 * DAY)

    def _step(self, what: str, one: int, other: int, at: datetime, record_id: UUID) -> None:
        match what:
            case "own":
                self._tell(OWN[other], PEOPLE[one], PEOPLE[one], at)
            case "record":
                self._tell(RECORDS[other], record_id, PEOPLE[one], at)
            case "link":
                pair = PAIRS[one]
                self._both(CustomerUnlinked if pair in self._linked else CustomerLinked, pair, at)
                self._linked ^= {pair}
            case "choose" if any(PEOPLE[one] in pair for pair in self._linked):
                self._tell(CustomerSurvivorChosen(field="name"), PEOPLE[one], PEOPLE[one], at)
            case "done":
                self._tell(TaskCompleted(), number(3, other), PEOPLE[one], at)

    def _both(self, event: type, pair: tuple[UUID, UUID], at: datetime) -> None:
        for one, other in (pair, pair[::-1]):
            self._tell(event(other=other), one, one, at)

    def _tell(self, event: Event, stream: UUID, person: UUID, at: datetime) -> None:
        one_more = fact(event, stream_id=stream, customer_id=person, at=at)
        self.facts.append(msgspec.structs.replace(one_more, position=len(self.facts) + 1))


def views(facts: Sequence[Fact]) -> dict[UUID, Customer360]:
    return states_of(CUSTOMER_360, facts)


def told(found: dict[UUID, Customer360]) -> dict[UUID, tuple[object, bytes, bytes]]:
    """The row of each, its state, and the answer: all to the byte."""
    return {key: (CUSTOMER_360.row(view), msgspec.json.encode(view), answer(view)) for key, view in found.items()}


def answer(view: Customer360) -> bytes:
    whole = Whole360(combine([view], IdentityRules()), [])
    moment = NOON + 99 * DAY
    return in_json(answer_360(whole, Outlook(PRESENT, moment), KnownByModels((), {}, moment)))


@given(steps=_STEPS)
@settings(max_examples=200)
def test_after_unlinking_each_is_to_the_byte_as_if_it_had_never_been_linked(steps: list[Told]) -> None:
    story = Story(steps)

    apart = views(story.facts)

    assert told(apart) == told(views([f for f in story.facts if type(f.event) not in OF_THE_GROUP]))
    for person in PEOPLE:
        assert group_in(person, apart) == {person: apart[person]}
        assert combine([apart[person]], IdentityRules()).view == apart[person]


@given(steps=_STEPS)
@settings(max_examples=100)
def test_a_group_s_view_is_the_same_whoever_is_asked_for_and_adds_up(steps: list[Told]) -> None:
    known = views(Story(steps).linked)
    for person in PEOPLE:
        group = group_in(person, known)
        together = combine(group.values(), IdentityRules())

        assert {repr(combine(list(each), IdentityRules())) for each in permutations(group.values())} == {
            repr(together)
        }
        assert together.view.events == sum(view.events for view in group.values())
        assert together.view.interactions.count == sum(view.interactions.count for view in group.values())
        assert len(together.view.tasks.open) == sum(len(view.tasks.open) for view in group.values())
        assert set().union(*(by.keys() for by in together.consents.values()), set()) <= set(group)
