"""Groups of linked customers, as an answer shows them: the members whom the caller may see."""

from collections.abc import Collection
from uuid import UUID

from pydantic import BaseModel, Field

from api.http.asking import Asking
from api.http.outlook import Outlook
from api.http.records import record_then
from domain.access import NotPermitted
from domain.customers import CUSTOMER, Customer, canonical_id, gathered
from domain.refusals import NotFound


class GroupAnswer(BaseModel):
    """Customers who were found to be one. `canonical_id` stands for them all: the one registered first."""

    canonical_id: UUID
    members: list[UUID] = Field(description="in order of their ids, the customer asked for among them")


def members_of(asked: Asking, customer: Customer, outlook: Outlook) -> dict[UUID, Customer]:
    """The customers that are one with this one, itself among them, as they are or were. Blocks.

    Links lead through those whom the caller may not see, and show the others behind them.
    """

    def look_up(customer_id: UUID) -> Customer | None:
        try:
            if outlook.past:
                return record_then(asked.services, CUSTOMER, customer_id, outlook).state
            return asked.services.ledger.read(CUSTOMER, customer_id).state
        except NotFound:
            return None

    if not customer.links:
        return {customer.id: customer}
    reach, found = asked.within_reach.reach, gathered(customer, look_up)

    def in_sight(member: Customer) -> bool:
        return sees(asked, member.id) if outlook.past else reach.allows(member.owner)

    return {id_: each for id_, each in found.items() if id_ == customer.id or in_sight(each)}


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
