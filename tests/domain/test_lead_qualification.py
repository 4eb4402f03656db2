from datetime import date

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from domain.customers.refusals import NothingChanges
from domain.events import Event
from domain.leads import (
    LEAD,
    LEAD_QUALIFICATION,
    Budget,
    Lead,
    LeadCaptured,
    LeadElementAssessed,
    LeadQualificationDefined,
    QualificationMinimum,
    assess,
    define_minimum,
    qualify,
    score,
)
from domain.leads.qualification import ELEMENTS, NO_MINIMUM, Answer, Framework
from domain.leads.refusals import (
    ConfidenceBeyondScale,
    ElementAnsweredOtherwise,
    MinimumNeedsFramework,
    MinimumOutOfReach,
    QualificationIncomplete,
    RequiredElementUnknown,
    UnknownElement,
)
from domain.leads.statuses import SHIPPED
from tests.support.facts import LEAD_ID, MINUTE, NOON, euros, fact, given

FIVE_OF_BANT = QualificationMinimum(framework="bant", minimum=5, required=("budget", "need"))
PLACES: list[tuple[Framework, str]] = [(name, element) for name, each in ELEMENTS.items() for element in each]


def a_lead(*more: Event) -> Lead:
    return given(LEAD, LeadCaptured(channel="web"), *more, stream_id=LEAD_ID)


def sure(element: str, confidence: int, framework: Framework = "bant") -> LeadElementAssessed:
    return LeadElementAssessed(framework=framework, element=element, confidence=confidence)


@pytest.mark.rule("An assessed element says who said it, when, and on what evidence", area="leads")
def test_an_assessed_element_says_who_said_it_when_on_what_evidence() -> None:
    told = assess(a_lead(), "bant", "authority", answer="Head of IT ", evidence=" on the call ", confidence=2)
    known = a_lead(told).elements["bant.authority"]

    assert (known.value, known.evidence, known.confidence) == ("Head of IT", "on the call", 2)
    assert (known.assessed_by, known.assessed_at) == ("ann", NOON + MINUTE)


def test_budget_and_timeline_are_more_than_texts() -> None:
    budget = Budget(amount=euros(9600), status="can_buy")
    lead = a_lead(
        assess(a_lead(), "bant", "budget", answer=budget, confidence=2),
        assess(a_lead(), "bant", "timeline", answer=date(2027, 3, 31), confidence=1),
    )

    assert lead.elements["bant.budget"].budget == budget
    assert lead.elements["bant.timeline"].timeline == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("element", "answer"), [("budget", "much"), ("timeline", "soon"), ("need", Budget(status="may_buy"))]
)
def test_an_element_is_answered_as_it_asks(element: str, answer: Answer) -> None:
    with pytest.raises(ElementAnsweredOtherwise):
        assess(a_lead(), "bant", element, answer=answer, confidence=1)


def test_each_framework_has_its_own_elements() -> None:
    with pytest.raises(UnknownElement):
        assess(a_lead(), "bant", "champion", confidence=1)


@pytest.mark.parametrize("confidence", [-1, 4])
def test_confidence_goes_from_0_to_3(confidence: int) -> None:
    with pytest.raises(ConfidenceBeyondScale):
        assess(a_lead(), "bant", "need", confidence=confidence)


def test_an_assessment_says_something_new() -> None:
    told = assess(a_lead(), "bant", "need", answer="stocktaking", confidence=2)

    with pytest.raises(NothingChanges):
        assess(a_lead(told), "bant", "need", answer="stocktaking", confidence=2)
    assert assess(a_lead(told), "bant", "need", answer="stocktaking", confidence=3).confidence == 3


@any_of(st.lists(st.tuples(st.sampled_from(PLACES), st.integers(0, 3)), max_size=20))
@pytest.mark.rule("The score of a lead is the confidence in each element as last assessed", area="leads")
def test_the_score_is_the_confidence_in_each_element_as_last_assessed(
    told: list[tuple[tuple[Framework, str], int]],
) -> None:
    lead = a_lead(*(sure(element, confidence, framework) for (framework, element), confidence in told))
    last = dict(told)

    for framework in ELEMENTS:
        assert score(lead.elements, framework) == sum(
            last.get((framework, name), 0) for name in ELEMENTS[framework]
        )


def test_as_shipped_nothing_is_asked_for() -> None:
    assert LEAD_QUALIFICATION.of(None) == NO_MINIMUM
    assert qualify(a_lead(), SHIPPED, NO_MINIMUM).qualification_version == 0


def test_a_lead_below_the_minimum_is_told_what_is_missing() -> None:
    with pytest.raises(QualificationIncomplete) as refused:
        qualify(a_lead(sure("budget", 3), sure("need", 0)), SHIPPED, FIVE_OF_BANT)

    assert "need, 2 points of 5" in refused.value.message


@any_of(st.dictionaries(st.sampled_from(ELEMENTS["bant"]), st.integers(0, 3)))
def test_exactly_who_reaches_the_minimum_is_qualified(confidence: dict[str, int]) -> None:
    lead = a_lead(*(sure(element, each) for element, each in confidence.items()))
    reached = sum(confidence.values()) >= 5 and all(confidence.get(each) for each in ("budget", "need"))
    try:
        qualify(lead, SHIPPED, FIVE_OF_BANT)
    except QualificationIncomplete:
        assert not reached
    else:
        assert reached


def test_a_minimum_is_defined_and_taken_back() -> None:
    told = define_minimum(framework="meddpicc", minimum=12, required=["champion", "champion"])
    held = LEAD_QUALIFICATION.aggregate.evolve(None, fact(told, stream_id=LEAD_QUALIFICATION.id))

    assert told == LeadQualificationDefined(framework="meddpicc", minimum=12, required=("champion",))
    assert held == QualificationMinimum(framework="meddpicc", minimum=12, required=("champion",), version=1)
    assert define_minimum(framework=None) == LeadQualificationDefined()


def test_a_minimum_says_of_which_framework() -> None:
    with pytest.raises(MinimumNeedsFramework):
        define_minimum(framework=None, minimum=3)
    with pytest.raises(MinimumNeedsFramework):
        define_minimum(framework=None, required=["need"])


def test_elements_are_required_of_their_framework() -> None:
    with pytest.raises(RequiredElementUnknown):
        define_minimum(framework="bant", required=["champion"])


@pytest.mark.parametrize("minimum", [-1, 13])
def test_a_minimum_can_be_reached(minimum: int) -> None:
    with pytest.raises(MinimumOutOfReach):
        define_minimum(framework="bant", minimum=minimum)
