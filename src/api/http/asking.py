"""One request: who asks, what that one may, under which conditions; and how a command of it is carried out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec
from fastapi import Request, Response
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.http.conditions import NONE, Conditions
from api.http.fields import CommandBody, ReasonedBody
from api.http.within_reach import LIMITED, WithinReach
from api.ports import Services
from domain.access import Caller
from domain.ledger import Circumstances, Command, Receipt
from domain.once import Answered, Once
from domain.refusals import Refusal


@dataclass(frozen=True)
class Prepared:
    """A command, and how its success is answered: `more` ids beside the receipt, and where the record is found.

    `once_only` is told in the first answer and kept nowhere: a secret.
    """

    command: Command
    more: Mapping[str, Any] | None = None
    location: str | None = None
    once_only: Mapping[str, str] | None = None

    def answer(self, status: int) -> dict[str, Any]:
        """What is kept for those who ask again: ids, no personal data."""
        return {"status": status, "location": self.location, "more": self.more or {}}


class Asking(Request):
    """A request whose caller is known. `once` is set where it bears an Idempotency-Key; `kept` is then what was
    answered to those items of a batch that were carried out before.

    An endpoint asks for it by its type, as for any request: a dependency of FastAPI's would cost as much as the
    decision.
    """

    services: Services
    caller: Caller
    permission: str
    conditions: Conditions = NONE
    once: Once | None = None
    kept: Mapping[int, Answered] = MappingProxyType({})

    @property
    def within_reach(self) -> WithinReach:
        """The records that the caller reaches with the permission of this route."""
        return WithinReach(self.caller, self.permission, self.services.ledger)

    async def body(self) -> bytes:
        """As every request's, mostly of one part, without a generator around each."""
        if not hasattr(self, "_body"):
            parts: list[bytes] = []
            more = True
            while more:
                message = await self._receive()
                if message["type"] != "http.request":
                    raise ClientDisconnect
                parts.append(message.get("body", b""))
                more = message.get("more_body", False)
            self._stream_consumed = True
            self._body = parts[0] if len(parts) == 1 else b"".join(parts)
        return self._body

    def new_id(self) -> UUID:
        return self.services.new_id()

    def owner(self, given: str | None, kind: str) -> str | None:
        """The owner of a new record: who makes or changes only some records owns what he makes, where he says
        nothing."""
        if given is not None:
            return given
        levels = {self.caller.grants.get(f"{kind}:{action}") for action in ("create", "change")}
        return None if levels.isdisjoint(LIMITED) else self.caller.principal

    def by(self, body: ReasonedBody) -> Circumstances:
        """Who tells what, from where, when and why."""
        conditions, command_id = self.conditions, self.services.new_id()
        return Circumstances(
            now=self.services.clock(),
            actor=self.caller.principal,
            source="api",
            command_id=command_id,
            correlation_id=conditions.correlation_id or command_id,
            occurred_at=body.occurred_at if isinstance(body, CommandBody) else None,
            on_behalf_of=conditions.on_behalf_of,
            reason=body.reason,
            client=self.client.host if self.client else None,
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
        command = await self._conditioned(prepared.command, answer)
        try:
            receipt = await self.services.ledger.carry_out(command)
        except Refusal as refusal:
            if not refusal.others:
                raise
            await run_in_threadpool(self.within_reach.tell, [refusal])
            raise
        return answered(receipt, answer, prepared.once_only)

    def done_together(self, prepared: Sequence[Prepared | Refusal]) -> list[Receipt | Refusal]:
        """Carry out the commands of a batch, each by itself. Blocks."""
        commands: list[Command | Refusal | Receipt] = []
        for item, each in enumerate(prepared):
            if item in self.kept:  # carried out when the batch came before, whatever the state says now
                commands.append(repeated(self.kept[item]))
            else:
                commands.append(each if isinstance(each, Refusal) else self._item(item, each))
        outcomes = iter(self.services.ledger.execute_all([each for each in commands if isinstance(each, Command)]))
        answers = [next(outcomes) if isinstance(each, Command) else each for each in commands]
        self.within_reach.tell([each for each in answers if isinstance(each, Refusal)])
        return answers

    def _item(self, item: int, prepared: Prepared) -> Command | Refusal:
        once = None if self.once is None else replace(self.once, item=item, answer=prepared.answer(201))
        try:
            command = self.within_reach.command(prepared.command)
        except Refusal as refusal:
            return refusal
        return command if once is None else replace(command, once=once)

    async def _conditioned(self, command: Command, answer: Mapping[str, Any]) -> Command:
        within_reach = self.within_reach
        if within_reach.reach.everything:
            command = within_reach.command(command)
        else:
            command = await run_in_threadpool(within_reach.command, command)
        if self.conditions is NONE:
            return command
        once = None if self.once is None else replace(self.once, answer=answer)
        return replace(command, expected=self.conditions.expected, once=once)


def repeated(kept: Answered) -> Receipt:
    """The receipt of a command that was carried out before."""
    return Receipt(kept.id, kept.version, kept.position, kept)


def answered(receipt: Receipt, answer: Mapping[str, Any], once_only: Mapping[str, str] | None = None) -> Response:
    """The answer to a command; to one that was carried out before, the first answer again, without `once_only`."""
    headers = {"ETag": f'"{receipt.version}"'}
    if receipt.first is not None:
        answer, once_only = receipt.first.answer, None
        headers["Idempotency-Replayed"] = "true"
    if once_only is not None:
        headers["Cache-Control"] = "no-store"
    if answer["location"] is not None:
        headers["Location"] = answer["location"]
    body = {
        "id": receipt.id,
        "version": receipt.version,
        "position": receipt.position,
        **answer["more"],
        **(once_only or {}),
    }
    return Response(msgspec.json.encode(body), answer["status"], headers, "application/json")
