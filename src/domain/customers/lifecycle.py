"""How far a person has come with us, apart from any one lead: forward only, unless cleared first.

The stages, and that they go forward, are HubSpot's.
"""

from typing import get_args

from domain.customers.events import CustomerLifecycleChanged, LifecycleStage
from domain.customers.refusals import LifecycleGoesForward, LifecycleIsOfPeople, NothingChanges
from domain.customers.state import Customer
from domain.texts import filled

STAGES: tuple[LifecycleStage, ...] = get_args(LifecycleStage)


def change_lifecycle(
    customer: Customer, stage: LifecycleStage | None, *, because: str | None = None
) -> CustomerLifecycleChanged:
    """Put a person into a stage further on; None clears the stage."""
    if customer.kind != "person":
        raise LifecycleIsOfPeople(f"{customer.id} is an {customer.kind}")
    if stage == customer.lifecycle_stage:
        raise NothingChanges(f"customer {customer.id} is there already")
    if stage is not None and not _is_forward(customer, stage):
        raise LifecycleGoesForward(
            f"from {customer.lifecycle_stage!r} nobody goes back to {stage!r}: clear the stage first",
            field="stage",
        )
    return CustomerLifecycleChanged(
        from_stage=customer.lifecycle_stage,
        to_stage=stage,
        because=None if because is None else filled(because, field="because"),
    )


def move_forward(
    customer: Customer, stage: LifecycleStage, *, because: str
) -> tuple[CustomerLifecycleChanged, ...]:
    """Put a person into a stage, unless that one has come as far already."""
    return (change_lifecycle(customer, stage, because=because),) if _is_forward(customer, stage) else ()


def _is_forward(customer: Customer, stage: LifecycleStage) -> bool:
    held = customer.lifecycle_stage
    return held is None or STAGES.index(stage) > STAGES.index(held)
