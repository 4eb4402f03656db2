"""Replays: models over the history, as jobs that a worker of the scheduler runs."""

from typing import Annotated
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import Path, Query, Response
from starlette.concurrency import run_in_threadpool

from api.http import examples
from api.http.asking import Asking
from api.http.dependencies import Limit, ServicesDep
from api.http.fields import ReceiptAnswer
from api.http.replays import (
    ComparisonAnswer,
    OrderReplay,
    PromoteReplay,
    ReplayAnswer,
    ReplayLine,
    ReplaysAnswer,
)
from api.http.route import make_router, permits
from api.outlook import outlook_of
from api.ports import Services
from domain import commands
from domain.custom_fields import CUSTOM_FIELDS
from domain.refusals import Invalid
from domain.scoring import SCORING_MODELS
from domain.scoring.replaying import Replay, order_replay
from projections.replays import desk, jobs

router = make_router("/v1/replays", "scores")

ReplayId = Annotated[
    UUID, Path(examples=[str(examples.REPLAY_ID)], json_schema_extra={"example": str(examples.REPLAY_ID)})
]
_LIVE = "live"
With = Annotated[
    str,
    Query(
        alias="with",
        pattern=rf"^({_LIVE}|[0-9a-fA-F]{{8}}(-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}})$",
        description="`live`, the live model at the same moment; or the id of another replay",
        examples=[_LIVE],
    ),
]


class VersionOrDocument(Invalid):
    """A replay is of a version that is recorded, or of a document that is sent along."""


@router.post("", status_code=202, response_model=ReplayLine, summary="Replay a scoring model over the history")
@permits("replay:create")
def ask_for_replay(body: OrderReplay, asked: Asking, response: Response) -> ReplayLine:
    """Everybody is scored as of that day, beside the model that is live, and judged by what happened afterwards.
    It is a job: its progress and its report are at `Location`. Under the same Idempotency-Key it is one job."""
    services = asked.services
    once, principal = asked.once, asked.caller.principal
    replay_id = uuid5(NAMESPACE_URL, f"{principal} {once.key}") if once else services.new_id()
    job = desk.ask(services.dsn, replay_id, _ordered(services, body), by=principal, at=services.clock(), once=once)
    response.headers["Location"] = f"/v1/replays/{replay_id}"
    return ReplayLine.of(job)


@router.get("", summary="The replays that were asked for")
@permits("replay:read")
def list_replays(services: ServicesDep, limit: Limit = 50) -> ReplaysAnswer:
    with services.reads.cursor() as cursor:
        return ReplaysAnswer(items=[ReplayLine.of(job) for job in jobs.listed(cursor, limit)])


@router.get("/{replay_id}", summary="How far a replay is, and what it found")
@permits("replay:read")
def get_replay(replay_id: ReplayId, services: ServicesDep) -> ReplayAnswer:
    return ReplayAnswer.of(desk.found(services.reads, replay_id))


@router.get("/{replay_id}/diff", summary="The scores of a replay beside those of another, or of the live model")
@permits("replay:read")
def diff_replays(replay_id: ReplayId, with_: With, services: ServicesDep) -> ComparisonAnswer:
    """`after` is the replay that is named first."""
    other = None if with_ == _LIVE else UUID(with_)
    return ComparisonAnswer.of(desk.compared(services.reads, replay_id, other))


@router.post("/{replay_id}/promote", response_model=ReceiptAnswer, summary="Let the model of a replay go live")
@permits("settings:change")
async def promote_replay(replay_id: ReplayId, body: PromoteReplay, asked: Asking) -> Response:
    """The document is defined as the next version of its model, where it is not a version yet, and promoted."""
    job = await run_in_threadpool(desk.found, asked.services.reads, replay_id)
    job.reported()
    return await asked.done(commands.put_scoring_model_live(job.asked.model, asked.by(body)))


@router.delete(
    "/{replay_id}", status_code=204, summary="Cancel a replay that waits or runs; drop one that has ended"
)
@permits("replay:change")
def drop_replay(replay_id: ReplayId, asked: Asking) -> None:
    """A model that it promoted stays live."""
    desk.give_up(asked.services.dsn, replay_id, asked.services.clock())


def _ordered(services: Services, body: OrderReplay) -> Replay:
    if body.version is not None and body.document is not None:
        raise VersionOrDocument("both were sent", field="version")
    known = SCORING_MODELS.now(services.ledger)
    document = body.document
    custom = CUSTOM_FIELDS.now(services.ledger)
    wanted = order_replay(
        known,
        known.at(services.clock()).named(body.model, body.version).model
        if document is None
        else document.said(body.model),
        as_of=body.as_of,
        now=services.clock(),
        known_at=body.known_at,
        within_days=body.within_days,
        outcomes=body.outcomes,
        among=body.among,
        custom_fields=custom.taking("lead", "customer"),
    )
    outlook_of(services, wanted.as_of, wanted.known_at)
    return wanted
