"""What is known of a lead's chances, element by element, after BANT and MEDDPICC; and how much of it is asked for.

Each element is worth the confidence in its answer, 0 to 3; the score of a framework is their sum.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar, Literal

import msgspec

from domain.configuration import Configuration
from domain.events import Event, PersonalText
from domain.facts import Fact
from domain.leads.refusals import (
    ConfidenceBeyondScale,
    ElementAnsweredOtherwise,
    MinimumNeedsFramework,
    MinimumOutOfReach,
    QualificationIncomplete,
    RequiredElementUnknown,
    UnknownElement,
)
from domain.money import Money

Framework = Literal["bant", "meddpicc"]
BudgetStatus = Literal["no_budget", "may_buy", "can_buy", "will_buy"]

MOST_CONFIDENCE = 3

ELEMENTS: dict[Framework, tuple[str, ...]] = {
    "bant": ("budget", "authority", "need", "timeline"),
    "meddpicc": (
        "metrics",
        "economic_buyer",
        "decision_criteria",
        "decision_process",
        "paper_process",
        "identify_pain",
        "champion",
        "competition",
    ),
}


class Budget(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    amount: Money | None = None
    status: BudgetStatus | None = None


Answer = str | Budget | date


class LeadElementAssessed(Event, frozen=True, kw_only=True):
    """One of `value`, `budget` and `timeline` is the answer, by element; or none, where it is not known yet."""

    TYPE: ClassVar[str] = "lead.element_assessed"
    framework: Framework
    element: str
    confidence: int
    value: PersonalText | None = None
    budget: Budget | None = None
    timeline: date | None = None
    evidence: PersonalText | None = None


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """An element as last assessed: by whom and when too."""

    framework: Framework
    element: str
    confidence: int
    value: str | None = None
    budget: Budget | None = None
    timeline: date | None = None
    evidence: str | None = None
    assessed_by: str
    assessed_at: datetime


Assessments = Mapping[str, Assessment]
"""By framework and element: `bant.need`."""


def place(framework: Framework, element: str) -> str:
    return f"{framework}.{element}"


def assessed(event: LeadElementAssessed, fact: Fact) -> Assessment:
    return Assessment(
        framework=event.framework,
        element=event.element,
        confidence=event.confidence,
        value=event.value,
        budget=event.budget,
        timeline=event.timeline,
        evidence=event.evidence,
        assessed_by=fact.on_behalf_of or fact.actor,
        assessed_at=fact.occurred_at,
    )


def assessment(
    framework: Framework, element: str, *, answer: Answer | None, evidence: str | None, confidence: int
) -> LeadElementAssessed:
    if element not in ELEMENTS[framework]:
        known = ", ".join(ELEMENTS[framework])
        raise UnknownElement(f"{framework} has no element {element!r} (it has {known})", field="element")
    if not 0 <= confidence <= MOST_CONFIDENCE:
        raise ConfidenceBeyondScale(f"a confidence of {confidence}", field="confidence")
    kind = {"budget": Budget, "timeline": date}.get(element, str)
    if answer is not None and not isinstance(answer, kind):
        raise ElementAnsweredOtherwise(f"{element} is not answered with {answer!r}", field="value")
    return LeadElementAssessed(
        framework=framework,
        element=element,
        confidence=confidence,
        value=answer.strip() or None if isinstance(answer, str) else None,
        budget=answer if isinstance(answer, Budget) else None,
        timeline=answer if isinstance(answer, date) else None,
        evidence=(evidence or "").strip() or None,
    )


def score(assessments: Assessments, framework: Framework) -> int:
    return sum(each.confidence for each in assessments.values() if each.framework == framework)


class LeadQualificationDefined(Event, frozen=True, kw_only=True):
    """What a lead needs to be qualified, from then on; without a framework, nothing."""

    TYPE: ClassVar[str] = "lead_qualification.defined"
    framework: Framework | None = None
    minimum: int = 0
    required: tuple[str, ...] = ()


class QualificationMinimum(msgspec.Struct, frozen=True, kw_only=True):
    """At least this score in the framework, with some confidence in each of the `required` elements."""

    framework: Framework | None = None
    minimum: int = 0
    required: tuple[str, ...] = ()
    version: int = 0

    def check(self, lead_id: object, assessments: Assessments) -> None:
        """Raises:
        QualificationIncomplete: naming the elements and the points that are missing.
        """
        if self.framework is None:
            return
        known = {
            each.element for each in assessments.values() if each.framework == self.framework and each.confidence
        }
        lacking = [element for element in self.required if element not in known]
        points = self.minimum - score(assessments, self.framework)
        missing = [*lacking, *([f"{points} points of {self.minimum}"] if points > 0 else [])]
        if missing:
            raise QualificationIncomplete(
                f"to be qualified by {self.framework}, lead {lead_id} lacks {', '.join(missing)}",
                field="qualification",
            )


def evolve(held: QualificationMinimum, fact: Fact) -> QualificationMinimum:
    event = fact.event
    if not isinstance(event, LeadQualificationDefined):
        return held
    return QualificationMinimum(
        framework=event.framework, minimum=event.minimum, required=event.required, version=fact.version
    )


NO_MINIMUM = QualificationMinimum()
LEAD_QUALIFICATION: Configuration[QualificationMinimum] = Configuration("lead_qualification", evolve, NO_MINIMUM)


def define_minimum(
    *, framework: Framework | None, minimum: int = 0, required: Sequence[str] = ()
) -> LeadQualificationDefined:
    if framework is None:
        if minimum or required:
            raise MinimumNeedsFramework("a minimum is given, but no framework", field="framework")
        return LeadQualificationDefined()
    elements = ELEMENTS[framework]
    for element in required:
        if element not in elements:
            raise RequiredElementUnknown(f"{framework} has no element {element!r}", field="required")
    if not 0 <= minimum <= MOST_CONFIDENCE * len(elements):
        raise MinimumOutOfReach(
            f"{framework} is worth {MOST_CONFIDENCE * len(elements)} points at most, not {minimum}",
            field="minimum",
        )
    return LeadQualificationDefined(framework=framework, minimum=minimum, required=tuple(dict.fromkeys(required)))
