"""What routes ask for."""

from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Depends, Header, Path, Query, Request

from api.http import examples
from api.ports import Services


async def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


ServicesDep = Annotated[Services, Depends(_services)]


MinPosition = Annotated[
    int | None,
    Header(
        alias="Min-Position",
        ge=0,
        le=2**62,
        description="answer only when all events up to this position are in; waits up to 2 s",
    ),
]

Limit = Annotated[int, Query(ge=1, le=500, description="how many at the most")]


def _in_path(example: UUID) -> Any:
    # JSON Schema's own word is `examples`; Swagger UI fills its form from `example`.
    return Path(examples=[str(example)], json_schema_extra={"example": str(example)})


CustomerId = Annotated[UUID, _in_path(examples.CUSTOMER_ID)]
OtherCustomerId = Annotated[UUID, _in_path(examples.OTHER_CUSTOMER_ID)]
OrganisationId = Annotated[UUID, _in_path(examples.ORGANISATION_ID)]
LeadId = Annotated[UUID, _in_path(examples.LEAD_ID)]
DealId = Annotated[UUID, _in_path(examples.DEAL_ID)]
TaskId = Annotated[UUID, _in_path(examples.TASK_ID)]
OrderId = Annotated[UUID, _in_path(examples.ORDER_ID)]
