"""What is to be trained: a predictive model without what is learnt, and how it is to be learnt."""

from collections.abc import Mapping
from math import inf
from typing import Any

import msgspec
from msgspec.structs import replace

from domain.scoring.defining import check_model
from domain.scoring.documented import table_of
from domain.scoring.documents import ScoringModel
from domain.scoring.predictive import Predictive
from domain.scoring.refusals import PartOutOfKind
from domain.scoring.rows import Floors
from domain.scoring.stories import STORY, has_field
from domain.scoring.training_refusals import (
    FeatureIsTheOutcome,
    NotOfLeads,
    TrainingOutOfRange,
)

_SMALLEST_TEST, _GREATEST_TEST = 0.05, 0.5
_LEAST_FLOOR = 10


class HowToLearn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last `test_share` of the rows test what is learnt from the earlier ones. Logistic regression is held
    back by a penalty on the squares of its slopes, the less the greater `strength` is (scikit-learn's C)."""

    test_share: float = 0.3
    least_rows: int = Floors().rows
    least_outcomes: int = Floors().outcomes
    strength: float = 1.0

    @property
    def floors(self) -> Floors:
        return Floors(self.least_rows, self.least_outcomes)


class _Document(ScoringModel, frozen=True, kw_only=True, omit_defaults=True):
    training: HowToLearn = HowToLearn()


class TrainingSpecification(msgspec.Struct, frozen=True):
    model: ScoringModel
    predictive: Predictive
    how: HowToLearn


def specification_of(document: Mapping[str, Any]) -> TrainingSpecification:
    """The specification that a document says: a scoring model of kind `predictive`, and a table `training`. What
    an earlier training learnt is left out.

    Raises:
        Invalid: naming the part of the document that is wrong.
    """
    said = table_of(document, _Document)
    model, how = (
        ScoringModel(**{name: getattr(said, name) for name in ScoringModel.__struct_fields__}),
        said.training,
    )
    if model.predictive is None:
        raise PartOutOfKind(f"a model of kind {model.kind} is not trained", field="kind")
    predictive = replace(model.predictive, learnt=None, measures=None, training=None)
    model = replace(model, predictive=predictive)
    check_model(model)
    _check_how(how)
    _check_subject(predictive)
    for place, feature in enumerate(predictive.features):
        if feature.event == predictive.outcome and not predictive.again:
            raise FeatureIsTheOutcome(
                f"{feature.name} looks at {feature.event}, which is to be predicted; where it may come again, say "
                "`again = true`",
                field=f"predictive.features.{place}.event",
            )
    return TrainingSpecification(model, predictive, how)


def _check_subject(predictive: Predictive) -> None:
    if predictive.subject != "lead":
        return
    if not _tells_of_leads(predictive.predict_from):
        raise NotOfLeads(
            f"{predictive.predict_from} says of no lead that it happened to it", field="predictive.predict_from"
        )
    if not predictive.outcome.startswith("deal.") and not _tells_of_leads(predictive.outcome):
        raise NotOfLeads(
            f'{predictive.outcome} is no outcome of a lead; of its customer (`subject = "customer"`) it is one',
            field="predictive.outcome",
        )


def _tells_of_leads(event: str) -> bool:
    return event.startswith("lead.") or has_field(STORY[event], "lead_id")


def _check_how(how: HowToLearn) -> None:
    if not _SMALLEST_TEST <= how.test_share <= _GREATEST_TEST:
        raise TrainingOutOfRange(f"a share of {how.test_share} tests", field="training.test_share")
    for name, floor in (("least_rows", how.least_rows), ("least_outcomes", how.least_outcomes)):
        if floor < _LEAST_FLOOR:
            raise TrainingOutOfRange(f"{name} is {floor}", field=f"training.{name}")
    if not 0 < how.strength < inf:
        raise TrainingOutOfRange(f"the strength is {how.strength}", field="training.strength")
