"""The audit trail: every event, with who, when, from where, why, and what it changed."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Path, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from api.http.audit_entry import AuditEntry, audit_entries
from api.http.audit_filter import FilterDep
from api.http.dependencies import ServicesDep
from api.http.freshness import tell_position
from api.http.pages import POSITIONS, Page, paged
from api.http.route import make_router, permits
from api.ports import Services
from domain.audit import AuditFilter, AuditPage

router = make_router("/v1/audit", "audit")

MOST_CAUSES = 1_000
EXPORT_PAGE = 500
_ENDLESS = 2**62

Position = Annotated[int, Query(ge=0, le=_ENDLESS)]
AuditPageDep = Annotated[Page[int], paged(POSITIONS, by="before")]


class AuditAnswer(BaseModel):
    """`next` is the cursor of the following page, of older events; null on the last. A page may be short, or even
    empty, and not the last: what is rare is looked for a part of the log at a time."""

    items: list[AuditEntry]
    next: str | None


class CausesAnswer(BaseModel):
    """In order of position: the event, its command's others, the events that led to it and those of their commands
    (follow `caused_by`), and all that came of the command's events. `cut`: there are more than 1,000."""

    position: int
    items: list[AuditEntry]
    cut: bool


@router.get("", summary="Who did what, when, from where and why: every event, newest recorded first")
@permits("audit:read")
def list_audit(
    services: ServicesDep,
    response: Response,
    wanted: FilterDep,
    page: AuditPageDep,
) -> AuditAnswer:
    tell_position(services, response)
    before = _ENDLESS if page.after is None else page.after
    found = services.log.trail.before(before, wanted, limit=page.limit)
    return AuditAnswer(items=audit_entries(services, found.facts), next=page.onward(found.reached))


@router.get(
    "/export",
    summary="The audit trail as lines of JSON, oldest recorded first",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}},
)
@permits("audit:read")
def export_audit(
    services: ServicesDep,
    wanted: FilterDep,
    after: Annotated[Position, Query(description="only events behind this position: where you broke off")] = 0,
    until_position: Annotated[
        Position, Query(description="only events up to this position; up to the last one, where not said")
    ] = _ENDLESS,
) -> StreamingResponse:
    """Each line is an entry as `GET /v1/audit` gives it. What is recorded while it runs is left to the next one,
    whose `after` the header `Position` tells.
    """
    upto = min(until_position, services.log.end())
    # The first page before the answer begins: what fails there is told by its status.
    first = services.log.trail.after(after, wanted, upto=upto, limit=EXPORT_PAGE)
    return StreamingResponse(
        _lines(services, wanted, first, upto),
        media_type="application/x-ndjson",
        headers={"Position": str(upto)},
    )


@router.get("/{position}/causes", summary="What led to an event, and what came of it")
@permits("audit:read")
def get_causes(
    position: Annotated[int, Path(ge=1, le=_ENDLESS, examples=[1], json_schema_extra={"example": 1})],
    services: ServicesDep,
    response: Response,
) -> CausesAnswer:
    tell_position(services, response)
    causes = services.log.trail.causes(position, limit=MOST_CAUSES)
    return CausesAnswer(position=position, items=audit_entries(services, causes.facts), cut=causes.cut)


def _lines(services: Services, wanted: AuditFilter, page: AuditPage, upto: int) -> Iterator[str]:
    while True:
        # A page at once: the server takes a thread's turn for each piece.
        yield "".join(f"{entry.model_dump_json()}\n" for entry in audit_entries(services, page.facts))
        if page.reached is None:
            return
        page = services.log.trail.after(page.reached, wanted, upto=upto, limit=EXPORT_PAGE)
