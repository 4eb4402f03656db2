from uuid import uuid4

from .asking import Caller, amount, in_year


def touch(customer: str, **fields: object) -> dict[str, object]:
    return {"customer_id": customer, "channel": "email", "direction": "inbound", **fields}


def test_a_placed_order_is_read_back(crm: Caller) -> None:
    person, deal = crm.person(), crm.deal()
    body = {"customer_id": person, "total": amount("129.90"), "items": 3, "number": "A-1042", "deal_id": deal}
    placed = crm.tell("/v1/orders", body)
    read = crm.ask(placed.headers["Location"])

    assert read.headers["ETag"] == '"1"'
    assert (read.json()["total"], read.json()["items"], read.json()["number"]) == (amount("129.90"), 3, "A-1042")


def test_an_order_comes_back_in_parts(crm: Caller) -> None:
    person = crm.person()
    order = crm.order(person, "100.00")
    crm.told(f"/v1/orders/{order}/returns", {"value": amount("40.00"), "returned_because": "damaged"})
    crm.told(f"/v1/orders/{order}/returns", {"value": amount("60.00")})
    view = crm.asked(f"/v1/customers/{person}/360")["orders"]

    assert crm.asked(f"/v1/orders/{order}")["returned"] == "100.00"
    assert (view["returns"], view["returned"]) == (2, {"EUR": "100.00"})


def test_an_interaction_may_name_a_lead_and_a_deal(crm: Caller) -> None:
    person = crm.person()
    lead, deal = crm.lead(customer_id=person), crm.deal(person)
    crm.told("/v1/interactions", touch(person, lead_id=lead, deal_id=deal, subject="Offer"))
    newest, *_ = crm.timeline(person)

    assert newest["type"] == "interaction.recorded"
    assert (newest["data"]["lead_id"], newest["data"]["deal_id"]) == (lead, deal)


def test_a_batch_answers_for_each_item_in_order(crm: Caller) -> None:
    person, nobody = crm.person(), str(uuid4())
    items = [touch(person), touch(nobody), touch(person, channel="E-Mail"), touch(person, channel="phone")]
    response = crm.http.post("/v1/interactions:batch", json={"interactions": items})
    answer = response.json()
    rules = [each.get("problem", {}).get("type", "").removeprefix("/problems/") for each in answer["items"]]

    assert response.status_code == 207
    assert (answer["recorded"], answer["refused"]) == (2, 2)
    assert [each["status"] for each in answer["items"]] == [201, 404, 422, 201]
    assert rules == ["", "CustomerNotFound", "NotAChannel", ""]
    assert answer["items"][3]["receipt"]["position"] == answer["items"][0]["receipt"]["position"] + 1


def test_an_id_twice_in_a_batch_is_recorded_once(crm: Caller) -> None:
    person, own_id = crm.person(), str(uuid4())
    items = [touch(person, id=own_id), touch(person, id=own_id, channel="phone"), touch(person)]
    answer = crm.http.post("/v1/interactions:batch", json={"interactions": items}).json()

    assert [each["status"] for each in answer["items"]] == [201, 409, 201]
    assert answer["items"][1]["problem"]["type"] == "/problems/InteractionExists"
    assert len(crm.timeline(person)) == 3


def test_a_batch_sent_again_is_recorded_once(crm: Caller) -> None:
    person = crm.person()
    batch = {"interactions": [touch(person, id=str(uuid4())) for _ in range(3)]}
    first, again = (crm.http.post("/v1/interactions:batch", json=batch).json() for _ in range(2))

    assert (first["recorded"], first["refused"]) == (3, 0)
    assert (again["recorded"], again["refused"]) == (0, 3)


def test_a_batch_of_a_thousand_is_recorded_in_order(crm: Caller) -> None:
    person = crm.person()
    items = [touch(person, subject=str(place)) for place in range(1000)]
    answer = crm.http.post("/v1/interactions:batch", json={"interactions": items}).json()
    positions = [each["receipt"]["position"] for each in answer["items"]]

    assert positions == list(range(positions[0], positions[0] + 1000))
    assert crm.timeline(person)[0]["data"]["subject"] == "999"


def test_a_late_fact_counts_where_it_belongs_in_time(crm: Caller) -> None:
    person = crm.person(occurred_at=in_year(2020))
    crm.told("/v1/interactions", touch(person, occurred_at=in_year(2022), channel="phone"))
    crm.told("/v1/interactions", touch(person, occurred_at=in_year(2021), channel="web"))
    then = crm.asked(f"/v1/customers/{person}/360", as_of=in_year(2021, 6))
    now = crm.asked(f"/v1/customers/{person}/360")

    assert [entry["data"]["channel"] for entry in crm.timeline(person)[:2]] == ["web", "phone"]
    assert list(then["interactions"]["by_channel"]) == ["web"]
    assert now["last_touch"] == "2022-01-01T12:00:00Z"
