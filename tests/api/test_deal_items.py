"""Line items of deals over HTTP."""

from typing import Any
from uuid import uuid4

from .asking import Caller, amount


def seats(price: str = "10.00", **more: Any) -> dict[str, Any]:
    return {"name": "Seats", "quantity": 3, "unit_price": amount(price), **more}


def items_of(deal: str) -> str:
    return f"/v1/deals/{deal}/line-items"


def test_line_items_are_shown_with_what_they_come_to(crm: Caller) -> None:
    deal = crm.deal()
    terms = {"quantity": "2.5", "discount_percent": "10", "tax_percent": 19, "interval": "month", "term": 12}
    first = crm.told(items_of(deal), seats("99.99", product="seat", **terms))
    crm.told(items_of(deal), {**seats("50"), "quantity": 1, "discount": amount("0.50")})
    shown = crm.asked(items_of(deal))

    assert shown["items"][0]["id"] == first["item_id"]
    assert shown["items"][0]["comes_to"] == {
        "price": "249.98",
        "discount": "25.00",
        "net": "224.98",
        "tax": "42.75",
        "total": "267.73",
    }
    assert shown["totals"] == {
        "currency": "EUR",
        "net": "2749.26",
        "tax": "513.00",
        "total": "3262.26",
        "one_off": "49.50",
        "monthly": "224.98",
        "yearly": "2699.76",
    }
    assert shown["items"][1]["discount"] == amount("0.50")


def test_by_line_items_the_amount_follows_in_the_same_decision(crm: Caller) -> None:
    deal = crm.deal()
    item = crm.told(items_of(deal), seats())["item_id"]
    crm.told(f"/v1/deals/{deal}/amount-source", {"source": "line_items"})
    before = crm.ask(f"/v1/deals/{deal}")
    crm.told(f"{items_of(deal)}/{item}", {"quantity": 4}, method="PATCH")
    after = crm.asked(f"/v1/deals/{deal}")

    assert (before.json()["amount"], before.json()["amount_source"]) == (amount("30.00"), "line_items")
    assert after["amount"] == amount("40.00")
    by_hand = {"amount": amount("1")}
    crm.refused("POST", f"/v1/deals/{deal}/amount", 409, "AmountFollowsLineItems", "amount", json=by_hand)
    crm.refused("POST", f"/v1/deals/{deal}/win", 409, "AmountFollowsLineItems", "amount", json=by_hand)
    crm.told(f"/v1/deals/{deal}/win")
    assert crm.asked(f"/v1/deals/{deal}")["amount"] == amount("40.00")


def test_a_line_item_is_removed_for_a_reason(crm: Caller) -> None:
    deal = crm.deal()
    item = crm.told(items_of(deal), seats())["item_id"]
    removed = crm.told(f"{items_of(deal)}/{item}/remove", {"reason": "not this year"})
    trail = crm.asked("/v1/audit", stream_id=deal)["items"]

    assert crm.asked(items_of(deal)) == {"amount_source": "manual", "items": [], "totals": None}
    assert (trail[0]["position"], trail[0]["reason"]) == (removed["position"], "not this year")
    crm.refused("POST", f"{items_of(deal)}/{item}/remove", 404, "LineItemNotFound", "item_id", json={})


def test_what_is_wrong_with_a_line_item_is_named(crm: Caller) -> None:
    deal = crm.deal()
    path = items_of(deal)

    def refused(status: int, rule: str, field: str, **wrong: Any) -> None:
        crm.refused("POST", path, status, rule, field, json={**seats(), **wrong})

    refused(409, "CurrencyMismatch", "unit_price.currency", unit_price=amount("1", "USD"))
    refused(422, "AmountTooPrecise", "unit_price.amount", unit_price=amount("0.001"))
    refused(409, "DiscountAbovePrice", "discount.amount", discount=amount("30.01"))
    refused(409, "DiscountGivenTwice", "discount", discount=amount("1"), discount_percent=1)
    refused(409, "TermDoesNotFit", "term", interval="month")
    refused(409, "TermDoesNotFit", "term", term=1)
    refused(422, "QuantityOutOfRange", "quantity", quantity="0.000")
    for written in (0.5, 0, -1, "1e3", "0.0000001", 10**9):
        refused(
            422,
            "QuantityOutOfRange" if isinstance(written, int) else "InvalidRequest",
            "quantity",
            quantity=written,
        )
    refused(422, "InvalidRequest", "tax_percent", tax_percent="100.1")
    refused(422, "PercentOutOfRange", "tax_percent", tax_percent=101)


def test_a_closed_deal_keeps_its_line_items(crm: Caller) -> None:
    deal = crm.deal()
    item = crm.told(items_of(deal), seats())["item_id"]
    crm.told(f"/v1/deals/{deal}/lose", {"loss_reason": "price"})

    crm.refused("POST", items_of(deal), 409, "DealIsClosed", json=seats())
    crm.refused("PATCH", f"{items_of(deal)}/{item}", 409, "DealIsClosed", json={"name": "Chairs"})
    crm.refused("POST", f"{items_of(deal)}/{item}/remove", 409, "DealIsClosed", json={})


def test_there_is_no_line_item_of_nothing(crm: Caller) -> None:
    nowhere = items_of(str(uuid4()))

    crm.refused("GET", nowhere, 404, "DealNotFound", "deal_id")
    crm.refused("POST", nowhere, 404, "DealNotFound", "deal_id", json=seats())
    crm.refused(
        "PATCH", f"{items_of(crm.deal())}/{uuid4()}", 404, "LineItemNotFound", "item_id", json={"name": "Chairs"}
    )
