"""Any links and separations, in any order: groups are what the links say, and nothing is ever rewritten."""

from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.aggregates import Change
from domain.customers import (
    CUSTOMER,
    Customer,
    CustomerRegistered,
    canonical_id,
    gathered,
    group_of,
    link,
    survived,
    unlink,
    unread,
)
from domain.customers.identity_refusals import AlreadyLinked, CannotLinkToItself, GroupTooLarge, NotLinked
from domain.identity import IdentityRules
from tests.support.facts import NOON, fact

LIMIT = 4
RULES = IdentityRules(largest_group=LIMIT, survivorship={"name": "longest"})
PEOPLE = [UUID(int=number) for number in range(1, 9)]
ANYBODY = st.sampled_from(PEOPLE)


class Separate:
    """Who belongs together, by union and find over the links that there are: an answer of its own."""

    def __init__(self, links: set[frozenset[UUID]]) -> None:
        self._above = {each: each for each in PEOPLE}
        for pair in links:
            one, other = pair
            self._above[self.first(one)] = self.first(other)

    def first(self, person: UUID) -> UUID:
        while self._above[person] != person:
            person = self._above[person]
        return person

    def with_(self, person: UUID) -> set[UUID]:
        return {each for each in PEOPLE if self.first(each) == self.first(person)}


class GroupMachine(RuleBasedStateMachine):
    customers: dict[UUID, Customer]
    links: set[frozenset[UUID]]
    alone: dict[UUID, Customer]

    @initialize(names=st.lists(st.sampled_from(["A", "Ada", "Ada N."]), min_size=8, max_size=8))
    def registered(self, names: list[str]) -> None:
        self.customers, self.links = {}, set()
        for person, name in zip(PEOPLE, names, strict=True):
            self._tell([Change.begin(CUSTOMER, person, person, CustomerRegistered(kind="person", name=name))])
        self.alone = dict(self.customers)

    @rule(one=ANYBODY, other=ANYBODY)
    def linked(self, one: UUID, other: UUID) -> None:
        together = Separate(self.links)
        group = together.with_(one) | together.with_(other)
        try:
            decided = link(
                self.customers[one], self.customers[other], self._further(one, other), RULES, reason="x"
            )
        except CannotLinkToItself:
            assert one == other
        except AlreadyLinked:
            assert other in together.with_(one)
        except GroupTooLarge:
            assert len(group) > LIMIT
        else:
            assert one != other
            assert len(group) <= LIMIT
            self._tell(decided)
            self.links.add(frozenset((one, other)))

    @rule(one=ANYBODY, other=ANYBODY)
    def unlinked(self, one: UUID, other: UUID) -> None:
        try:
            decided = unlink(self.customers[one], self.customers[other])
        except NotLinked:
            assert frozenset((one, other)) not in self.links
        else:
            self._tell(decided)
            self.links.remove(frozenset((one, other)))

    @invariant()
    def groups_are_what_the_links_say(self) -> None:
        together = Separate(self.links)
        for person in PEOPLE:
            expected = together.with_(person)
            assert set(group_of(person, self.customers)) == expected
            assert set(gathered(self.customers[person], self.customers.get)) == expected
            assert len(expected) <= LIMIT

    @invariant()
    def every_member_shows_the_same(self) -> None:
        for person in PEOPLE:
            members = list(group_of(person, self.customers).values())
            shown, _ = survived(members, RULES)
            assert shown == survived(members[::-1], RULES)[0]
            assert shown.id == canonical_id(members) == min(member.id for member in members)
            assert shown.name == max((member.name or "" for member in members), key=len)

    def teardown(self) -> None:
        """Once all is undone, everybody is who they were."""
        for one, other in [tuple(pair) for pair in getattr(self, "links", ())]:
            self._tell(unlink(self.customers[one], self.customers[other]))
        assert getattr(self, "customers", {}) == getattr(self, "alone", {})

    def _further(self, one: UUID, other: UUID) -> list[Customer]:
        """As a command follows the links: until nothing more is to be read."""
        read = [self.customers[one], self.customers[other]]
        while following := unread(read, most=LIMIT):
            read += [self.customers[each] for each in following]
        return read[2:]

    def _tell(self, changes: list[Change]) -> None:
        for change in changes:
            for event in change.events:
                happened = fact(event, stream_id=change.stream_id, customer_id=change.customer_id, at=NOON)
                before = self.customers.get(change.stream_id)
                self.customers[change.stream_id] = CUSTOMER.evolve(before, happened)


TestAnyGroup = GroupMachine.TestCase
TestAnyGroup.settings = settings(max_examples=60, stateful_step_count=30)
