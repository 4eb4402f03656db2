"""A 360 view to which facts are being added, and what each fact adds.

The view that it begins with stays as it is; what is added is changed in place, and becomes a view once at the end:
a new view after each fact took half of the time of a rebuild.
"""

from collections.abc import Callable, Sequence
from typing import Any

from domain import customers, deals, interactions, leads, tasks
from domain.customers import (
    CustomerDuplicateDismissed,
    CustomerDuplicatesFound,
    CustomerJoinedOrganisation,
    CustomerLeftOrganisation,
    CustomerLinked,
    CustomerMemberJoined,
    CustomerMemberLeft,
    CustomerRegistered,
    CustomerSurvivorChosen,
    CustomerSurvivorReleased,
    CustomerUnlinked,
)
from domain.events import Event
from domain.facts import Fact
from domain.interactions import InteractionRecorded
from domain.orders import OrderPlaced, OrderReturned
from projections.customer_360.state import Customer360, Member
from projections.customer_360.touchpoints import CountingInteractions, CountingOrders, with_task

OF_THE_GROUP: frozenset[type[Event]] = frozenset(
    {CustomerLinked, CustomerUnlinked, CustomerSurvivorChosen, CustomerSurvivorReleased}
)
"""What only says whose views are shown together, and whose values."""

_NO_TOUCH: frozenset[type[Event]] = frozenset({CustomerDuplicatesFound, CustomerDuplicateDismissed, *tasks.EVENTS})


class Draft:
    __slots__ = (
        "_before",
        "_deals",
        "_events",
        "_first_touch",
        "_interactions",
        "_last_touch",
        "_leads",
        "_members",
        "_orders",
        "_organisations",
        "_position",
        "_profile",
        "_registered_at",
        "_tasks",
    )

    def __init__(self, before: Customer360) -> None:
        self._before = before
        self._profile = before.profile
        self._registered_at = before.registered_at
        self._organisations = before.organisations
        self._members = before.members
        self._leads = before.leads
        self._deals = before.deals
        self._tasks = before.tasks
        self._orders: CountingOrders | None = None
        self._interactions = CountingInteractions(before.interactions)
        self._first_touch, self._last_touch = before.first_touch, before.last_touch
        self._events, self._position = before.events, before.position

    def add(self, facts: Sequence[Fact]) -> None:
        """Raises:
        KeyError: a fact is of no type that concerns the view.
        """
        first, last = self._first_touch, self._last_touch
        events, position = self._events, self._position
        for fact in facts:
            event = fact.event
            add, counts, touches = _ADDING[type(event)]
            add(self, event, fact)
            if counts:
                events += 1
                position = fact.position
                if touches:
                    moment = fact.occurred_at
                    if last is None or moment > last:
                        last = moment
                    if first is None or moment < first:
                        first = moment
        self._first_touch, self._last_touch = first, last
        self._events, self._position = events, position

    def ended(self) -> Customer360:
        before = self._before
        return Customer360(
            before.customer_id,
            self._profile,
            self._registered_at,
            self._organisations,
            self._members,
            self._leads,
            self._deals,
            self._tasks,
            before.orders if self._orders is None else self._orders.ended(),
            self._interactions.ended(),
            self._first_touch,
            self._last_touch,
            self._events,
            self._position,
        )

    def _interaction(self, event: InteractionRecorded, fact: Fact) -> None:
        self._interactions.add(event, fact.occurred_at)

    def _order(self, event: OrderPlaced, fact: Fact) -> None:
        if self._orders is None:
            self._orders = CountingOrders(self._before.orders)
        self._orders.place(event, fact.occurred_at)

    def _return(self, event: OrderReturned, _: Fact) -> None:
        if self._orders is None:
            self._orders = CountingOrders(self._before.orders)
        self._orders.take_back(event)

    def _task(self, _: Event, fact: Fact) -> None:
        self._tasks = with_task(self._tasks, fact)

    def _deal(self, _: Event, fact: Fact) -> None:
        if self._deals is self._before.deals:
            self._deals = dict(self._deals)
        stream = fact.stream_id
        self._deals[stream] = deals.evolve(self._deals.get(stream), fact)

    def _lead(self, _: Event, fact: Fact) -> None:
        if self._leads is self._before.leads:
            self._leads = dict(self._leads)
        stream = fact.stream_id
        self._leads[stream] = leads.evolve(self._leads.get(stream), fact)

    def _customer(self, event: Event, fact: Fact) -> None:
        # As of a moment before the registration, what was told late of that time has no profile to change yet.
        if self._profile is not None or isinstance(event, CustomerRegistered):
            self._profile = customers.evolve(self._profile, fact)
        match event:
            case CustomerRegistered():
                self._registered_at = fact.occurred_at
            case CustomerJoinedOrganisation():
                joined = Member(event.organisation_id, event.role)
                self._organisations = (*self._organisations, joined)
            case CustomerLeftOrganisation():
                left = event.organisation_id
                self._organisations = tuple(m for m in self._organisations if m.customer_id != left)
            case CustomerMemberJoined():
                self._members = (*self._members, Member(event.person_id, event.role))
            case CustomerMemberLeft():
                gone = event.person_id
                self._members = tuple(m for m in self._members if m.customer_id != gone)


_Add = Callable[[Draft, Any, Fact], None]

_ADD: dict[type[Event], _Add] = {
    **dict.fromkeys(customers.EVENTS, Draft._customer),
    **dict.fromkeys(leads.EVENTS, Draft._lead),
    **dict.fromkeys(deals.EVENTS, Draft._deal),
    **dict.fromkeys(tasks.EVENTS, Draft._task),
    OrderPlaced: Draft._order,
    OrderReturned: Draft._return,
    **dict.fromkeys(interactions.EVENTS, Draft._interaction),
}
_ADDING = {kind: (add, kind not in OF_THE_GROUP, kind not in _NO_TOUCH) for kind, add in _ADD.items()}

TYPES = frozenset(_ADDING)
"""What concerns the view."""
