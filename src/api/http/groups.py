"""Groups of linked customers, as an answer shows them: the members whom the caller may see."""

from collections.abc import Collection, Sequence
from uuid import UUID

from pydantic import BaseModel, Field

from api.http.asking import Asking
from api.outlook import Outlook
from api.ports import Services
from domain.access import NotPermitted, Reach
from domain.customers import CUSTOMER, Customer, canonical_id, gathered
from domain.events import Unreadable
from domain.facts import Fact
from domain.refusals import NotFound
from projections.engine.folding import CannotFold


class GroupAnswer(BaseModel):
    """Customers who were found to be one. `canonical_id` stands for them all: the one registered first."""

    canonical_id: UUID
    members: list[UUID] = Field(description="in order of their ids, the customer asked for among them")


def members_of(asked: Asking, customer: Customer, outlook: Outlook) -> dict[UUID, Customer]:
    """The customers that are one with this one, itself among them, as they are or were; in one statement. Blocks.

    Links lead through those whom the caller may not see, and show the others behind them.
    """
    if not customer.links:
        return {customer.id: customer}
    return members_within(asked.services, customer.id, outlook, asked.within_reach.reach)


def members_within(services: Services, customer_id: UUID, outlook: Outlook, reach: Reach) -> dict[UUID, Customer]:
    """The same, of a customer who may be seen: with those whose owners of now are in reach. Empty, where nothing
    had happened to the customer."""
    facts = services.log.stories.records_of_group(customer_id)
    present = _customers(facts)
    then = _customers([fact for fact in facts if outlook.horizon.holds(fact)]) if outlook.past else present
    if customer_id not in then:
        return {}
    found = gathered(then[customer_id], then.get)
    return {id_: each for id_, each in found.items() if id_ == customer_id or reach.allows(present[id_].owner)}


def in_sight(asked: Asking, customer_id: UUID, members: Collection[UUID]) -> set[UUID]:
    """The customer, and those of the others in its group whom the caller may see now. Blocks, for who does not
    reach everything."""
    reach = asked.within_reach.reach
    if reach.everything or len(members) == 1:
        return set(members)
    present = _customers(asked.services.log.stories.records_of_group(customer_id))
    owners = {id_: member.owner for id_, member in present.items()}
    return {each for each in members if each == customer_id or reach.allows(owners.get(each))}


def _customers(facts: Sequence[Fact]) -> dict[UUID, Customer]:
    """What these facts of the customers' own records make of each, from the registration on."""
    found: dict[UUID, Customer] = {}
    for fact in facts:
        if isinstance(fact.event, Unreadable):
            raise CannotFold(fact.event.problem)
        if fact.stream_id in found or fact.version == 1:
            found[fact.stream_id] = CUSTOMER.evolve(found.get(fact.stream_id), fact)
    return found


def check_change(asked: Asking, customer_id: UUID) -> None:
    """Where the caller does not reach everything, refuse a customer that he may not change. Blocks.

    Raises:
        NotFound: it does not exist, or the caller may not see it.
        NotPermitted: he may only see it.
    """
    reach = asked.within_reach.reach
    if reach.everything:
        return
    customer = asked.within_reach.seen(CUSTOMER, customer_id).state
    if customer is not None and not reach.allows(customer.owner):
        raise NotPermitted(f"{asked.caller.principal} may see customer {customer_id}, but not change it")


def sees(asked: Asking, customer_id: UUID) -> bool:
    """Whether the caller may see this member of a group. Blocks, for who does not reach everything."""
    try:
        asked.within_reach.check(CUSTOMER, customer_id)
    except NotFound:
        return False
    return True


def group_answer(members: Collection[Customer]) -> GroupAnswer | None:
    """None for a customer alone."""
    if len(members) < 2:
        return None
    return GroupAnswer(canonical_id=canonical_id(members), members=sorted(member.id for member in members))
