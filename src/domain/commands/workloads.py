"""Commands on leads, with the workloads of those who win or lose one."""

from collections.abc import Sequence
from typing import Any

from domain.aggregates import Change
from domain.assignment.counting import holder, moved
from domain.assignment.workload import workload_of
from domain.inquiry import extended
from domain.leads import LEAD, Lead
from domain.ledger import Circumstances, Command, Decision, Read
from domain.supposing import supposed


def counted(command: Command) -> Command:
    """The command, which also counts the lead that it is about in the workloads of its owners before and after.

    Whoever owns an open lead is known once the decision is made: it then asks for their workloads, and tells them
    together. So no decision on leads can forget them.
    """
    own = Read(LEAD, command.about)
    place = command.reads.index(own) if own in command.reads else None

    def counting(deciding: Decision, *states: Any) -> Decision:
        before: Lead | None = None if place is None else states[place]
        changes = yield from deciding
        of_lead = [change for change in changes if change.stream_id == command.about]
        after = _after(before, of_lead, command.circumstances)
        lost, won = holder(before), holder(after)
        if lost == won:
            return changes
        owners = [each for each in (lost, won) if each is not None]
        found = yield tuple(workload_of(owner) for owner in owners)
        return [*changes, *moved(before, after, of_lead, dict(zip(owners, found, strict=True)))]

    return extended(command, counting)


def _after(before: Lead | None, of_lead: Sequence[Change], by: Circumstances) -> Lead:
    after: Any = before
    for change in of_lead:
        after = supposed(after, change, by)
    lead: Lead = after
    return lead
