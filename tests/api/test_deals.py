from .asking import Caller, amount


def test_an_opened_deal_is_read_back(crm: Caller) -> None:
    person = crm.person()
    body = {"customer_id": person, "name": "Seats", "amount": amount("24000"), "expected_close_date": "2027-01-31"}
    opened = crm.tell("/v1/deals", body)
    read = crm.ask(opened.headers["Location"])
    deal = read.json()

    assert read.headers["ETag"] == '"1"'
    assert (deal["customer_id"], deal["status"], deal["stage"]) == (person, "open", "prospecting")
    assert (deal["amount"], deal["probability"]) == (amount("24000.00"), 10)
    assert deal["expected_close_date"] == "2027-01-31"


def test_a_deal_moves_and_changes(crm: Caller) -> None:
    deal = crm.deal()
    crm.told(f"/v1/deals/{deal}/stage", {"stage": "proposal"})
    crm.told(f"/v1/deals/{deal}/amount", {"amount": amount("26500.00")})
    crm.told(f"/v1/deals/{deal}/close-date", {"expected_close_date": "2027-02-28"})
    receipt = crm.told(f"/v1/deals/{deal}/close-date", {"expected_close_date": "2027-03-31"})
    read = crm.ask(f"/v1/deals/{deal}")

    assert read.headers["ETag"] == f'"{receipt["version"]}"' == '"5"'
    assert (read.json()["stage"], read.json()["amount"]) == ("proposal", amount("26500.00"))
    assert (read.json()["expected_close_date"], read.json()["times_pushed"]) == ("2027-03-31", 1)


def test_a_deal_is_won_for_what_it_was_won_for(crm: Caller) -> None:
    deal = crm.deal()
    won = crm.told(f"/v1/deals/{deal}/win", {"amount": amount("23000.00")})
    read = crm.asked(f"/v1/deals/{deal}")

    assert won["version"] == 3
    assert (read["status"], read["amount"], read["probability"]) == ("won", amount("23000.00"), 100)
    assert read["closed_at"]


def test_a_lost_deal_may_be_reopened(crm: Caller) -> None:
    deal = crm.deal()
    crm.told(f"/v1/deals/{deal}/lose", {"loss_reason": "price", "competitor": "Initech"})
    lost = crm.asked(f"/v1/deals/{deal}")
    crm.told(f"/v1/deals/{deal}/reopen", {"stage": "negotiation"})
    reopened = crm.asked(f"/v1/deals/{deal}")

    assert (lost["status"], lost["loss_reason"]) == ("lost", "price")
    assert (reopened["status"], reopened["stage"], reopened["closed_at"]) == ("open", "negotiation", None)


def test_a_deal_has_a_contact_who_is_a_customer(crm: Caller) -> None:
    organisation, person = crm.organisation(), crm.person()
    deal = crm.deal(organisation, contact_id=person)

    assert crm.asked(f"/v1/deals/{deal}")["contact_id"] == person


def test_the_contact_of_a_deal_is_a_person(crm: Caller) -> None:
    organisation, deal = crm.organisation(), crm.deal()
    opening = {"customer_id": organisation, "name": "Seats", "contact_id": organisation}

    crm.refused("POST", "/v1/deals", 409, "ContactNotAPerson", "contact_id", json=opening)
    said = {"contact_id": organisation}
    crm.refused("PATCH", f"/v1/deals/{deal}", 409, "ContactNotAPerson", "contact_id", json=said)
    crm.told(f"/v1/deals/{deal}", {"contact_id": None, "name": "Desks"}, method="PATCH")
