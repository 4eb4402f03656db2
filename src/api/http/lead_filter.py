"""Which leads a list is of, as it is asked for."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.http.custom_field_filter import conditions_on
from api.http.fields import Label, Moment
from domain.custom_fields import Condition
from domain.leads.statuses import StatusType
from projections.leads.listing import Wanted


def lead_filter(
    custom_fields: Annotated[tuple[Condition, ...], conditions_on("lead")],
    status: Annotated[Label | None, Query(description="in this status")] = None,
    status_type: Annotated[StatusType | None, Query(description="in a status of this type")] = None,
    owner: Annotated[Label | None, Query(description="of this owner")] = None,
    channel: Annotated[Label | None, Query(description="that came in by this channel")] = None,
    campaign: Annotated[Label | None, Query(description="of this campaign")] = None,
    customer_id: Annotated[UUID | None, Query(description="of this customer")] = None,
    captured_after: Annotated[Moment | None, Query(description="captured then or later")] = None,
    captured_before: Annotated[Moment | None, Query(description="captured before then")] = None,
    recycle_due: Annotated[Moment | None, Query(description="put off until then or earlier")] = None,
) -> Wanted:
    return Wanted(
        status=status,
        status_type=status_type,
        owner=owner,
        channel=channel,
        campaign=campaign,
        customer_id=customer_id,
        captured_after=captured_after,
        captured_before=captured_before,
        recycle_due=recycle_due,
        custom_fields=custom_fields,
    )
