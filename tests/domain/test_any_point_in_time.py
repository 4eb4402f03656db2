"""Whatever is told after a moment, what a model learns of that moment stays as it was."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.customers import CustomerProfileChanged
from domain.facts import Fact
from domain.interactions import InteractionRecorded
from domain.leads import LeadCaptured, LeadChanged
from domain.scoring.moments import Moments
from domain.scoring.rows import Row
from tests.support.facts import NOON
from tests.support.training import attribute, specification, told

HOUR = timedelta(hours=1)
FEATURES: tuple[dict[str, Any], ...] = (
    attribute("job"),
    {"name": "company", "attribute": "company"},
    {"name": "calls", "event": "interaction.recorded", "window_days": 2.0},
    {"name": "silent", "event": "interaction.recorded", "measure": "recency"},
    {"name": "by", "event": "interaction.recorded", "measure": "value", "field": "channel"},
)
EVENTS = st.one_of(
    st.builds(
        lambda job: CustomerProfileChanged(attributes={"job": job}), st.sampled_from(["baker", "smith", "cook"])
    ),
    st.builds(lambda company: LeadChanged(company=company), st.sampled_from(["Acme", "Umbra"])),
    st.builds(
        lambda by: InteractionRecorded(channel=by, direction="inbound"), st.sampled_from(["email", "phone"])
    ),
)
MOMENT = NOON + 48 * HOUR
# When something happened, and how many hours later it was recorded.
TOLD = st.lists(st.tuples(EVENTS, st.integers(0, 96), st.integers(0, 60)), max_size=12)


def story(some: list[Any]) -> list[Fact]:
    """The lead is captured at the moment; facts are recorded in the order of their positions."""
    captured = told(LeadCaptured(channel="web"), MOMENT)
    facts = [told(event, NOON + at * HOUR, late=late * HOUR) for event, at, late in some]
    in_order = sorted(
        [captured, *facts], key=lambda fact: (fact.recorded_at or fact.occurred_at, fact.occurred_at)
    )
    return [replace(fact, position=place) for place, fact in enumerate(in_order, 1)]


def row(facts: list[Fact]) -> Row:
    moments = Moments(specification(*FEATURES, recording_seconds=0).predictive)
    (found,) = moments.rows([fact for fact in facts if type(fact.event) in moments.types])
    return found


def known(fact: Fact, captured: Fact) -> bool:
    """By then; of the very moment, what was told before the lead was captured."""
    assert fact.recorded_at is not None
    if max(fact.occurred_at, fact.recorded_at) < MOMENT:
        return True
    return fact.recorded_at == MOMENT and fact.position <= captured.position


@given(TOLD)
def test_a_row_is_made_of_what_had_happened_and_was_recorded_by_then(some: list[Any]) -> None:
    facts = story(some)
    captured = next(fact for fact in facts if isinstance(fact.event, LeadCaptured))

    assert row(facts).features == row([fact for fact in facts if known(fact, captured)]).features
