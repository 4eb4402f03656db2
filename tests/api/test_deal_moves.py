"""Deals on a pipeline of one's own, over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from .asking import Caller, amount
from .pipelines import LOST, TALKS, TERMS, WON, defined


def test_all_that_is_missing_to_leave_a_stage_is_named(crm: Caller) -> None:
    deal = crm.deal(pipeline=defined(crm), stage="terms")
    problem = crm.refused("POST", f"/v1/deals/{deal}/win", 409, "StageLeftUndone", json={})

    assert "stage 'terms' without owner, expected_close_date, 'Budget' met" in problem["detail"]


def test_a_criterion_is_ticked_with_evidence_and_taken_back(crm: Caller) -> None:
    deal = crm.deal(pipeline=defined(crm), stage="terms", owner="Ann", expected_close_date="2027-01-31")
    crm.told(f"/v1/deals/{deal}/criteria", {"criterion": "Budget", "evidence": "mail of 3 March"})
    (met,) = crm.asked(f"/v1/deals/{deal}")["criteria_met"]
    crm.told(f"/v1/deals/{deal}/criteria/withdraw", {"criterion": "Budget"})

    assert (met["stage"], met["criterion"], met["evidence"]) == ("terms", "Budget", "mail of 3 March")
    assert met["by"]
    assert crm.asked(f"/v1/deals/{deal}")["criteria_met"] == []
    crm.refused("POST", f"/v1/deals/{deal}/win", 409, "StageLeftUndone", json={})
    crm.refused(
        "POST", f"/v1/deals/{deal}/criteria", 422, "UnknownCriterion", "criterion", json={"criterion": "Mood"}
    )


def test_a_pinned_probability_stays_until_it_is_unpinned(crm: Caller) -> None:
    deal = crm.deal()
    crm.told(f"/v1/deals/{deal}/probability", {"probability": 35, "because": "a rival is their brother"})
    crm.told(f"/v1/deals/{deal}/stage", {"stage": "negotiation"})
    pinned = crm.asked(f"/v1/deals/{deal}")
    crm.told(f"/v1/deals/{deal}/probability/unpin")
    unpinned = crm.asked(f"/v1/deals/{deal}")

    assert (pinned["probability"], pinned["probability_pinned"]) == (35, True)
    assert (unpinned["probability"], unpinned["probability_pinned"]) == (80, False)


def test_a_deal_changes_its_pipeline(crm: Caller) -> None:
    pipeline = defined(crm)
    deal = crm.deal()
    crm.told(f"/v1/deals/{deal}/pipeline", {"pipeline": pipeline, "stage": "terms", "reason": "came by a partner"})
    read = crm.asked(f"/v1/deals/{deal}")

    assert (read["pipeline"], read["stage"], read["probability"]) == (pipeline, "terms", 60)
    crm.refused(
        "POST", f"/v1/deals/{deal}/pipeline", 422, "UnknownPipeline", "pipeline", json={"pipeline": "beyond"}
    )


def test_a_loss_is_for_a_listed_reason_and_in_a_lost_stage(crm: Caller) -> None:
    deal = crm.deal(pipeline=defined(crm, loss_reasons=["price", "no decision"]))
    lose = f"/v1/deals/{deal}/lose"

    crm.refused("POST", lose, 422, "UnknownLossReason", "loss_reason", json={"loss_reason": "the weather"})
    crm.refused("POST", lose, 422, "StageIsNotLost", "stage", json={"loss_reason": "price", "stage": "won"})
    crm.told(
        lose, {"loss_reason": "no decision", "stage": "no_answer", "notes": "three calls", "competitor": "Zeta"}
    )
    read = crm.asked(f"/v1/deals/{deal}")
    assert (read["stage"], read["last_stage"], read["loss_notes"], read["competitor"]) == (
        "no_answer", "talks", "three calls", "Zeta",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"name": "Desks"}),
        ("/stage", {"stage": "negotiation"}),
        ("/amount", {"amount": amount("5")}),
        ("/close-date", {"expected_close_date": "2027-05-05"}),
        ("/probability", {"probability": 5, "because": "rumours"}),
        ("/win", {}),
        ("/lose", {"loss_reason": "price"}),
    ],
)
def test_a_closed_deal_does_not_change(crm: Caller, path: str, body: dict[str, object]) -> None:
    deal = crm.deal()
    crm.told(f"/v1/deals/{deal}/win")
    method = "POST" if path else "PATCH"

    crm.refused(method, f"/v1/deals/{deal}{path}", 409, "DealIsClosed", json=body)


def test_a_deal_of_no_amount_is_not_won(crm: Caller) -> None:
    deal = crm.deal(amount=amount("0"))

    crm.refused("POST", f"/v1/deals/{deal}/win", 409, "DealNeedsAmount", "amount", json={})


def test_pushes_are_counted_with_days_and_reason(crm: Caller) -> None:
    deal = crm.deal(expected_close_date="2027-01-31")
    crm.told(f"/v1/deals/{deal}/close-date", {"expected_close_date": "2027-02-10", "reason": "the board"})
    crm.told(f"/v1/deals/{deal}/close-date", {"expected_close_date": "2027-02-05"})
    read = crm.asked(f"/v1/deals/{deal}")

    assert (read["times_pushed"], read["days_pushed"], read["push_reason"]) == (1, 10, "the board")


def test_only_what_changes_is_said_of_a_deal(crm: Caller) -> None:
    deal = crm.deal(owner="Ann", product="Seats")
    crm.told(f"/v1/deals/{deal}", {"owner": None, "contact_id": crm.person(), "name": "Desks"}, method="PATCH")
    read = crm.asked(f"/v1/deals/{deal}")

    assert (read["name"], read["owner"], read["product"]) == ("Desks", None, "Seats")
    assert read["contact_id"]
    crm.refused("PATCH", f"/v1/deals/{deal}", 409, "DealAlreadyThere", json={"name": "Desks"})
    crm.refused("PATCH", f"/v1/deals/{deal}", 409, "DealAlreadyThere", json={})
    stranger = {"contact_id": "0197a000-0000-7000-8000-00000000dead"}
    crm.refused("PATCH", f"/v1/deals/{deal}", 404, "CustomerNotFound", "contact_id", json=stranger)


def test_how_long_a_deal_lies_is_seen(crm: Caller) -> None:
    opened = datetime.now(UTC) - timedelta(days=40)
    pipeline = defined(crm, TALKS, TERMS, WON, LOST)
    deal = crm.deal(crm.person(), pipeline=pipeline, occurred_at=opened.isoformat())
    crm.told(
        f"/v1/deals/{deal}/stage", {"stage": "terms", "occurred_at": (opened + timedelta(days=5)).isoformat()}
    )
    read = crm.asked(f"/v1/deals/{deal}")

    assert (read["days_in_stage"], read["rotting"], read["overdue_in_stage"]) == (35, True, True)
    assert read["days_in_stages"] == {f"{pipeline}/talks": 5.0, f"{pipeline}/terms": 35.0}
    assert crm.asked(f"/v1/deals/{deal}", fields="stage,rotting") == {
        "id": deal,
        "stage": "terms",
        "rotting": True,
    }
