import pytest

from domain.interactions import INTERACTION, Interaction, NotAChannel, record
from tests.support.facts import ADA, DEAL_ID, LEAD_ID, fact

TOUCH_ID = DEAL_ID


@pytest.mark.parametrize("channel", ["email", "phone", "x", "web.chat", "sms-2", "a" * 40])
def test_a_channel_is_a_short_name_in_lower_case(channel: str) -> None:
    assert record(channel=channel, direction="inbound").channel == channel


@pytest.mark.parametrize("channel", ["", "Email", "e mail", "2sms", "-", "a" * 41, "email\n", "é"])
def test_another_name_is_no_channel(channel: str) -> None:
    with pytest.raises(NotAChannel) as refused:
        record(channel=channel, direction="inbound")

    assert refused.value.field == "channel"


def test_a_touchpoint_keeps_what_it_was_about() -> None:
    touch = record(
        channel="email", direction="outbound", subject="Offer", campaign="spring", outcome="opened",
        lead_id=LEAD_ID, deal_id=DEAL_ID,
    )  # fmt: skip

    assert (touch.subject, touch.campaign, touch.outcome) == ("Offer", "spring", "opened")
    assert (touch.lead_id, touch.deal_id) == (LEAD_ID, DEAL_ID)


def test_an_interaction_is_one_fact_about_a_customer() -> None:
    touch = INTERACTION.evolve(None, fact(record(channel="chat", direction="inbound"), stream_id=TOUCH_ID))

    assert touch == Interaction(id=TOUCH_ID, customer_id=ADA, channel="chat", direction="inbound")
