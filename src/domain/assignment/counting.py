"""The workloads, kept exact by the decisions that change who owns an open lead."""

from collections.abc import Mapping, Sequence

from domain.aggregates import Change
from domain.assignment.handing import is_open
from domain.assignment.workload import By, Workload, WorkloadReleased, WorkloadTaken, loaded
from domain.events import Event
from domain.leads import Lead, LeadAssigned


def holder(lead: Lead | None) -> str | None:
    """Whose workload the lead counts in."""
    return lead.owner if lead is not None and is_open(lead) else None


def moved(
    before: Lead | None, after: Lead, of_lead: Sequence[Change], workloads: Mapping[str, Workload | None]
) -> list[Change]:
    """The changes of workloads that go with changes of a lead.

    A lead from before workloads were counted is not released from one that it is not in.
    """
    lost, won = holder(before), holder(after)
    if lost == won:
        return []
    changes: list[Change] = []
    events = [event for change in of_lead for event in change.events]
    load = workloads.get(lost) if lost is not None else None
    if lost is not None and load is not None and after.id in load.leads:
        because = events[-1].TYPE
        changes.append(loaded(WorkloadReleased(owner=lost, lead_id=after.id, because=because)))
    if won is not None:
        by = _by(before, events)
        changes.append(loaded(WorkloadTaken(owner=won, lead_id=after.id, by=by)))
    return changes


def _by(before: Lead | None, events: Sequence[Event]) -> By:
    assigned = [each for each in events if isinstance(each, LeadAssigned)]
    if assigned:
        return "rule" if assigned[-1].rule is not None else "claim" if assigned[-1].strategy == "claim" else "hand"
    return "return" if before is not None and not is_open(before) else "hand"
