"""How fairly leads were shared out: what each got, and what would have been exactly fair."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

import msgspec

from domain.assignment.configuration import AssignmentRules
from domain.leads import LeadAssigned

BY_TURNS = ("round_robin", "weighted", "territory")


class Share(msgspec.Struct, frozen=True):
    """What an owner got; `fair` is what was fair, to two places, where the rule goes by turns."""

    owner: str
    leads: int
    fair: float | None


class Shares(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a rule, or of one of its territories. Without a rule: by hand, or claimed out of the pool."""

    rule: str | None
    territory: str | None
    strategy: str | None
    shares: tuple[Share, ...]
    greatest_difference: float | None


def shared_out(assigned: Iterable[LeadAssigned], rules: Mapping[int, AssignmentRules]) -> list[Shares]:
    """Counts by rule, territory and owner; `rules` are those of each version.

    Fair is, of each lead that a rule gave by turns, an equal part for each candidate who could be had then (of a
    weighted rule: by weight). So who is absent loses nothing and catches nothing up. Where all are there, turns
    differ from it by less than one lead in a round robin.
    """
    got: dict[tuple[str | None, str | None, str | None], dict[str, int]] = {}
    fair: dict[tuple[str | None, str | None, str | None], dict[str, Fraction]] = {}
    for event in assigned:
        key = (event.rule, event.territory, event.strategy)
        counts = got.setdefault(key, defaultdict(int))
        counts[event.owner] += 1
        if event.strategy in BY_TURNS:
            parts = fair.setdefault(key, defaultdict(Fraction))
            for owner, part in _parts(event, rules).items():
                parts[owner] += part
    ordered = sorted(got, key=lambda key: tuple(part or "" for part in key))
    return [_shares(key, got[key], fair.get(key)) for key in ordered]


def _parts(event: LeadAssigned, rules: Mapping[int, AssignmentRules]) -> dict[str, Fraction]:
    there = {each.principal for each in event.candidates if each.skipped_because is None} | {event.owner}
    weights = dict.fromkeys(there, 1)
    held = rules.get(event.rules_version or 0)
    for rule in held.rules if held is not None and event.strategy == "weighted" else ():
        if rule.id == event.rule:
            weights |= {each.principal: each.weight for each in rule.candidates if each.principal in there}
    total = sum(weights.values())
    return {owner: Fraction(weight, total) for owner, weight in weights.items()}


def _shares(
    key: tuple[str | None, str | None, str | None],
    got: Mapping[str, int],
    fair: Mapping[str, Fraction] | None,
) -> Shares:
    owners = sorted({*got, *(fair or ())})
    shares = tuple(
        Share(owner, got.get(owner, 0), None if fair is None else round(float(fair[owner]), 2)) for owner in owners
    )
    greatest = None
    if fair is not None:
        greatest = round(float(max(abs(got.get(owner, 0) - fair[owner]) for owner in owners)), 2)
    rule, territory, strategy = key
    return Shares(rule=rule, territory=territory, strategy=strategy, shares=shares, greatest_difference=greatest)
