"""Stages that require custom fields of their deals."""

import pytest
from msgspec.structs import replace

from domain.deals import DEAL, Deal, DealFieldsChanged, Opening, move_stage, open_deal
from domain.deals.refusals import StageLeftUndone
from domain.pipelines import PIPELINES, Pipelines, define_pipeline
from domain.pipelines.refusals import UnknownRequiredField
from tests.support.facts import given
from tests.support.pipelines import GATED, pipelines_of

TALKS, *OTHERS = GATED.stages
ASKING = replace(GATED, stages=(replace(TALKS, required_fields=("custom.region",)), *OTHERS))


def lines() -> Pipelines:
    return pipelines_of(ASKING)


def talked_of(*told: DealFieldsChanged) -> Deal:
    return given(DEAL, open_deal(Opening(name="Seats", pipeline="gated"), lines()), *told)


def test_a_stage_requires_only_custom_fields_that_deals_have() -> None:
    with pytest.raises(UnknownRequiredField, match=r"there is .*, custom\.size\)") as refused:
        define_pipeline(PIPELINES.shipped, ASKING, custom_fields=["size"])

    assert refused.value.field == "stages.0.required_fields.0"
    assert define_pipeline(PIPELINES.shipped, ASKING, custom_fields=["size", "region"])


def test_a_deal_leaves_a_stage_with_the_custom_field_that_it_requires() -> None:
    filled = DealFieldsChanged(values={"region": False}, fields_version=1)
    emptied = DealFieldsChanged(cleared=("region",), fields_version=1)

    for deal in (talked_of(), talked_of(filled, emptied)):
        with pytest.raises(StageLeftUndone, match=r"without custom\.region"):
            move_stage(deal, stage="terms", pipelines=lines())
    assert move_stage(talked_of(filled), stage="terms", pipelines=lines())


def test_all_stages_that_require_a_field_are_known_retired_ones_too() -> None:
    asking, *_ = ASKING.stages
    retired = replace(ASKING, stages=(replace(asking, retired=True), TALKS, *OTHERS))

    assert pipelines_of(retired).requiring("custom.region") == ["gated/talks"]
    assert pipelines_of(GATED).requiring("custom.region") == []
