"""One request: who asks, what that one may, under which conditions; and how a command of it is carried out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.http.conditions import NONE, Conditions
from api.http.fields import CommandBody
from api.http.within_reach import WithinReach
from api.ports import Services
from domain.access import Caller, Level, NotPermitted
from domain.ledger import Circumstances, Command, Receipt
from domain.once import Once
from domain.refusals import Refusal

_REPRESENT = "actor:represent"


@dataclass(frozen=True)
class Prepared:
    """A command, and how its success is answered: `more` ids beside the receipt, and where the record is found."""

    command: Command
    more: Mapping[str, UUID | None] | None = None
    location: str | None = None

    def answer(self, status: int) -> dict[str, Any]:
        """What is kept for those who ask again: ids, no personal data."""
        return {"status": status, "location": self.location, "more": self.more or {}}


@dataclass(slots=True)
class Asking:
    """`client` is the network address that the request came from; `once` is set where it bears a key."""

    services: Services
    caller: Caller
    permission: str
    client: str | None
    conditions: Conditions = NONE
    once: Once | None = None

    @property
    def within_reach(self) -> WithinReach:
        """The records that the caller reaches with the permission of this route."""
        return WithinReach(self.caller, self.permission, self.services.ledger)

    def new_id(self) -> UUID:
        return self.services.new_id()

    def owner(self, given: str | None) -> str | None:
        """The owner of a new record: who reaches only some records owns what he makes, where he says nothing."""
        return given if given is not None or self.within_reach.reach.everything else self.caller.principal

    def by(self, body: CommandBody) -> Circumstances:
        """Who tells what, from where, when and why.

        Raises:
            NotPermitted: the caller may not act on somebody's behalf.
        """
        conditions, command_id = self.conditions, self.services.new_id()
        if conditions.on_behalf_of is not None and self.caller.grants.get(_REPRESENT) is not Level.ALL:
            raise NotPermitted(
                f"{self.caller.principal} lacks the permission {_REPRESENT}", field="X-On-Behalf-Of"
            )
        return Circumstances(
            now=self.services.clock(),
            actor=self.caller.principal,
            source="api",
            command_id=command_id,
            correlation_id=conditions.correlation_id or command_id,
            occurred_at=body.occurred_at,
            on_behalf_of=conditions.on_behalf_of,
            reason=body.reason,
            client=self.client,
            caused_by=conditions.caused_by,
        )

    async def created(self, prepared: Prepared) -> Response:
        """Carry out a command that begins a record."""
        return await self.done(prepared, status=201)

    async def done(self, prepared: Prepared | Command, *, status: int = 200) -> Response:
        """Carry a command out and answer with its receipt.

        Raises:
            Refusal: nothing was recorded.
        """
        if isinstance(prepared, Command):
            prepared = Prepared(prepared)
        answer = prepared.answer(status)
        receipt = await self.services.ledger.carry_out(await self._conditioned(prepared.command, answer))
        return answered(receipt, answer)

    def done_together(self, prepared: Sequence[Prepared | Refusal]) -> list[Receipt | Refusal]:
        """Carry out the commands of a batch, each by itself. Blocks."""
        commands: list[Command | Refusal] = []
        for item, each in enumerate(prepared):
            commands.append(each if isinstance(each, Refusal) else self._item(item, each))
        outcomes = iter(self.services.ledger.execute_all([each for each in commands if isinstance(each, Command)]))
        return [each if isinstance(each, Refusal) else next(outcomes) for each in commands]

    def _item(self, item: int, prepared: Prepared) -> Command | Refusal:
        once = None if self.once is None else replace(self.once, item=item, answer=prepared.answer(201))
        try:
            command = self.within_reach.command(prepared.command)
        except Refusal as refusal:
            return refusal
        return command if once is None else replace(command, once=once)

    async def _conditioned(self, command: Command, answer: Mapping[str, Any]) -> Command:
        if not self.within_reach.reach.everything:
            command = await run_in_threadpool(self.within_reach.command, command)
        if self.conditions is NONE:
            return command
        once = None if self.once is None else replace(self.once, answer=answer)
        return replace(command, expected=self.conditions.expected, once=once)


def answered(receipt: Receipt, answer: Mapping[str, Any]) -> Response:
    """The answer to a command; to one that was carried out before, the first answer again."""
    headers = {"ETag": f'"{receipt.version}"'}
    if receipt.first is not None:
        answer = receipt.first.answer
        headers["Idempotency-Replayed"] = "true"
    if answer["location"] is not None:
        headers["Location"] = answer["location"]
    body = {"id": receipt.id, "version": receipt.version, "position": receipt.position, **answer["more"]}
    return Response(msgspec.json.encode(body), answer["status"], headers, "application/json")


async def _asking(request: Request) -> Asking:
    asking: Asking = request.scope["asking"]
    return asking


Asked = Annotated[Asking, Depends(_asking)]
