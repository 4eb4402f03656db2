"""What is known of a customer is told beside other records too: to those who may read the customer."""

from collections.abc import Collection
from uuid import UUID

from api.http.asking import Asking
from domain.access import reach
from domain.customers import CUSTOMER
from projections.duplicates.query import owners_now


def customers_in_sight(asked: Asking, customers: Collection[UUID]) -> list[UUID]:
    """Those of the customers that the caller may read now. Blocks, where he reads only some."""
    reached = reach(asked.caller, f"{CUSTOMER.name}:read")
    if reached.everything:
        return list(customers)
    if not reached.owners:
        return []
    with asked.services.reads.statements() as cursor:
        owners = owners_now(cursor, customers)
    return [each for each in customers if reached.allows(owners.get(each))]
