"""Records and configurations, as they are or as they were."""

from typing import TypeVar
from uuid import UUID

from fastapi import Response

from api.http.asking import Asking
from api.http.freshness import tell_position
from api.outlook import Outlook
from api.ports import Services
from domain.access import ACCESS, ACCESS_ID, Access
from domain.aggregates import Aggregate, Stream
from domain.configuration import Configuration, Versioned
from domain.horizon import Horizon
from domain.refusals import NotFound
from projections.engine.as_of import stream_as_of

S = TypeVar("S")
C = TypeVar("C", bound=Versioned)


def record_seen(
    asked: Asking, response: Response, aggregate: Aggregate[S], stream_id: UUID, outlook: Outlook
) -> Stream[S]:
    """A record with a state, within the caller's reach as it is now; `ETag` is its version, of the present one.
    Blocks.

    Raises:
        NotFound: it does not exist, the caller may not see it, or nothing had happened to it by then.
    """
    present: Stream[S] = asked.within_reach.seen(aggregate, stream_id)
    if not outlook.past:
        response.headers["ETag"] = f'"{present.version}"'
        return present
    tell_position(asked.services, response)
    return record_then(asked.services, aggregate, stream_id, outlook)


def record_then(services: Services, aggregate: Aggregate[S], stream_id: UUID, outlook: Outlook) -> Stream[S]:
    """A record that the caller was found to reach, as it was.

    Raises:
        NotFound: nothing had happened to it by then.
    """
    stream = stream_as_of(aggregate, services.log, stream_id, outlook.horizon)
    if stream.state is None:
        raise aggregate.missing(
            f"nothing had happened to {aggregate.name} {stream_id} by {by(outlook)}", field=f"{aggregate.name}_id"
        )
    return stream


def story_seen(asked: Asking, response: Response, aggregate: Aggregate[S], stream_id: UUID, outlook: Outlook) -> S:
    """The record that a history is of. Its events come straight from the log, whose `Position` is told. Blocks.

    Raises:
        NotFound: as `record_seen` does.
    """
    if outlook.past:
        found = record_seen(asked, response, aggregate, stream_id, outlook)
    else:
        found = asked.within_reach.seen(aggregate, stream_id)
        tell_position(asked.services, response)
    assert found.state is not None
    return found.state


def access_at(services: Services, outlook: Outlook) -> tuple[Access, int]:
    """Who may do what, and the version of that; nobody may anything before somebody was let in. Blocks."""
    if outlook.past:
        found = stream_as_of(ACCESS, services.log, ACCESS_ID, outlook.horizon, born=False)
        return found.state or Access(), found.version
    try:
        held = services.ledger.read(ACCESS, ACCESS_ID)
    except NotFound:
        return Access(), 0
    return held.state or Access(), held.version


def rules_seen(services: Services, response: Response, configuration: Configuration[C], outlook: Outlook) -> C:
    """A configuration that is asked for: as it is now, with its version as `ETag`; or as it was. Blocks."""
    held = rules_at(services, configuration, outlook)
    if outlook.past:
        tell_position(services, response)
    else:
        response.headers["ETag"] = f'"{held.version}"'
    return held


def rules_at(services: Services, configuration: Configuration[C], outlook: Outlook) -> C:
    """A configuration that an answer rests on. Blocks."""
    if not outlook.past:
        return configuration.now(services.ledger)
    return rules_from(services, configuration, outlook.horizon)


def rules_from(services: Services, configuration: Configuration[C], horizon: Horizon) -> C:
    """As it is seen from there; as shipped, before it was defined. Blocks."""
    found = stream_as_of(configuration.aggregate, services.log, configuration.id, horizon, born=False)
    return configuration.of(found.state)


def by(outlook: Outlook) -> str:
    """By when, in words."""
    known_at = outlook.horizon.known_at
    said = outlook.moment.isoformat()
    return said if known_at is None else f"{said}, as it was known at {known_at.isoformat()}"
