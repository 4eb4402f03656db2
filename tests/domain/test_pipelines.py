"""Pipelines as the organisation defines them: what a definition has to be, and that each version is kept."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from domain.events import Event
from domain.pipelines import (
    PIPELINES,
    STANDARD,
    Definition,
    PipelineDefined,
    PipelineNotFound,
    PipelineRetired,
    Pipelines,
    Stage,
    UnknownPipeline,
    UnknownStage,
    define_pipeline,
    retire_pipeline,
)
from domain.pipelines.refusals import (
    CategoryOfClosing,
    ClosingStageIsNotLeft,
    DaysBelowOne,
    LastPipeline,
    MalformedId,
    NamedTwice,
    NoLostStage,
    NoOpenStage,
    NotOneWonStage,
    PipelineAlreadySo,
    PipelineIsRetired,
    PipelineNotNamed,
    ProbabilityOfClosing,
    ProbabilityOutOfRange,
    StageDropped,
    StageIsRetired,
    StageKindChanged,
    UnknownRequiredField,
)
from domain.refusals import Refusal
from domain.texts import BlankText
from tests.support.facts import given

SHIPPED = PIPELINES.shipped
TALKS = Stage(id="talks", name="Talks", probability=30, category="pipeline")
TERMS = Stage(id="terms", name="Terms", probability=60, category="best_case")
WON = Stage(id="won", name="Won", kind="won", probability=100, category="closed")
LOST = Stage(id="lost", name="Lost", kind="lost", probability=0, category="omitted")
PARTNERS = Definition(id="partners", name="Partners", stages=(TALKS, TERMS, WON, LOST))


def defined(*definitions: Definition) -> Pipelines:
    return after(*(PipelineDefined(pipeline=each) for each in definitions))


def after(*events: Event) -> Pipelines:
    return PIPELINES.of(given(PIPELINES.aggregate, *events, stream_id=PIPELINES.id))


def with_stages(*stages: Stage) -> Definition:
    return replace(PARTNERS, stages=stages)


def test_the_standard_pipeline_is_shipped_as_version_0() -> None:
    assert SHIPPED.named("standard") is STANDARD
    assert (SHIPPED.version, STANDARD.version, STANDARD.retired) == (0, 0, False)


def test_a_pipeline_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownPipeline) as refused:
        SHIPPED.named("of dreams")

    assert refused.value.field == "pipeline"


def test_a_stage_of_no_pipeline_is_refused_naming_those_there_are() -> None:
    with pytest.raises(UnknownStage, match="prospecting, qualification, proposal") as refused:
        STANDARD.stage("beyond", field="deal.stage")

    assert refused.value.field == "deal.stage"


def test_the_standard_pipeline_could_be_defined_by_anybody() -> None:
    copy = Definition(id="copy", name=STANDARD.name, stages=STANDARD.stages)

    assert define_pipeline(SHIPPED, copy).pipeline == copy


def test_a_pipeline_knows_the_version_at_which_it_was_defined() -> None:
    pipelines = defined(PARTNERS, replace(PARTNERS, name="Resellers"))

    assert (pipelines.version, pipelines.named("partners").version) == (2, 2)
    assert (pipelines.named("partners").name, pipelines.named("standard").version) == ("Resellers", 0)


def test_each_past_definition_can_be_asked_for() -> None:
    other = replace(PARTNERS, id="other")
    pipelines = defined(PARTNERS, other, replace(PARTNERS, name="Resellers"))

    assert [pipelines.at("partners", version).name for version in (1, 2, 3)] == [
        "Partners",
        "Partners",
        "Resellers",
    ]
    assert pipelines.at("partners").version == 3
    assert pipelines.at("standard", 0) == STANDARD


@pytest.mark.parametrize(("pipeline", "version"), [("partners", 0), ("partners", 2), ("beyond", None)])
def test_a_version_that_never_was_is_not_found(pipeline: str, version: int | None) -> None:
    with pytest.raises(PipelineNotFound):
        defined(PARTNERS).at(pipeline, version)


REFUSED: dict[str, tuple[Definition, type[Refusal], str]] = {
    "no open stage": (with_stages(WON, LOST), NoOpenStage, "stages"),
    "its only open stage retired": (with_stages(replace(TALKS, retired=True), WON, LOST), NoOpenStage, "stages"),
    "no won stage": (with_stages(TALKS, LOST), NotOneWonStage, "stages"),
    "two won stages": (with_stages(TALKS, WON, replace(WON, id="won2"), LOST), NotOneWonStage, "stages"),
    "no lost stage": (with_stages(TALKS, WON), NoLostStage, "stages"),
    "one id twice": (with_stages(TALKS, replace(TERMS, id="talks"), WON, LOST), NamedTwice, "stages.1.id"),
    "a reason twice": (replace(PARTNERS, loss_reasons=("price", " price ")), NamedTwice, "loss_reasons.1"),
    "a criterion twice": (
        with_stages(replace(TALKS, exit_criteria=("Budget", "Budget")), WON, LOST),
        NamedTwice,
        "stages.0.exit_criteria.1",
    ),
    "more than certain": (
        with_stages(replace(TALKS, probability=101), WON, LOST),
        ProbabilityOutOfRange,
        "stages.0.probability",
    ),
    "less than nothing": (
        with_stages(replace(TALKS, probability=-1), WON, LOST),
        ProbabilityOutOfRange,
        "stages.0.probability",
    ),
    "won, perhaps": (
        with_stages(TALKS, replace(WON, probability=90), LOST),
        ProbabilityOfClosing,
        "stages.1.probability",
    ),
    "lost, perhaps": (
        with_stages(TALKS, WON, replace(LOST, probability=10)),
        ProbabilityOfClosing,
        "stages.2.probability",
    ),
    "won, not closed": (
        with_stages(TALKS, replace(WON, category="commit"), LOST),
        CategoryOfClosing,
        "stages.1.category",
    ),
    "open, but closed": (
        with_stages(replace(TALKS, category="closed"), WON, LOST),
        CategoryOfClosing,
        "stages.0.category",
    ),
    "an unknown field": (
        with_stages(replace(TALKS, required_fields=("amount", "mood")), WON, LOST),
        UnknownRequiredField,
        "stages.0.required_fields.1",
    ),
    "rotten at once": (
        with_stages(replace(TALKS, rotting_days=0), WON, LOST),
        DaysBelowOne,
        "stages.0.rotting_days",
    ),
    "late at once": (with_stages(replace(TALKS, max_days=0), WON, LOST), DaysBelowOne, "stages.0.max_days"),
    "an end that is left": (
        with_stages(TALKS, replace(WON, required_fields=("amount",)), LOST),
        ClosingStageIsNotLeft,
        "stages.1.required_fields",
    ),
    "an id with a slash": (replace(PARTNERS, id="a/b"), MalformedId, "id"),
    "a stage in capitals": (with_stages(replace(TALKS, id="Talks"), WON, LOST), MalformedId, "stages.0.id"),
    "a blank criterion": (
        with_stages(replace(TALKS, exit_criteria=(" ",)), WON, LOST),
        BlankText,
        "stages.0.exit_criteria.0",
    ),
    "a blank name": (replace(PARTNERS, name=" "), BlankText, "name"),
}


@pytest.mark.parametrize(("definition", "rule", "field"), REFUSED.values(), ids=REFUSED)
def test_a_definition_that_no_deal_could_go_by_is_refused_when_it_is_made(
    definition: Definition, rule: type[Refusal], field: str
) -> None:
    with pytest.raises(rule) as refused:
        define_pipeline(SHIPPED, definition)

    assert refused.value.field == field


def test_a_stage_is_retired_and_not_dropped() -> None:
    pipelines = defined(PARTNERS)
    retired = replace(TERMS, retired=True)

    with pytest.raises(StageDropped, match="terms"):
        define_pipeline(pipelines, with_stages(TALKS, WON, LOST))
    anew = define_pipeline(pipelines, with_stages(TALKS, retired, WON, LOST))
    with pytest.raises(StageIsRetired) as refused:
        after(PipelineDefined(pipeline=PARTNERS), anew).named("partners").enterable("terms")

    assert refused.value.field == "stage"


def test_an_open_stage_does_not_become_a_lost_one() -> None:
    closed = replace(TERMS, kind="lost", probability=0, category="omitted")

    with pytest.raises(StageKindChanged):
        define_pipeline(defined(PARTNERS), with_stages(TALKS, closed, WON, LOST))


def test_the_same_definition_is_not_made_twice() -> None:
    with pytest.raises(PipelineAlreadySo):
        define_pipeline(defined(PARTNERS), PARTNERS)


def test_a_retired_pipeline_takes_no_deal_and_comes_back_when_defined() -> None:
    retired = retire_pipeline(defined(PARTNERS), pipeline="partners")
    told: Sequence[Event] = (PipelineDefined(pipeline=PARTNERS), retired)

    assert retired == PipelineRetired(pipeline="partners")
    with pytest.raises(PipelineIsRetired):
        after(*told).enterable("partners")
    with pytest.raises(PipelineIsRetired):
        retire_pipeline(after(*told), pipeline="partners")
    assert after(*told).named("partners").version == 2
    assert not after(*told, define_pipeline(after(*told), PARTNERS)).enterable("partners").retired


def test_the_last_pipeline_is_not_retired() -> None:
    with pytest.raises(LastPipeline):
        retire_pipeline(SHIPPED, pipeline="standard")
    with pytest.raises(PipelineNotFound):
        retire_pipeline(SHIPPED, pipeline="beyond")


def test_where_none_is_named_new_deals_go_by_the_standard_pipeline_or_the_only_one_left() -> None:
    partners, resellers = (
        PipelineDefined(pipeline=replace(PARTNERS, id=id_)) for id_ in ("partners", "resellers")
    )
    retired = PipelineRetired(pipeline="standard")
    one, two = after(partners, retired), after(partners, resellers, retired)

    assert defined(PARTNERS).for_new_deals(None).id == "standard"
    assert one.for_new_deals(None).id == "partners"
    with pytest.raises(PipelineNotNamed, match="partners, resellers") as refused:
        two.for_new_deals(None, field="deal.pipeline")
    assert refused.value.field == "deal.pipeline"
    with pytest.raises(PipelineIsRetired):
        one.for_new_deals("standard")


def test_on_the_way_forward_a_deal_leaves_its_stage_and_those_between_behind() -> None:
    def behind(present: str, entered: str | None) -> list[str]:
        target = None if entered is None else STANDARD.stage(entered)
        return [stage.id for stage in STANDARD.left_behind(present, target)]

    assert behind("prospecting", "proposal") == ["prospecting", "qualification"]
    assert behind("proposal", None) == ["proposal", "negotiation"]
    assert behind("proposal", "prospecting") == []
