"""What routes ask for."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Depends, Header, Path, Query, Request
from pydantic import BeforeValidator

from api.http import examples
from api.http.fields import CommandBody, Label, Moment
from api.ports import Services
from domain.aggregates import CLOCK_SKEW
from domain.ledger import Circumstances
from domain.refusals import Invalid

ANONYMOUS = "anonymous"


class MomentInTheFuture(Invalid):
    """A question is about the present, or about a moment in the past."""


class UnknownParameter(Invalid):
    """A request has no query parameters but those that the API describes."""


def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


ServicesDep = Annotated[Services, Depends(_services)]


def only_known_parameters(request: Request) -> None:
    """A misspelt `as_of` would otherwise be answered with the present, and nobody would notice.

    Raises:
        UnknownParameter: naming it.
    """
    path = request.app.openapi()["paths"].get(request.scope["route"].path_format, {})
    described = path.get(request.method.lower(), {}).get("parameters", [])
    known = {parameter["name"] for parameter in described if parameter["in"] == "query"}
    for name in request.query_params:
        if name not in known:
            raise UnknownParameter(f"there is no parameter {name!r} (there is {', '.join(known)})", field=name)


def _decoded(header: str) -> str:
    """Header bytes come as Latin-1; many clients send UTF-8."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeDecodeError:
        return header


Who = Annotated[Label, BeforeValidator(_decoded)]


def _circumstances(
    services: ServicesDep,
    x_actor: Annotated[
        Who, Header(description="who acts; told by the caller until there are API keys", examples=["ann"])
    ] = ANONYMOUS,
    x_on_behalf_of: Annotated[Who | None, Header(description="for whom the actor acts")] = None,
    x_correlation_id: Annotated[
        UUID | None, Header(description="ties together all that one request of yours sets off")
    ] = None,
) -> Callable[[CommandBody], Circumstances]:
    def of(body: CommandBody) -> Circumstances:
        command_id = services.new_id()
        return Circumstances(
            now=services.clock(),
            actor=x_actor,
            source="api",
            command_id=command_id,
            correlation_id=x_correlation_id or command_id,
            occurred_at=body.occurred_at,
            on_behalf_of=x_on_behalf_of,
            reason=body.reason,
        )

    return of


CircumstancesDep = Annotated[Callable[[CommandBody], Circumstances], Depends(_circumstances)]

MinPosition = Annotated[
    int | None,
    Header(ge=0, le=2**62, description="answer only when all events up to this position are in; waits up to 2 s"),
]

AsOf = Annotated[
    Moment | None, Query(description="answer as of this moment, by when things happened; with a time zone")
]


def past_moment(services: Services, as_of: datetime | None) -> datetime:
    """The moment asked for; now, where none was.

    Raises:
        MomentInTheFuture: it lies ahead of now, by more than clocks differ.
    """
    now = services.clock()
    if as_of is not None and as_of > now + CLOCK_SKEW:
        raise MomentInTheFuture(f"{as_of.isoformat()} lies ahead of now ({now.isoformat()})", field="as_of")
    return as_of or now


def _moment(services: ServicesDep, as_of: AsOf = None) -> datetime:
    return past_moment(services, as_of)


MomentDep = Annotated[datetime, Depends(_moment)]
Limit = Annotated[int, Query(ge=1, le=500, description="how many at the most")]


def _in_path(example: UUID) -> Any:
    # JSON Schema's own word is `examples`; Swagger UI fills its form from `example`.
    return Path(examples=[str(example)], json_schema_extra={"example": str(example)})


CustomerId = Annotated[UUID, _in_path(examples.CUSTOMER_ID)]
OrganisationId = Annotated[UUID, _in_path(examples.ORGANISATION_ID)]
LeadId = Annotated[UUID, _in_path(examples.LEAD_ID)]
DealId = Annotated[UUID, _in_path(examples.DEAL_ID)]
OrderId = Annotated[UUID, _in_path(examples.ORDER_ID)]
