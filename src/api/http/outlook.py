"""`as_of` and `known_at` as parameters of requests, and as headers of answers."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api.http.dependencies import ServicesDep
from api.http.fields import Moment
from api.outlook import Outlook, outlook_of
from domain.horizon import PRESENT

_SINCE = "with a time zone, not in the future, and not before the first event of the log"

AsOf = Annotated[
    Moment | None,
    Query(description=f"answer by what had happened by this moment, as it is known today: {_SINCE}"),
]
KnownAt = Annotated[
    Moment | None,
    Query(
        description="answer by what was recorded by this moment, as it would have been answered then; with "
        f"`as_of`, by what was known at this moment of what had happened by that one: {_SINCE}"
    ),
]


class Seen(BaseModel):
    """An answer that names from where it looks."""

    as_of: datetime = Field(description="the moment that it is about")
    known_at: datetime | None = Field(description="by when what it rests on was recorded; null for all of it")


def name_outlook(response: Response, outlook: Outlook) -> None:
    """Headers say of each answer about the past from where it looks, also of one whose body has no room for it."""
    if outlook.past:
        response.headers["As-Of"] = outlook.moment.isoformat()
    if outlook.horizon.known_at is not None:
        response.headers["Known-At"] = outlook.horizon.known_at.isoformat()


async def _outlook(
    services: ServicesDep, response: Response, as_of: AsOf = None, known_at: KnownAt = None
) -> Outlook:
    if as_of is None and known_at is None:
        return Outlook(PRESENT, services.clock())
    outlook = await run_in_threadpool(outlook_of, services, as_of, known_at)
    name_outlook(response, outlook)
    return outlook


OutlookDep = Annotated[Outlook, Depends(_outlook)]
