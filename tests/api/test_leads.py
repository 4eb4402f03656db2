from .asking import Caller


def test_capturing_a_lead_registers_its_person(crm: Caller) -> None:
    captured = crm.tell("/v1/leads", {"name": "Tomas Lind", "channel": "web", "campaign": "spring-fair"})
    read = crm.ask(captured.headers["Location"])
    person = crm.asked(f"/v1/customers/{captured.json()['customer_id']}/360")

    assert read.headers["ETag"] == '"1"'
    assert (read.json()["status"], read.json()["campaign"]) == ("new", "spring-fair")
    assert (person["lifecycle"], person["profile"]["name"]) == ("lead", "Tomas Lind")


def test_a_lead_of_a_known_customer_joins_that_story(crm: Caller) -> None:
    person = crm.person()
    lead = crm.lead(customer_id=person)

    assert crm.asked(f"/v1/leads/{lead}")["customer_id"] == person
    assert [entry["type"] for entry in crm.timeline(person)] == ["lead.captured", "customer.registered"]


def test_a_lead_is_qualified_or_not(crm: Caller) -> None:
    good, bad = crm.lead(), crm.lead()
    crm.told(f"/v1/leads/{good}/qualify", {"owner": "Ann"})
    crm.told(f"/v1/leads/{bad}/disqualify", {"disqualified_because": "no budget"})
    qualified, disqualified = crm.asked(f"/v1/leads/{good}"), crm.asked(f"/v1/leads/{bad}")

    assert (qualified["status"], qualified["owner"]) == ("qualified", "Ann")
    assert (disqualified["status"], disqualified["disqualified_because"]) == ("disqualified", "no budget")
