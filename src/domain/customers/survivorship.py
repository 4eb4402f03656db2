"""Whose value of each field a group of linked customers shows."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.customers.groups import canonical_id
from domain.customers.identifiers import Identifiers, Told, together
from domain.customers.identity_events import CustomerSurvivorChosen, CustomerSurvivorReleased
from domain.customers.identity_refusals import NobodyToChooseFrom, NotChosen, NothingToShow
from domain.customers.lifecycle import STAGES
from domain.customers.state import Customer
from domain.identity import IdentityRules, Policy
from domain.identity.rules import OPEN_FIELDS, PROFILE_FIELDS

_LONG_AGO = Told(datetime.min.replace(tzinfo=UTC), "")


class Survivor(msgspec.Struct, frozen=True):
    """The member whose value of a field is shown, by which policy; `chosen` where somebody chose it."""

    member: UUID
    policy: Policy
    chosen: bool = False


class _Candidate(msgspec.Struct, frozen=True):
    member: UUID
    value: Any
    told: Told


def choose_survivor(customer: Customer, *, field: str) -> CustomerSurvivorChosen:
    """This customer's value of the field stands for the group: name, email, phone, owner, attributes.<name> or
    custom_fields.<name>."""
    if not customer.links:
        raise NobodyToChooseFrom(f"{customer.id} is linked to nobody", field="field")
    if value_of(customer, field) is None:
        raise NothingToShow(f"{customer.id} has no {field}", field="field")
    return CustomerSurvivorChosen(field=field)


def release_survivor(customer: Customer, *, field: str) -> CustomerSurvivorReleased:
    if field not in customer.chosen:
        raise NotChosen(f"the {field} of {customer.id} was not chosen", field="field")
    return CustomerSurvivorReleased(field=field)


def value_of(customer: Customer, field: str) -> Any:
    """The customer's value of a field of the profile; None where there is none."""
    whole, _, name = field.partition(".")
    if whole in OPEN_FIELDS:
        return getattr(customer, whole).get(name)
    return getattr(customer, field) if field in PROFILE_FIELDS else None


def survived(members: Collection[Customer], rules: IdentityRules) -> tuple[Customer, dict[str, Survivor]]:
    """The profile of a group, and by field who survived in it. A customer alone is as he was.

    The answer depends on the members and the rules only, not on their order: of two that are alike for a policy
    the later told value wins, then that of the smaller id. A field without a value takes no part.
    """
    standing = next(member for member in members if member.id == canonical_id(members))
    if len(members) == 1:
        return standing, {}
    named = {f"{whole}.{name}" for whole in OPEN_FIELDS for each in members for name in getattr(each, whole)}
    fields = [*PROFILE_FIELDS, *sorted(named)]
    winners = {field: won for field in fields if (won := _winner(field, members, standing, rules)) is not None}
    shown = {field: value_of(_member(members, won.member), field) for field, won in winners.items()}
    profile = replace(
        standing,
        **{field: shown.get(field) for field in PROFILE_FIELDS},
        **{whole: _under(whole, shown) for whole in OPEN_FIELDS},
        organisations=_all(members, lambda each: each.organisations),
        came_from_leads=_all(members, lambda each: each.came_from_leads),
        lifecycle_stage=max(
            (each.lifecycle_stage for each in members if each.lifecycle_stage), key=STAGES.index, default=None
        ),
        told={field: _told(_member(members, won.member), field) for field, won in winners.items()},
        told_identifiers=_identifiers(members),
        # What each agreed to stays that one's: which of them holds is told beside the profile, in the open.
        consents={},
    )
    return profile, winners


def _all(members: Collection[Customer], of: Callable[[Customer], Iterable[UUID]]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(each for member in _in_order(members) for each in of(member)))


def _under(whole: str, shown: Mapping[str, Any]) -> dict[str, Any]:
    return {
        field.removeprefix(f"{whole}."): value for field, value in shown.items() if field.startswith(f"{whole}.")
    }


def _winner(
    field: str, members: Collection[Customer], standing: Customer, rules: IdentityRules
) -> Survivor | None:
    having = [each for each in _in_order(members) if value_of(each, field) is not None]
    if not having:
        return None
    chosen = [each for each in having if field in each.chosen]
    if chosen:
        return Survivor(max(chosen, key=lambda each: each.chosen[field]).id, "manual", chosen=True)
    policy = rules.policy(field)
    if policy == "manual":
        if standing in having:
            return Survivor(standing.id, policy)
        policy = "most_recent"
    candidates = [_Candidate(each.id, value_of(each, field), _told(each, field)) for each in having]
    # The first of several: that of the smallest id.
    return Survivor(max(candidates, key=_best_by(policy, rules)).member, policy)


def _best_by(policy: Policy, rules: IdentityRules) -> Callable[[_Candidate], tuple[float, datetime]]:
    """By what the candidates are compared; the highest wins."""
    match policy:
        case "most_trusted_source":
            return lambda each: (-rules.trust(each.told.source), each.told.at)
        case "longest":
            return lambda each: (len(each.value) if isinstance(each.value, str) else 0, each.told.at)
        case "oldest":
            return lambda each: (-(each.told.at - _LONG_AGO.at).total_seconds(), each.told.at)
        case _:
            return lambda each: (0, each.told.at)


def _in_order(members: Collection[Customer]) -> list[Customer]:
    return sorted(members, key=lambda member: member.id)


def _member(members: Collection[Customer], member_id: UUID) -> Customer:
    return next(member for member in members if member.id == member_id)


def _told(customer: Customer, field: str) -> Told:
    return customer.told.get(field, _LONG_AGO)


def _identifiers(members: Collection[Customer]) -> Identifiers:
    held: Identifiers = ()
    for member in _in_order(members):
        for each in member.identifiers:
            held = together(held, each)
    return held
