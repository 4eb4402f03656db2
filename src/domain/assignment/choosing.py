"""Who gets a lead, by the rules: asked in their order, each for what it needs to know."""

from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.access import ACCESS, ACCESS_ID, Access
from domain.assignment.absences import absence_of
from domain.assignment.conditions import Subject, applies
from domain.assignment.configuration import AssignmentRules
from domain.assignment.rules import Candidate, Rule, Strategy, Territory
from domain.assignment.turns import Turn, TurnTaken, chosen_by_weight, counted_turns, in_order, turn_of, weighed
from domain.assignment.workload import Workload, workload_of
from domain.customers import CUSTOMER
from domain.leads import CandidateSeen
from domain.ledger import Inquiry, Read

Known = Mapping[str, Any]
_WORDS = {
    "round_robin": "it was the next turn",
    "weighted": "it was the next turn by weight",
    "least_open": "fewest open leads",
    "sticky": "looks after the customer already",
}


class Person(msgspec.Struct, frozen=True):
    """What is known of the lead's customer: who looks after it, and which organisations it belongs to."""

    owner: str | None = None
    organisations: tuple[UUID, ...] = ()


class Chosen(msgspec.Struct, frozen=True):
    """The outcome: no `owner` where the lead goes into the pool. `turn` is to be told with it."""

    because: str
    owner: str | None = None
    rule: Rule | None = None
    territory: str | None = None
    candidates: tuple[CandidateSeen, ...] = ()
    turn: TurnTaken | None = None

    @property
    def strategy(self) -> Strategy | None:
        return self.rule.strategy if self.rule is not None else None


class _Who(msgspec.Struct, frozen=True):
    """Who can be had now."""

    access: Access
    rules: AssignmentRules
    now: datetime

    def away(self, principal: str) -> str | None:
        """Why the principal gets nothing now."""
        if principal not in self.access.members:
            return "is no member any more"
        absence = absence_of(self.rules.absences, principal, self.now)
        if absence is None:
            return None
        why = f": {absence.because}" if absence.because else ""
        return f"absent until {absence.ends_at.isoformat()}{why}"


def choose(rules: AssignmentRules, subject: Subject, person: Person, now: datetime) -> Inquiry[Chosen]:
    """Ask rule after rule. The last answer names everybody who was passed over on the way."""
    (access,) = yield (Read(ACCESS, ACCESS_ID, required=False),)
    who = _Who(access or Access(), rules, now)
    passed: tuple[CandidateSeen, ...] = ()
    for rule in rules.rules:
        if not rule.active or not applies(rule.when, subject):
            continue
        if rule.strategy == "pool":
            return Chosen("the rule leads into the pool", rule=rule, candidates=passed)
        chosen = yield from _by_rule(rule, subject, person, who)
        passed = (*passed, *chosen.candidates)
        if chosen.owner is not None:
            return replace(chosen, candidates=passed)
        if rule.stop:
            return Chosen("nobody could be had, and the rule stops there", rule=rule, candidates=passed)
    why = "of those whom the rules name nobody could be had" if passed else "no rule applied"
    return Chosen(why, candidates=passed)


def _by_rule(rule: Rule, subject: Subject, person: Person, who: _Who) -> Inquiry[Chosen]:
    match rule.strategy:
        case "sticky":
            return (yield from _sticky(rule, person, who))
        case "least_open":
            return (yield from _least_open(rule, who))
        case "territory":
            for territory in rule.territories:
                if applies(territory.when, subject):
                    return (yield from _by_turns(rule, territory.candidates, who, territory))
            return Chosen("lies in no territory", rule=rule)
        case _:
            return (yield from _by_turns(rule, rule.candidates, who))


def _sticky(rule: Rule, person: Person, who: _Who) -> Inquiry[Chosen]:
    """The owner of the customer, or else of the first of its organisations that has one who can be had."""
    seen: list[CandidateSeen] = []
    owners = [person.owner]
    if person.organisations:
        found = yield tuple(Read(CUSTOMER, each, required=False, followed=True) for each in person.organisations)
        owners += [each.owner if each is not None else None for each in found]
    for owner in dict.fromkeys(each for each in owners if each is not None):
        why = who.away(owner)
        seen.append(CandidateSeen(owner, skipped_because=why))
        if why is None:
            return Chosen(_WORDS["sticky"], owner, rule, candidates=tuple(seen))
    return Chosen("nobody looks after the customer", rule=rule, candidates=tuple(seen))


def _least_open(rule: Rule, who: _Who) -> Inquiry[Chosen]:
    """The present candidate with the fewest open leads; the first in the rule's order, of equals."""
    loads = yield from _workloads(rule.candidates)
    seen = tuple(_seen(each, who, open=loads[each.principal]) for each in rule.candidates)
    present = [each for each in seen if each.skipped_because is None]
    if not present:
        return Chosen("nobody could be had", rule=rule, candidates=seen)
    best = min(present, key=lambda each: loads[each.principal])
    return Chosen(_WORDS["least_open"], best.principal, rule, candidates=seen)


def _by_turns(
    rule: Rule, candidates: Sequence[Candidate], who: _Who, territory: Territory | None = None
) -> Inquiry[Chosen]:
    name = territory.name if territory is not None else None
    (last,) = yield (turn_of(rule.id, name),)
    loads = yield from _workloads([each for each in candidates if each.most_open is not None])
    seen = {each.principal: _seen(each, who, open=loads.get(each.principal)) for each in candidates}
    present = [each for each in candidates if seen[each.principal].skipped_because is None]
    if not present:
        return Chosen("nobody could be had", rule=rule, territory=name, candidates=tuple(seen.values()))
    owner, before, after = _taken(rule, candidates, present, last)
    because = _WORDS.get(rule.strategy) or f"lies in the territory {name}"
    return Chosen(
        because,
        owner,
        rule,
        territory=name,
        candidates=tuple(replace(each, standing=before.get(each.principal, 0)) for each in seen.values()),
        turn=TurnTaken(
            rule=rule.id,
            territory=name,
            rules_version=who.rules.version,
            owner=owner,
            turn=1 if last is None else last.turn + 1,
            standing=after,
        ),
    )


def _taken(
    rule: Rule, candidates: Sequence[Candidate], present: Sequence[Candidate], last: Turn | None
) -> tuple[str, Mapping[str, int], dict[str, int]]:
    """Who is next, how all stood when that was decided, and how they stand after it."""
    if rule.strategy == "weighted":
        before = weighed(candidates, present, last)
        return (chosen := chosen_by_weight(before, present))[0], before, chosen[1]
    owner = next(each for each in in_order(candidates, last) if each in present).principal
    return owner, last.standing if last is not None else {}, counted_turns(candidates, owner, last)


def _workloads(candidates: Sequence[Candidate]) -> Generator[Sequence[Read], Sequence[Any], dict[str, int]]:
    """How many open leads each has."""
    if not candidates:
        return {}
    found: Sequence[Workload | None] = yield tuple(workload_of(each.principal) for each in candidates)
    return {
        each.principal: load.open if load is not None else 0 for each, load in zip(candidates, found, strict=True)
    }


def _seen(candidate: Candidate, who: _Who, *, open: int | None) -> CandidateSeen:  # noqa: A002 - the event's own word
    why = who.away(candidate.principal)
    if why is None and open is not None and candidate.most_open is not None and open >= candidate.most_open:
        why = f"has {open} open leads, {candidate.most_open} at the most"
    return CandidateSeen(candidate.principal, open=open, skipped_because=why)
