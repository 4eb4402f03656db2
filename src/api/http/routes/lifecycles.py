"""The stage of a person in the life cycle."""

from fastapi import Response

from api.http.asking import Asking
from api.http.dependencies import CustomerId
from api.http.fields import CommandBody, Grounds, ReceiptAnswer
from api.http.route import make_router, permits
from domain import commands, customers
from domain.customers import CUSTOMER, LifecycleStage

router = make_router("/v1/customers", "customers")


class ChangeLifecycle(CommandBody):
    """A stage further on; null clears the stage, and the next may be any."""

    stage: LifecycleStage | None
    because: Grounds | None = None

    model_config = {
        "json_schema_extra": {"examples": [{"stage": "marketing_qualified", "because": "came to the seminar"}]}
    }


@router.post(
    "/{customer_id}/lifecycle", response_model=ReceiptAnswer, summary="A person goes forward in the life cycle"
)
@permits("customer:change")
async def change_lifecycle(customer_id: CustomerId, body: ChangeLifecycle, asked: Asking) -> Response:
    told = commands.tell(
        CUSTOMER,
        customer_id,
        lambda customer: customers.change_lifecycle(customer, body.stage, because=body.because),
        asked.by(body),
    )
    return await asked.done(told)
