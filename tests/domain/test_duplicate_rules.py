"""What is asked for before somebody is registered, and what follows from what was found."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec import UNSET

from domain.aggregates import Change
from domain.claims import NO_CLAIMS
from domain.commands import capture_lead, dismiss, register_customer, tell, under_duplicate_rules
from domain.customers import (
    CUSTOMER,
    Customer,
    CustomerDuplicateDismissed,
    CustomerDuplicatesFound,
    CustomerProfileChanged,
    CustomerRegistered,
    FoundAlike,
    change_profile,
    dismiss_duplicate,
)
from domain.customers.state import claims
from domain.duplicates import (
    DUPLICATE_RULES,
    CardField,
    Check,
    DismissalNeedsReason,
    DuplicateAlreadyDismissed,
    DuplicateOfItself,
    DuplicateRules,
    DuplicatesNotLookedFor,
    Likeness,
    PossibleDuplicate,
    Thresholds,
    answer_to,
    define_rules,
    profile_of,
)
from domain.duplicates.refusals import (
    ThresholdOutOfRange,
    ThresholdsOutOfOrder,
    UnknownAction,
    UnknownAttribute,
    UnknownCardField,
    UnknownIdentifier,
)
from domain.events import Event
from domain.leads import LeadCaptured
from domain.ledger import Command
from domain.refusals import Invalid
from tests.support.deciding import changes_of
from tests.support.facts import ACME, ADA, BEN, LEAD_ID, by, fact, given

PERSON = CustomerRegistered(kind="person", name="Ada Nilsson", email="ada@b.se", phone="+46 8 123 456")
RULES = DuplicateRules(
    version=4, actions={"register": Thresholds(warn=0.8, block=0.99), "capture": Thresholds(warn=0.9)}
)
CARD: dict[CardField, tuple[str, ...]] = {
    "city": ("attributes.town",),
    "date_of_birth": ("custom_fields.birthday",),
}
EXACT = DuplicateRules(version=5, exact=("email",))


def likeness(score: float | None, *same: str) -> Likeness:
    return Likeness(customer_id=BEN, score=score, same=same)


def checked(*found: Likeness, **how: Any) -> Check:
    return Check(**{"action": "register", "found": found, **how})


def registered(rules: DuplicateRules, check: Check | None) -> list[Event]:
    """What registering the person records, under the rules."""
    [change] = recorded(register_customer(ADA, PERSON, by(), check=check), rules)
    return list(change.events)


def recorded(command: Command, rules: DuplicateRules) -> Sequence[Change]:
    """What the command records under these rules, where nothing else is defined."""
    return changes_of(command, *(None for _ in command.reads), found={DUPLICATE_RULES.id: rules})


def test_as_shipped_nobody_is_asked_about_and_cards_are_made_of_plain_names() -> None:
    shipped = DUPLICATE_RULES.shipped

    assert not any(shipped.looks(action) for action in ("register", "capture", "import"))
    assert shipped.card["date_of_birth"] == ("attributes.date_of_birth",)
    assert registered(shipped, Check(action="register")) == [PERSON]


def test_rules_are_defined_anew_as_a_whole() -> None:
    defined = define_rules(
        ["birthday"],
        actions={"import": Thresholds(block=1)},
        card={"city": CARD["city"], "date_of_birth": CARD["date_of_birth"]},
        exact=("phone", "phone"),
    )
    rules = DUPLICATE_RULES.aggregate.evolve(None, fact(defined, stream_id=DUPLICATE_RULES.id, version=7))

    assert rules == DuplicateRules(
        version=7,
        actions={"import": Thresholds(block=1)},
        card=CARD,
        exact=("phone",),
    )
    assert rules.paths == {"attributes.town", "custom_fields.birthday"}


@pytest.mark.parametrize(
    ("rules", "refusal", "field"),
    [
        ({"actions": {"sneeze": Thresholds()}}, UnknownAction, "actions.sneeze"),
        ({"actions": {"import": Thresholds(warn=1.1)}}, ThresholdOutOfRange, "actions.import.warn"),
        ({"actions": {"import": Thresholds(block=-0.1)}}, ThresholdOutOfRange, "actions.import.block"),
        ({"actions": {"import": Thresholds(block=float("nan"))}}, ThresholdOutOfRange, "actions.import.block"),
        (
            {"actions": {"capture": Thresholds(warn=0.9, block=0.8)}},
            ThresholdsOutOfOrder,
            "actions.capture.block",
        ),
        ({"card": {"shoe_size": ("attributes.shoes",)}}, UnknownCardField, "card.shoe_size"),
        ({"card": {"city": ("town",)}}, UnknownAttribute, "card.city"),
        ({"card": {"city": ("attributes. ",)}}, UnknownAttribute, "card.city"),
        ({"card": {"city": ("custom_fields.town",)}}, UnknownAttribute, "card.city"),
        ({"exact": ("name",)}, UnknownIdentifier, "exact.name"),
    ],
)
def test_what_makes_no_sense_is_refused_when_it_is_defined(
    rules: dict[str, Any], refusal: type[Invalid], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        define_rules(["birthday"], **{"actions": {}, "card": {}, **rules})

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("score", "answer"), [(0.79, "allow"), (0.8, "warn"), (0.98, "warn"), (0.99, "block"), (None, "allow")]
)
def test_the_score_decides_what_follows(score: float | None, answer: str) -> None:
    assert answer_to(RULES, "register", likeness(score)) == answer
    assert answer_to(RULES, "import", likeness(score)) == "allow"


@pytest.mark.rule("An identifier that is to be exact blocks, whatever the score", area="duplicates")
def test_an_identifier_that_is_to_be_exact_blocks_whatever_the_score() -> None:
    assert answer_to(EXACT, "import", likeness(0.1, "email")) == "block"
    assert answer_to(EXACT, "import", likeness(0.1, "phone")) == "allow"


def test_where_the_rules_ask_for_it_nobody_is_registered_without_a_look() -> None:
    for rules in (RULES, EXACT):
        with pytest.raises(DuplicatesNotLookedFor) as refused:
            registered(rules, Check(action="register"))
        assert refused.value.newcomer == profile_of(PERSON)


@pytest.mark.rule("What a look for duplicates found is recorded with the newcomer", area="duplicates")
def test_what_a_look_found_is_recorded_with_the_newcomer() -> None:
    person, told = registered(RULES, checked(likeness(0.9), Likeness(customer_id=ACME, score=0.1)))

    assert person == PERSON
    assert told == CustomerDuplicatesFound(found=(FoundAlike(BEN, 0.9),), duplicate_rules_version=4)


def test_a_look_that_found_nobody_says_nothing() -> None:
    assert registered(RULES, checked(likeness(0.5))) == registered(RULES, checked()) == [PERSON]


def test_a_likely_duplicate_is_refused_and_not_named_to_those_who_may_not_see_it() -> None:
    with pytest.raises(PossibleDuplicate) as refused:
        registered(RULES, checked(likeness(0.995), likeness(0.85)))

    assert refused.value.candidates == (likeness(0.995),)
    assert str(BEN) not in refused.value.message


def test_a_duplicate_that_is_accepted_is_recorded_as_such() -> None:
    _, told = registered(RULES, checked(likeness(0.995), accepted=True))

    assert told == CustomerDuplicatesFound(
        found=(FoundAlike(BEN, 0.995),), accepted=True, duplicate_rules_version=4
    )


def test_a_new_person_of_a_lead_is_looked_for_and_a_known_one_is_not() -> None:
    captured = LeadCaptured(channel="web")
    of_a_newcomer = capture_lead(LEAD_ID, ADA, captured, by(), person=PERSON, check=Check(action="capture"))

    with pytest.raises(DuplicatesNotLookedFor):
        recorded(of_a_newcomer, RULES)
    assert DUPLICATE_RULES.read not in capture_lead(LEAD_ID, ADA, captured, by()).reads


def test_an_exact_identifier_is_claimed_by_the_event_that_tells_it() -> None:
    [person] = registered(EXACT, checked())
    assert isinstance(person, CustomerRegistered)
    [claim] = claims(person).takes

    assert (person.unique, person.duplicate_rules_version) == (("email",), 5)
    assert (claim.kind, claim.value) == ("customer email", "ada@b.se")
    with pytest.raises(PossibleDuplicate) as refused:
        raise claim.refuse(BEN)
    assert (refused.value.field, refused.value.candidates) == ("email", (likeness(None, "email"),))
    assert str(BEN) not in refused.value.message


def test_who_was_accepted_claims_nothing() -> None:
    assert registered(EXACT, checked(likeness(0.1, "email"), accepted=True))[0] == PERSON
    assert claims(PERSON).takes == ()


def test_a_changed_identifier_gives_the_one_before_back() -> None:
    person = given(CUSTOMER, PERSON, stream_id=ADA)
    command = under_duplicate_rules(tell(CUSTOMER, ADA, lambda it: change_profile(it, email="a@b.se"), by()))
    [change] = changes_of(command, person, found={DUPLICATE_RULES.id: EXACT})
    [told] = change.events
    claimed = claims(told)

    assert [claim.value for claim in claimed.takes] == ["a@b.se"]
    assert claimed.gives_back == ("customer email",)
    assert claims(CustomerProfileChanged(email=None)).gives_back == ("customer email",)
    assert claims(CustomerProfileChanged(name="Ada", email=UNSET)) is NO_CLAIMS


def test_two_customers_are_told_apart_on_both_sides() -> None:
    ada, ben = given(CUSTOMER, PERSON, stream_id=ADA), given(CUSTOMER, PERSON, stream_id=BEN)
    changes = dismiss(ADA, BEN, by(reason="father and son")).decide(ada, ben)

    assert changes == [
        Change(CUSTOMER, ADA, ADA, (CustomerDuplicateDismissed(other_id=BEN),)),
        Change(CUSTOMER, BEN, BEN, (CustomerDuplicateDismissed(other_id=ADA),)),
    ]


@pytest.mark.parametrize(
    ("other", "reason", "refusal"),
    [(ADA, "alike", DuplicateOfItself), (BEN, " ", DismissalNeedsReason), (BEN, None, DismissalNeedsReason),
     (ACME, "again", DuplicateAlreadyDismissed)],
)  # fmt: skip
def test_what_cannot_be_told_apart(other: Any, reason: str | None, refusal: type[Exception]) -> None:
    ada = given(CUSTOMER, PERSON, CustomerDuplicateDismissed(other_id=ACME), stream_id=ADA)

    with pytest.raises(refusal):
        dismiss_duplicate(ada, Customer(id=other, kind="person"), reason=reason)
