"""Segments: their size and their members, for now or for any past moment."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel, Field

from api.http.dependencies import MinPosition, ServicesDep
from api.http.explanations import explain_link
from api.http.outlook import OutlookDep, Seen
from api.http.pages import PageById
from api.http.route import make_router, permits
from api.http.seen_rows import seen_rows
from domain.refusals import NotFound
from projections.segments.fold import SEGMENTS, segment_fold
from projections.segments.query import members_at, size_at

router = make_router("/v1/segments", "segments")

_EXAMPLE = next(iter(SEGMENTS))


class SegmentNotFound(NotFound):
    """A segment is defined before it is asked for."""


class SegmentMemberAnswer(BaseModel):
    customer_id: UUID
    entered_at: datetime
    left_at: datetime = Field(description="when the membership ends, unless something more happens")
    because: list[int] = Field(description="the positions of the events that made the customer a member")
    explain: str = Field(description="where that is explained")


class SegmentAnswer(Seen):
    """`next` is the cursor of the following page; null on the last."""

    segment: str
    rule: str
    size: int
    members: list[SegmentMemberAnswer]
    next: str | None


@router.get("/{segment}", summary="Who belongs to a segment, and why")
@permits("segment:read")
def get_segment(
    segment: Annotated[str, Path(examples=[_EXAMPLE], json_schema_extra={"example": _EXAMPLE})],
    services: ServicesDep,
    outlook: OutlookDep,
    response: Response,
    page: PageById,
    min_position: MinPosition = None,
) -> SegmentAnswer:
    rule = SEGMENTS.get(segment)
    if rule is None:
        raise SegmentNotFound(f"there is no segment {segment!r} (there is {', '.join(SEGMENTS)})", field="segment")
    fold = segment_fold(rule)
    with seen_rows(services, response, fold, outlook, min_position, intervals=True) as cursor:
        size = size_at(cursor, rule, outlook.moment)
        members = members_at(cursor, rule, outlook.moment, after=page.after, limit=page.look_for)
    return SegmentAnswer(
        segment=segment,
        rule=rule.describe(),
        **outlook.named,
        size=size,
        members=[
            SegmentMemberAnswer(
                **vars(each), explain=explain_link(fold.name, each.customer_id, "membership.because", outlook)
            )
            for each in page.shown(members)
        ],
        next=page.next(members, lambda member: member.customer_id),
    )
