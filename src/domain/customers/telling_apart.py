"""Customers that are alike, and are two."""

from domain.aggregates import Change
from domain.customers.duplicate_events import CustomerDuplicateDismissed
from domain.customers.state import CUSTOMER, Customer
from domain.duplicates import DismissalNeedsReason, DuplicateAlreadyDismissed, DuplicateOfItself


def dismiss_duplicate(customer: Customer, other: Customer, *, reason: str | None) -> list[Change]:
    """Both sides of the finding, as one decision over two streams: they are not proposed as one again."""
    if customer.id == other.id:
        raise DuplicateOfItself(f"{customer.id} is named twice", field="other_id")
    if not (reason or "").strip():
        raise DismissalNeedsReason("no reason was given why they are two", field="reason")
    if other.id in customer.told_apart:
        raise DuplicateAlreadyDismissed(f"{customer.id} and {other.id} were told apart", field="other_id")
    return [
        Change(CUSTOMER, one.id, one.id, (CustomerDuplicateDismissed(other_id=another.id),))
        for one, another in ((customer, other), (other, customer))
    ]
