"""Assignment rules as requests and answers."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, Field, StrictBool, WithJsonSchema

from api.http.fields import LARGEST_NUMBER, WHOLE, Body, Label, Name, attribute_value
from api.http.stated import CHARACTERS, states
from domain.assignment import Candidate, Condition, Rule, Territory, When
from domain.assignment.conditions import (
    LISTS,
    NUMBERS,
    OF_CUSTOMER,
    OPERATORS,
    PARTS,
    PREFIXES,
    PRESENCE,
    TEXTS,
)
from domain.assignment.rules import Strategy

MOST = 100
_MOST_LISTED = 1000
_MOST_LEADS = 1_000_000

_TEXT: dict[str, Any] = {"type": "string", "maxLength": 500, "pattern": CHARACTERS}
_NUMBER: dict[str, Any] = {"type": "number", "minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER}
_ONE: list[dict[str, Any]] = [_TEXT, _NUMBER, {"type": "boolean"}]
_LIST: dict[str, Any] = {"type": "array", "items": {"anyOf": _ONE}, "maxItems": _MOST_LISTED}


def _value(given: Any) -> Any:
    if given is None:
        return None
    if isinstance(given, list):
        if len(given) > _MOST_LISTED:
            raise ValueError(f"a list has at most {_MOST_LISTED} values")
        return tuple(attribute_value(each) for each in given)
    return attribute_value(given)


def _takes(operators: tuple[str, ...], *values: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema: these operators take such a value."""
    return {
        "properties": {"operator": {"enum": list(operators)}, "value": {"anyOf": list(values)}},
        "required": ["value"],
    }


COMPARES: list[dict[str, Any]] = [
    _takes(("equals",), *_ONE),
    _takes(LISTS, {**_LIST, "minItems": 1}),
    _takes(PARTS, {**_TEXT, "minLength": 1}),
    _takes(NUMBERS, _NUMBER),
    {"properties": {"operator": {"enum": list(PRESENCE)}, "value": {"type": "null"}}},
]
"""JSON Schema: which values go with which operators; one of these holds."""

Operator = Annotated[Label, states(enum=list(OPERATORS))]
Attribute = Annotated[
    Label,
    states(
        anyOf=[
            {"enum": [*TEXTS, *OF_CUSTOMER]},
            {"pattern": rf"^({'|'.join(each.removesuffix('.') for each in PREFIXES)})\.[!-~]{{1,80}}$"},
        ]
    ),
]
ConditionValue = Annotated[
    Any, BeforeValidator(_value), WithJsonSchema({"anyOf": [*_ONE, _LIST, {"type": "null"}]})
]


class ConditionBody(Body):
    """Of an attribute of the lead or its customer. One that is not known fails all but `is_not_set` and `not_in`;
    texts are compared without case."""

    attribute: Attribute = Field(
        description="`channel`, `country`, …; `attributes.<name>` of the customer, `custom.<name>` of the lead or "
        "else of its customer"
    )
    operator: Operator
    value: ConditionValue = Field(
        default=None, description="a list for `in` and `not_in`, nothing for `is_set` and `is_not_set`"
    )

    model_config = {"json_schema_extra": {"anyOf": COMPARES}}  # type: ignore[dict-item]

    def said(self) -> Condition:
        return Condition(self.attribute, self.operator, self.value)


class WhenBody(Body):
    """Holds where all of `all` hold, and one of `any`, where there are some. Without any condition it holds."""

    all: list[ConditionBody] = Field(default=[], max_length=MOST)
    any: list[ConditionBody] = Field(default=[], max_length=MOST)

    def said(self) -> When:
        return When(all=tuple(each.said() for each in self.all), any=tuple(each.said() for each in self.any))


class CandidateBody(Body):
    principal: Name = Field(description="a member")
    weight: Annotated[int, Field(ge=1, le=_MOST_LISTED), WHOLE] = Field(
        default=1, description="his share of the turns, for the strategy `weighted` only"
    )
    most_open: Annotated[int, Field(ge=1, le=_MOST_LEADS), WHOLE] | None = Field(
        default=None, description="who has so many open leads gets no more by this rule"
    )

    def said(self) -> Candidate:
        return Candidate(self.principal, self.weight, self.most_open)


class TerritoryBody(Body):
    """A part of what the rule applies to; its candidates take turns."""

    name: Label
    when: WhenBody
    candidates: list[CandidateBody] = Field(min_length=1, max_length=MOST)

    def said(self) -> Territory:
        return Territory(self.name, self.when.said(), tuple(each.said() for each in self.candidates))


class RuleBody(Body):
    """Asked in its place, where its conditions hold. Where it finds nobody, the next rule is asked; with `stop`,
    the lead goes into the pool.

    `round_robin`, `weighted` and `least_open` choose from `candidates`, `territory` from those of the first of
    `territories` that the lead lies in; `sticky` takes who looks after the customer or its organisation; `pool`
    leads into the pool.
    """

    id: Label = Field(description="turns go on as long as a rule keeps its id")
    name: Name
    strategy: Strategy
    when: WhenBody = WhenBody()
    candidates: list[CandidateBody] = Field(default=[], max_length=MOST)
    territories: list[TerritoryBody] = Field(default=[], max_length=MOST)
    stop: StrictBool = False
    active: StrictBool = True

    def said(self) -> Rule:
        return Rule(
            self.id,
            self.name,
            self.strategy,
            when=self.when.said(),
            candidates=tuple(each.said() for each in self.candidates),
            territories=tuple(each.said() for each in self.territories),
            stop=self.stop,
            active=self.active,
        )


RulesBody = Annotated[list[RuleBody], Field(max_length=MOST, description="asked in this order")]


class ConditionAnswer(BaseModel):
    attribute: str
    operator: str
    value: str | int | float | bool | list[str | int | float | bool] | None


class WhenAnswer(BaseModel):
    all: list[ConditionAnswer]
    any: list[ConditionAnswer]


class CandidateAnswer(BaseModel):
    principal: str
    weight: int
    most_open: int | None


class TerritoryAnswer(BaseModel):
    name: str
    when: WhenAnswer
    candidates: list[CandidateAnswer]


class RuleAnswer(BaseModel):
    id: str
    name: str
    strategy: Strategy
    when: WhenAnswer
    candidates: list[CandidateAnswer]
    territories: list[TerritoryAnswer]
    stop: bool
    active: bool

    @classmethod
    def of(cls, rule: Rule) -> Self:
        return cls.model_validate(rule, from_attributes=True)
