"""What a deal has to have before it leaves a stage or enters one."""

from collections.abc import Callable, Iterator

from domain.deals.refusals import DealIsClosed, DealNeedsNextStep, StageIsClosing, StageLeftUndone
from domain.deals.state import Deal
from domain.pipelines import Pipeline, Stage
from domain.pipelines.definition import CUSTOM

FILLED: dict[str, Callable[[Deal], bool]] = {
    "amount": lambda deal: deal.amount is not None,
    "contact": lambda deal: deal.contact_id is not None,
    "expected_close_date": lambda deal: deal.expected_close_date is not None,
    "line_items": lambda deal: bool(deal.line_items),
    "owner": lambda deal: deal.owner is not None,
    "product": lambda deal: deal.product is not None,
}
"""Whether the deal has what a stage may require."""


def check_open(deal: Deal) -> None:
    if deal.status != "open":
        raise DealIsClosed(f"deal {deal.id} is {deal.status}")


def enterable(pipeline: Pipeline, stage_id: str, *, field: str = "stage") -> Stage:
    """The open stage of that id, which deals may enter."""
    stage = pipeline.enterable(stage_id, field=field)
    if stage.kind != "open":
        raise StageIsClosing(f"stage {stage_id!r} is entered by winning or losing the deal", field=field)
    return stage


def check_left_behind(deal: Deal, pipeline: Pipeline, entered: Stage | None = None) -> None:
    """Refuse to go forward to a stage, or to the won end, while a stage that is left behind lacks something.

    Stages that are jumped over ask for their part too: else a jump would be the way around every gate.
    """
    lacking = [
        f"stage {stage.id!r} without {', '.join(missing)}"
        for stage in pipeline.left_behind(deal.stage, entered)
        if (missing := list(_missing(deal, stage)))
    ]
    if lacking:
        raise StageLeftUndone(
            f"deal {deal.id} cannot leave {'; nor '.join(lacking)}", field=None if entered is None else "stage"
        )


def check_next_step(deal: Deal, *stages: Stage) -> None:
    """Refuse to leave or enter a stage that needs a next step, where the deal has none that is open."""
    asking = [stage.id for stage in stages if stage.needs_next_step]
    if asking and not deal.next_steps:
        raise DealNeedsNextStep(f"deal {deal.id} has no open next step, which stage {asking[0]!r} needs")


def _custom(deal: Deal, name: str) -> bool:
    return name.removeprefix(CUSTOM) in deal.custom_fields


def _missing(deal: Deal, stage: Stage) -> Iterator[str]:
    for name in stage.required_fields:
        if not (_custom(deal, name) if name.startswith(CUSTOM) else FILLED[name](deal)):
            yield name
    for criterion in stage.exit_criteria:
        if not deal.has_met(stage.id, criterion):
            yield f"{criterion!r} met"
