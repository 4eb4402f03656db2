"""How long deals lie where they lie."""

from datetime import datetime, timedelta

import pytest

from domain.deals import DEAL, Deal, DealNextStepPlanned, Opening, age, lose, open_deal, time_in_stages
from domain.events import Event
from tests.support.facts import DAY, LEAD_ID, MINUTE, NOON, given
from tests.support.pipelines import GATED, pipelines_of

LINES = pipelines_of(GATED)
TERMS = LINES.named("gated").stage("terms")


def a_deal(*more: Event) -> Deal:
    return given(DEAL, open_deal(Opening(name="Seats", pipeline="gated", stage="terms"), LINES), *more)


@pytest.mark.parametrize(("idle", "rotting"), [(7 * DAY - MINUTE, False), (7 * DAY, True)])
@pytest.mark.rule("A deal rots when nothing happened to it for as many days as its stage says", area="deals")
def test_a_deal_rots_when_nothing_happened_to_it_for_as_many_days_as_its_stage_says(
    idle: timedelta, rotting: bool
) -> None:
    last = NOON + 3 * DAY

    assert age(a_deal(), TERMS, last_event_at=last, now=last + idle).rotting is rotting


@pytest.mark.parametrize(("since", "overdue"), [(30 * DAY, False), (30 * DAY + MINUTE, True)])
def test_a_deal_is_overdue_in_its_stage_whatever_happened(since: timedelta, overdue: bool) -> None:
    now = NOON + since
    aged = age(a_deal(DealNextStepPlanned(task_id=LEAD_ID, due_at=now)), TERMS, last_event_at=now, now=now)

    assert (aged.days_in_stage, aged.overdue_in_stage, aged.rotting) == (30, overdue, False)


def test_a_closed_deal_does_not_rot() -> None:
    deal = a_deal(lose(a_deal(), loss_reason="price", pipelines=LINES))
    stage = LINES.named("gated").stage(deal.stage)

    aged = age(deal, stage, last_event_at=NOON, now=NOON + 400 * DAY)

    assert (aged.rotting, aged.overdue_in_stage) == (False, False)


def test_the_time_in_the_present_stage_goes_on_until_the_deal_closes() -> None:
    lost = lose(a_deal(), loss_reason="price", pipelines=LINES)

    def spent(deal: Deal, now: datetime) -> dict[str, timedelta]:
        return time_in_stages(deal, now=now)

    assert spent(a_deal(), NOON + DAY) == {"gated/terms": DAY}
    assert spent(a_deal(lost), NOON + DAY) == {"gated/terms": MINUTE}
