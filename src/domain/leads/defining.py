"""What statuses of leads have to be, so that every lead has a way to go."""

import re
from collections.abc import Mapping, Sequence
from typing import get_args

from domain.leads.refusals import (
    DuplicateLeadStatus,
    LeadStatusDeadEnd,
    LeadStatusDropped,
    LeadStatusIdMalformed,
    LeadStatusTypeChanged,
    LeadStatusTypeMissing,
    LeadStatusTypeTwice,
    LeadStatusUnreachable,
    LeadTransitionImpossible,
    RetiredLeadStatusEntered,
    UnknownLeadStatus,
)
from domain.leads.statuses import (
    STATUS_ID,
    LeadStatus,
    LeadStatuses,
    LeadStatusesDefined,
    StatusType,
    Transitions,
    reachable,
)
from domain.texts import filled

ONE_EACH: tuple[StatusType, ...] = ("open", "qualified", "converted", "disqualified")
"""The types of which one status is in use: a command, not a choice, leads there."""

_MAY_FOLLOW: dict[StatusType, frozenset[StatusType]] = {
    "converted": frozenset(),
    "disqualified": frozenset({"nurturing"}),
    "qualified": frozenset(get_args(StatusType)),
}
_MAY_FOLLOW_OTHERS = frozenset(get_args(StatusType)) - {"converted"}


def define_statuses(
    held: LeadStatuses, *, statuses: Sequence[LeadStatus], transitions: Transitions
) -> LeadStatusesDefined:
    """Define statuses and transitions anew, in place of those that are held.

    Statuses that leads may be in stay: one that is no longer wanted is retired, not left out.
    """
    told = tuple(_checked(status) for status in statuses)
    by_id = {status.id: status for status in told}
    if len(by_id) < len(told):
        twice = next(status.id for status in told if [each.id for each in told].count(status.id) > 1)
        raise DuplicateLeadStatus(f"the status {twice!r} is there twice", field="statuses")
    _check_types(told)
    _check_kept(held, by_id)
    table = {from_status: tuple(dict.fromkeys(allowed)) for from_status, allowed in transitions.items() if allowed}
    _check_transitions(by_id, table)
    _check_ways(told, table)
    return LeadStatusesDefined(statuses=told, transitions=table)


def _checked(status: LeadStatus) -> LeadStatus:
    if not re.fullmatch(STATUS_ID, status.id):
        raise LeadStatusIdMalformed(
            f"{status.id!r} is no id of a status: small letters, digits and _, a letter first", field="statuses"
        )
    return LeadStatus(
        id=status.id,
        name=filled(status.name, field="statuses.name"),
        type=status.type,
        retired=status.retired,
    )


def _check_types(statuses: Sequence[LeadStatus]) -> None:
    for kind in ONE_EACH:
        of_kind = [status.id for status in statuses if status.type == kind and not status.retired]
        if not of_kind:
            raise LeadStatusTypeMissing(f"no status in use is of type {kind!r}", field="statuses")
        if len(of_kind) > 1:
            raise LeadStatusTypeTwice(f"{' and '.join(of_kind)} are both of type {kind!r}", field="statuses")


def _check_kept(held: LeadStatuses, told: Mapping[str, LeadStatus]) -> None:
    for status in held.statuses:
        kept = told.get(status.id)
        if kept is None:
            raise LeadStatusDropped(f"the status {status.id!r} is missing: retire it instead", field="statuses")
        if kept.type != status.type:
            raise LeadStatusTypeChanged(
                f"the status {status.id!r} is of type {status.type!r}, not {kept.type!r}", field="statuses"
            )


def _check_transitions(statuses: Mapping[str, LeadStatus], transitions: Transitions) -> None:
    for from_status, allowed in transitions.items():
        for status_id in (from_status, *allowed):
            if status_id not in statuses:
                raise UnknownLeadStatus(f"a transition names {status_id!r}, no status", field="transitions")
        source = statuses[from_status]
        possible = _MAY_FOLLOW.get(source.type, _MAY_FOLLOW_OTHERS)
        for entered in (statuses[status_id] for status_id in allowed):
            if entered.retired:
                raise RetiredLeadStatusEntered(
                    f"{from_status!r} leads to {entered.id!r}, which is retired", field="transitions"
                )
            if entered.type not in possible or entered is source:
                raise LeadTransitionImpossible(
                    f"nothing leads from {from_status!r} ({source.type}) to {entered.id!r} ({entered.type})",
                    field="transitions",
                )


def _check_ways(statuses: Sequence[LeadStatus], transitions: Transitions) -> None:
    initial = [status.id for status in statuses if status.type == "open" and not status.retired]
    reached = reachable(transitions, initial)
    for status in statuses:
        if status.id not in reached and not status.retired:
            raise LeadStatusUnreachable(
                f"no transitions lead from {initial[0]!r} to {status.id!r}", field="transitions"
            )
        # A lead may end as disqualified. In any other status, a retired one too, it has a way to its conversion.
        if status.type in ("converted", "disqualified"):
            continue
        ahead = reachable(transitions, [status.id])
        if not any(each.id in ahead for each in statuses if each.type == "converted"):
            raise LeadStatusDeadEnd(f"no transitions lead from {status.id!r} to a conversion", field="transitions")
