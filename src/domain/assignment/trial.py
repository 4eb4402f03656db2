"""Assignment rules tried on leads of the past: the same decision, lead after lead. Nothing is recorded."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from domain.access import ACCESS_ID, Access
from domain.assignment.choosing import Chosen, Person, choose
from domain.assignment.conditions import Subject
from domain.assignment.configuration import AssignmentRules
from domain.assignment.turns import Turn, TurnTaken, turn_id
from domain.assignment.workload import Held, Workload, workload_id
from domain.customers import Customer
from domain.ledger import Inquiry, Read


class PastLead(msgspec.Struct, frozen=True, kw_only=True):
    """A lead as it was captured: `named` is the owner that was named with it, `got` who got it in the same
    decision (null: nobody), `organisations` those of its customer as they were."""

    id: UUID
    at: datetime
    subject: Subject
    person: Person = Person()
    organisations: Mapping[UUID, Customer] = {}
    named: str | None = None
    got: str | None = None


class PastEnd(msgspec.Struct, frozen=True):
    """A lead ended, or is `open` again."""

    lead_id: UUID
    at: datetime
    open: bool = False


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """Who would have got a lead (null: it would lie in the pool), by which rule and why, and who really got it."""

    lead_id: UUID
    rule: str | None
    would_get: str | None
    because: str
    got: str | None


class _Memory:
    """Turns and workloads of a trial."""

    def __init__(self, access: Access) -> None:
        self._states: dict[UUID, Any] = {ACCESS_ID: access}
        self._owners: dict[UUID, str] = {}

    def chosen(self, asking: Inquiry[Chosen], organisations: Mapping[UUID, Customer]) -> Chosen:
        try:
            asked = next(asking)
            while True:
                asked = asking.send([self._state(each, organisations) for each in asked])
        except StopIteration as ended:
            chosen: Chosen = ended.value
            return chosen

    def take(self, lead_id: UUID, owner: str, at: datetime, turn: TurnTaken | None) -> None:
        self._owners[lead_id] = owner
        self._leads_of(owner)[lead_id] = Held(at, "rule")
        if turn is not None:
            last = Turn(
                rule=turn.rule,
                territory=turn.territory,
                owner=turn.owner,
                turn=turn.turn,
                standing=turn.standing,
            )
            self._states[turn_id(turn.rule, turn.territory)] = last

    def end(self, ended: PastEnd) -> None:
        owner = self._owners.get(ended.lead_id)
        if owner is None:
            return
        if ended.open:
            self._leads_of(owner)[ended.lead_id] = Held(ended.at, "return")
        else:
            self._leads_of(owner).pop(ended.lead_id, None)

    def _state(self, read: Read, organisations: Mapping[UUID, Customer]) -> Any:
        return self._states.get(read.stream_id) or organisations.get(read.stream_id)

    def _leads_of(self, owner: str) -> dict[UUID, Held]:
        # Filled in place: to copy it for each lead would take the square of their number.
        workload: Workload = self._states.setdefault(workload_id(owner), Workload(owner=owner, leads={}))
        return workload.leads


def try_rules(rules: AssignmentRules, access: Access, story: Iterable[PastLead | PastEnd]) -> list[Tried]:
    """What the rules would have made of the leads, in the order of the story.

    Turns and workloads begin as empty; workloads then follow from what the trial itself assigns, and from the ends
    that the story tells of. Members and absences are those given, judged at each lead's own time. A lead whose
    owner was named is not asked for: it counts in that owner's workload.
    """
    memory, tried = _Memory(access), []
    for each in story:
        if isinstance(each, PastEnd):
            memory.end(each)
        elif each.named is not None:
            memory.take(each.id, each.named, each.at, None)
        else:
            chosen = memory.chosen(choose(rules, each.subject, each.person, each.at), each.organisations)
            if chosen.owner is not None:
                memory.take(each.id, chosen.owner, each.at, chosen.turn)
            tried.append(
                Tried(
                    lead_id=each.id,
                    rule=chosen.rule.id if chosen.rule is not None else None,
                    would_get=chosen.owner,
                    because=chosen.because,
                    got=each.got,
                )
            )
    return tried
