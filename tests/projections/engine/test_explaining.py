"""A number names the facts that made it, with what it was before and after each."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.custom_fields import CustomFieldsChanged
from domain.customers import (
    CustomerConsentGiven,
    CustomerFieldsChanged,
    CustomerProfileChanged,
    CustomerRegistered,
)
from domain.deals import DEAL, Deal, DealFieldsChanged, Opening, change_amount, open_deal, win
from domain.events import Event
from domain.facts import Fact
from domain.interactions import record
from domain.leads import LeadCaptured, LeadFieldsChanged
from domain.orders import OrderReturned, place
from domain.pipelines import PIPELINES
from domain.tasks import TaskPlanned
from projections.catalogue import FOLDS
from projections.customer_360.fold import CUSTOMER_360
from projections.deals.fold import DEALS
from projections.engine.explaining import Explanation, UnknownField, explained, fields_of, fields_there
from projections.engine.fold import Fold
from projections.engine.folding import states_of
from projections.forecasts.fold import FORECASTS
from projections.leads.fold import LEADS
from projections.segments.fold import REPEAT_BUYERS, segment_fold
from tests.support.facts import ADA, DAY, DEAL_ID, NOON, ORDER_ID, euros, fact, given, history
from tests.support.log import number
from tests.support.wall_times import due

LATER = NOON + 9 * DAY


def placed(*facts: Fact) -> list[Fact]:
    return [replace(each, position=place_in_row + 1) for place_in_row, each in enumerate(facts)]


def explain(
    fold: Fold[Any], facts: list[Fact], field: str, *, key: UUID = ADA, at: datetime = LATER
) -> Explanation[Any]:
    return explained(fold, key, facts, field, at)


def steps(explanation: Explanation[Any]) -> list[tuple[int, Any, Any]]:
    return [(each.fact.position, each.before, each.after) for each in explanation.effects]


STORY = placed(
    fact(CustomerRegistered(kind="person", name="Ada"), stream_id=ADA),
    fact(place(total=euros("20.00")), stream_id=ORDER_ID, at=NOON + DAY),
    fact(record(channel="email", direction="inbound"), stream_id=number(4, 1)),
    fact(place(total=euros("22.00")), stream_id=number(3, 2), at=NOON + 2 * DAY),
    fact(OrderReturned(value=euros("5.00")), stream_id=ORDER_ID, version=2, at=NOON + 3 * DAY),
    fact(record(channel="email", direction="outbound"), stream_id=number(4, 2)),
    fact(CustomerProfileChanged(name="Ada N.", attributes={"tier.now": "gold"}), stream_id=ADA, version=2),
)


def test_a_sum_names_each_fact_that_changed_it_and_its_rule() -> None:
    total = explain(CUSTOMER_360, STORY, "orders.total.EUR")

    assert (total.value, total.facts) == ("42.00", 7)
    assert steps(total) == [(2, None, "20.00"), (4, "20.00", "42.00")]
    assert total.effects[0].fact is STORY[1]
    assert (total.fold.name, total.fold.version) == ("customer_360", CUSTOMER_360.version)
    assert "story" in total.fold.rule


@pytest.mark.parametrize(
    ("field", "value", "positions"),
    [
        ("orders.count", 2, [2, 4]),
        ("orders.returned.EUR", "5.00", [5]),
        ("orders.x", 1, [2, 4]),
        ("interactions.by_channel.email.count", 2, [3, 6]),
        ("interactions.by_channel.email.outbound", 1, [3, 6]),
        ("interactions.count", 2, [3, 6]),
        ("profile.name", "Ada N.", [1, 7]),
        ("profile.attributes.tier.now", "gold", [7]),
        ("lifecycle", "customer", [1, 2]),
        ("name", "Ada N.", [1, 7]),
    ],
)
def test_what_answers_show_the_state_holds_and_its_row_can_be_explained(
    field: str, value: object, positions: list[int]
) -> None:
    found = explain(CUSTOMER_360, STORY, field)

    assert found.value == value
    assert [each.fact.position for each in found.effects] == positions


@pytest.mark.parametrize(
    ("fold", "born", "changed"),
    [
        (CUSTOMER_360, CustomerRegistered(kind="person", name="Ada"), CustomerFieldsChanged),
        (LEADS, LeadCaptured(channel="web"), LeadFieldsChanged),
        (DEALS, open_deal(Opening(name="Seats"), PIPELINES.shipped), DealFieldsChanged),
    ],
    ids=lambda value: value.name if isinstance(value, Fold) else "",
)
def test_custom_fields_are_explained_each_by_its_name_as_answers_show_it(
    fold: Fold[Any], born: Event, changed: type[CustomFieldsChanged]
) -> None:
    told = changed(values={"region": "north", "budget": euros("1.50")}, fields_version=1)
    story = placed(fact(born, stream_id=ADA), fact(told, stream_id=ADA, version=2))

    assert steps(explain(fold, story, "custom_fields.region")) == [(2, None, "north")]
    budget = {"amount": "1.50", "currency": "EUR"}
    assert explain(fold, story, "custom_fields").value == {"region": "north", "budget": budget}


def test_what_depends_on_time_is_explained_as_of_the_moment() -> None:
    bounded = CustomerConsentGiven(
        purpose="news", channel="email", basis="consent", wording="1", captured_by="form", effective_to=LATER
    )
    planned = TaskPlanned(title="Call", type="call", due=due("2026-03-05T09:00"))
    story = placed(
        STORY[0],
        fact(bounded, stream_id=ADA, version=2),
        fact(planned, stream_id=number(6, 1)),
    )

    assert steps(explain(CUSTOMER_360, story, "consents.news/email", at=NOON)) == [(2, None, "given")]
    assert steps(explain(CUSTOMER_360, story, "consents.news/email")) == [(2, None, "lapsed")]
    assert explain(CUSTOMER_360, story, "tasks.overdue", at=NOON).value == 0
    assert steps(explain(CUSTOMER_360, story, "tasks.overdue")) == [(3, 0, 1)]


def test_a_line_of_the_forecast_and_a_segment_explain_themselves() -> None:
    opened = open_deal(Opening(name="Seats", amount=euros(900)), PIPELINES.shipped)
    deal = placed(*history(opened, change_amount(_deal(opened), amount=euros(1000))))
    weighted = explain(FORECASTS, deal, "weighted", key=DEAL_ID)
    buyer = explain(segment_fold(REPEAT_BUYERS), [STORY[1], STORY[3]], "membership.because")

    assert [Decimal(after) for _, _, after in steps(weighted)] == [90, 100]
    assert explain(DEALS, deal, "amount", key=DEAL_ID).value == "1000.00"
    assert steps(buyer) == [(4, None, [2, 4])]


def _deal(opened: Any) -> Deal:
    return given(DEAL, opened)


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("orders.totl.EUR", "orders.total.EUR"),
        ("orders.total.SEK", "orders.total.EUR"),
        ("EUR", "orders.total.EUR"),
        ("deals.opne", "deals.open"),
        ("orders.count.more", "orders.count"),
    ],
)
def test_a_field_that_is_not_there_is_refused_and_told_which_are_close(wrong: str, near: str) -> None:
    with pytest.raises(UnknownField, match=near) as refused:
        explain(CUSTOMER_360, STORY, wrong)
    assert refused.value.field == "field"


def test_a_refusal_names_a_few_fields_however_many_there_are() -> None:
    many = fact(CustomerProfileChanged(attributes={f"tier {n}": "gold" for n in range(500)}), stream_id=ADA)
    story = placed(*STORY, many)
    there = fields_there(CUSTOMER_360, story, LATER)

    for wrong in ("nosuch", "tier", "profile.attributes.tier 1?", ""):
        with pytest.raises(UnknownField, match=f"of {len(there)}") as refused:
            explain(CUSTOMER_360, story, wrong)
        assert refused.value.message.count(", ") < 5
        assert len(refused.value.message) < 300


@pytest.mark.parametrize("fold", FOLDS, ids=lambda fold: fold.name)
def test_every_field_of_every_read_model_that_is_told_can_be_explained(fold: Fold[Any]) -> None:
    opened = open_deal(Opening(name="Seats", amount=euros(900)), PIPELINES.shipped)
    told = placed(*STORY, *history(opened, *win(_deal(opened), pipelines=PIPELINES.shipped)))
    facts = [each for each in told if fold.concerns(each)]
    for key, state in states_of(fold, facts).items():
        own = [each for each in facts if fold.key(each) == key]
        for field in fields_of(fold, state, LATER):
            assert explained(fold, key, own, field, LATER).facts == len(own)
    assert fold.rule
