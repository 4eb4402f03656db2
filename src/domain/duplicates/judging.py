"""What follows, under the rules, of the duplicates that were found."""

import msgspec

from domain.duplicates.card import Profile
from domain.duplicates.refusals import DuplicatesNotLookedFor, Likeness, PossibleDuplicate
from domain.duplicates.rules import Action, Answer, DuplicateRules


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What is about to be done, and what was found before: None where nobody looked. `accepted` says that it is to
    be done whatever was found."""

    action: Action
    found: tuple[Likeness, ...] | None = None
    accepted: bool = False


class Judgement(msgspec.Struct, frozen=True):
    """Those that are to be told of, and whether they would have been refused had they not been accepted."""

    told: tuple[Likeness, ...] = ()
    against: bool = False


NOTHING_TO_TELL = Judgement()


def answer_to(rules: DuplicateRules, action: Action, likeness: Likeness) -> Answer:
    """What one likeness leads to."""
    if not set(rules.exact).isdisjoint(likeness.same):
        return "block"
    return "allow" if likeness.score is None else rules.thresholds(action).answer(likeness.score)


def judge(rules: DuplicateRules, check: Check, newcomer: Profile) -> Judgement:
    """Raises:
    DuplicatesNotLookedFor: the rules ask for it.
    PossibleDuplicate: of one that the rules refuse, and nobody accepted it.
    """
    if not rules.looks(check.action):
        return NOTHING_TO_TELL
    if check.found is None:
        raise DuplicatesNotLookedFor(f"{check.action} asks for a look at who is known already", newcomer)
    answers = {each: answer_to(rules, check.action, each) for each in check.found}
    refused = tuple(each for each, answer in answers.items() if answer == "block")
    if refused and not check.accepted:
        raise PossibleDuplicate(_told(refused), candidates=refused)
    told = tuple(each for each, answer in answers.items() if answer != "allow")
    return Judgement(told, bool(refused)) if told else NOTHING_TO_TELL


def _told(refused: tuple[Likeness, ...]) -> str:
    known = "one customer is" if len(refused) == 1 else f"{len(refused)} customers are"
    same = sorted({identifier for each in refused for identifier in each.same})
    by = f" by the same {' and '.join(same)}" if same else f" (score {max(each.score or 0 for each in refused)})"
    return f'{known} likely the same{by}; to register all the same, say "accept_duplicates": true'
