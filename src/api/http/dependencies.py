"""What routes ask for."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Header, Query, Request

from api.http.fields import CommandBody, Moment
from api.services import Services
from domain.ledger import Circumstances

ANONYMOUS = "anonymous"


def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


ServicesDep = Annotated[Services, Depends(_services)]


def _circumstances(
    services: ServicesDep,
    x_actor: Annotated[
        str, Header(max_length=100, description="who acts; told by the caller until there are API keys")
    ] = ANONYMOUS,
    x_on_behalf_of: Annotated[str | None, Header(max_length=100, description="for whom the actor acts")] = None,
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


def _moment(
    services: ServicesDep,
    as_of: Annotated[
        Moment | None, Query(description="answer as of this moment, by when things happened; with a time zone")
    ] = None,
) -> datetime:
    return as_of or services.clock()


MomentDep = Annotated[datetime, Depends(_moment)]
Limit = Annotated[int, Query(ge=1, le=500, description="how many at the most")]
