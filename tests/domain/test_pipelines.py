import pytest

from domain.pipelines import PIPELINES, STANDARD, Pipeline, UnknownPipeline, UnknownStage, pipeline


def test_a_pipeline_is_found_by_its_id() -> None:
    assert pipeline("standard") is STANDARD


def test_a_pipeline_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownPipeline) as refused:
        pipeline("of dreams")

    assert refused.value.field == "pipeline"


def test_a_stage_of_no_pipeline_is_refused_naming_those_there_are() -> None:
    with pytest.raises(UnknownStage, match="prospecting, qualification, proposal") as refused:
        STANDARD.stage("beyond", field="deal.stage")

    assert refused.value.field == "deal.stage"


@pytest.mark.parametrize("known", PIPELINES.values(), ids=lambda known: known.id)
def test_every_pipeline_can_be_walked_to_both_ends(known: Pipeline) -> None:
    assert known.first.kind == "open"
    assert (known.closing("won").probability, known.closing("won").category) == (100, "closed")
    assert (known.closing("lost").probability, known.closing("lost").category) == (0, "omitted")
    assert len({stage.id for stage in known.stages}) == len(known.stages)
    assert all(0 <= stage.probability <= 100 for stage in known.stages)
