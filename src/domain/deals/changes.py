"""What is changed of an open deal while it lies in a stage."""

from datetime import date
from uuid import UUID

from msgspec import UNSET, UnsetType

from domain.deals.entering import check_open
from domain.deals.events import DealAmountChanged, DealChanged, DealCloseDateChanged
from domain.deals.itemising import check_by_hand
from domain.deals.refusals import DealAlreadyThere
from domain.deals.state import Deal
from domain.money import Money
from domain.texts import filled


def change_amount(deal: Deal, *, amount: Money) -> DealAmountChanged:
    check_open(deal)
    if amount == deal.amount:
        raise DealAlreadyThere(f"deal {deal.id} already amounts to that", field="amount")
    check_by_hand(deal, amount)
    return DealAmountChanged(amount=amount, previous=deal.amount)


def change_close_date(deal: Deal, *, expected_close_date: date) -> DealCloseDateChanged:
    """A later date is a push: it is counted, with the reason that the command gives."""
    check_open(deal)
    if expected_close_date == deal.expected_close_date:
        raise DealAlreadyThere(f"deal {deal.id} is already expected then", field="expected_close_date")
    return DealCloseDateChanged(expected_close_date=expected_close_date, previous=deal.expected_close_date)


def change_deal(
    deal: Deal,
    *,
    name: str | UnsetType = UNSET,
    owner: str | None | UnsetType = UNSET,
    contact_id: UUID | None | UnsetType = UNSET,
    product: str | None | UnsetType = UNSET,
) -> DealChanged:
    """Change the given fields; UNSET leaves a field as it is, None empties it. A deal keeps a name."""
    check_open(deal)
    name = filled(name, field="name") if isinstance(name, str) else name
    owner = filled(owner, field="owner") if isinstance(owner, str) else owner
    product = filled(product, field="product") if isinstance(product, str) else product
    changed = DealChanged(
        name=UNSET if name == deal.name else name,
        owner=UNSET if owner == deal.owner else owner,
        contact_id=UNSET if contact_id == deal.contact_id else contact_id,
        product=UNSET if product == deal.product else product,
    )
    if changed == DealChanged():
        raise DealAlreadyThere(f"deal {deal.id} already says so")
    return changed
