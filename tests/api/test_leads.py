from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from .asking import Caller, amount


def test_capturing_a_lead_registers_its_person(crm: Caller) -> None:
    captured = crm.tell("/v1/leads", {"name": "Tomas Lind", "channel": "web", "campaign": "spring-fair"})
    read = crm.ask(captured.headers["Location"])
    person = crm.asked(f"/v1/customers/{captured.json()['customer_id']}/360")

    assert read.headers["ETag"] == '"1"'
    assert (read.json()["status"], read.json()["campaign"]) == ("captured", "spring-fair")
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


def test_a_conversion_makes_organisation_and_deal(crm: Caller) -> None:
    lead = crm.qualified_lead()
    deal = {"name": "Forty seats", "amount": amount("9600"), "expected_close_date": "2027-03-31"}
    converted = crm.told(f"/v1/leads/{lead}/convert", {"organisation": {"name": "Lind & Co"}, "deal": deal})
    opened = crm.asked(f"/v1/deals/{converted['deal_id']}")
    organisation = crm.asked(f"/v1/customers/{converted['organisation_id']}")

    assert crm.asked(f"/v1/leads/{lead}")["status"] == "converted"
    assert organisation["name"] == "Lind & Co"
    assert (opened["customer_id"], opened["contact_id"]) == (organisation["id"], converted["customer_id"])
    assert opened["amount"] == amount("9600.00")


def test_a_conversion_may_join_what_exists_already(crm: Caller) -> None:
    lead, organisation = crm.qualified_lead(), crm.organisation()
    converted = crm.told(f"/v1/leads/{lead}/convert", {"organisation": {"id": organisation}})

    assert (converted["organisation_id"], converted["deal_id"]) == (organisation, None)
    assert crm.asked(f"/v1/customers/{converted['customer_id']}")["organisations"] == [organisation]


def test_a_conversion_needs_nothing_but_the_lead(crm: Caller) -> None:
    converted = crm.told(f"/v1/leads/{crm.qualified_lead()}/convert")

    assert (converted["organisation_id"], converted["deal_id"]) == (None, None)


def test_of_eight_conversions_at_once_one_makes_a_deal(crm: Caller) -> None:
    lead = crm.qualified_lead()
    person = crm.asked(f"/v1/leads/{lead}")["customer_id"]

    def convert(_: int) -> str:
        answer = crm.http.post(f"/v1/leads/{lead}/convert", json={"deal": {"name": "Forty seats"}})
        return str(answer.json().get("type", answer.status_code))

    with ThreadPoolExecutor(8) as clients:
        outcomes = Counter(clients.map(convert, range(8)))

    assert outcomes == {"200": 1, "/problems/LeadAlreadyConverted": 7}
    assert [entry["type"] for entry in crm.timeline(person)].count("deal.opened") == 1
