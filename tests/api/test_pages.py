"""Pages of lists over HTTP: a cursor goes on with its own question, and with no other."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from api.http.app import create_app

from .asking import Caller, amount, in_year
from .mails import SCORES, mail, mails_live

Asked = dict[str, Any]


class Question(NamedTuple):
    """What is asked, and the same list asked otherwise."""

    path: str
    asked: Asked
    otherwise: Asked

    @property
    def cursor(self) -> str:
        return "before" if self.path.endswith(("audit", "timeline", "history")) else "after"


def questions(crm: Caller) -> list[Question]:
    """Each with more than one line to tell of."""
    address, company = f"{uuid4().hex}@example.com", f"Fjord {uuid4().hex}"
    people = [crm.person(email=address, name=company, occurred_at=in_year(2019)) for _ in range(3)]
    deals = [crm.deal(people[0], expected_close_date="2032-05-20") for _ in range(2)]
    leads = [crm.lead(customer_id=each, name=None, channel=f"web {each}") for each in people]
    for person in people:
        crm.task(person)
        crm.order(person, occurred_at=in_year(2020))
        crm.order(person, occurred_at=in_year(2020, 2))
        mail(crm, person, 2020)
    crm.told(f"/v1/leads/{leads[0]}/qualify")
    crm.told(f"/v1/deals/{deals[0]}/amount", {"amount": amount("9600.00")})
    now = datetime.now(UTC).isoformat()
    stage = {"pipeline": "standard", "stage": "prospecting", "currency": "EUR"}
    line = {"category": "pipeline", "currency": "EUR", "month": "2032-05-01"}
    return [
        Question("/v1/customers", {"email": address}, {}),
        Question("/v1/leads", {}, {"status_type": "open"}),
        Question("/v1/deals", {"customer_id": people[0]}, {"customer_id": people[0], "status": "open"}),
        Question("/v1/tasks", {}, {"as_of": now}),
        Question("/v1/pool", {}, {"campaign": "fair"}),
        Question("/v1/identities", {"kind": "email", "value": address}, {"kind": "email", "value": "a@b.example"}),
        Question("/v1/search", {"q": company}, {"q": company, "kind": "person"}),
        Question("/v1/segments/repeat_buyers", {"as_of": in_year(2020, 3)}, {"as_of": in_year(2020, 4)}),
        Question("/v1/duplicates", {}, {"at_least": 0.5}),
        Question("/v1/forecasts/explain", line, {**line, "category": "commit"}),
        Question("/v1/pipeline/explain", stage, {**stage, "known_at": now}),
        Question("/v1/audit", {"customer_id": people[0]}, {"customer_id": people[1]}),
        Question(f"/v1/customers/{people[0]}/timeline", {}, {"order": "occurred_at"}),
        Question(f"/v1/leads/{leads[0]}/history", {}, {"kind": "lead"}),
        Question(f"/v1/deals/{deals[0]}/history", {}, {"type": "deal.opened"}),
        Question(f"/v1/explain/customer_360/{people[0]}", {"field": "orders.count"}, {"field": "events"}),
        Question(SCORES, {}, {"band": "cold"}),
        Question(f"{SCORES}/leads", {}, {"status_type": "open"}),
    ]


@pytest.fixture(autouse=True)
def live(crm: Caller) -> Iterator[int]:
    yield from mails_live(crm)


def test_a_cursor_goes_on_with_its_own_question_alone(crm: Caller) -> None:
    asked = questions(crm)
    cursors = {each.path: crm.asked(each.path, limit=1, **each.asked)["next"] for each in asked}

    for each in asked:
        behind = {each.cursor: cursors[each.path]}
        assert crm.ask(each.path, limit=2, **each.asked, **behind), each
        params = each.otherwise | behind
        crm.refused("GET", each.path, 422, "CursorOfAnotherQuestion", each.cursor, params=params)


def test_a_cursor_of_another_list_is_refused(crm: Caller) -> None:
    asked = questions(crm)
    for one in asked:
        cursor = crm.asked(one.path, limit=1, **one.asked)["next"]
        for other in asked:
            if other is not one:
                answer = crm.http.get(other.path, params=other.asked | {other.cursor: cursor})
                assert (answer.status_code, answer.json()["field"]) == (422, other.cursor), (one, other)


def test_the_next_page_may_be_longer_and_show_more_of_each(crm: Caller) -> None:
    made = [crm.person(email=(address := f"{uuid4().hex}@example.com"))]
    made += [crm.person(email=address) for _ in range(2)]
    first = crm.asked("/v1/customers", email=address, limit=1, fields="id")
    second = crm.asked("/v1/customers", limit=10, after=first["next"], email=address)

    assert [each["id"] for each in first["items"] + second["items"]] == made
    assert second["next"] is None


def test_every_list_that_has_a_next_page_takes_such_a_cursor() -> None:
    described = create_app(None, None).openapi()  # type: ignore[arg-type]
    schemas = described["components"]["schemas"]
    lists = 0
    for path, operations in described["paths"].items():
        for operation in operations.values():
            answer = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
            if "next" in _properties(answer.get("schema", {}), schemas):
                cursor = [each for each in operation["parameters"] if "the cursor" in each.get("description", "")]
                assert [each["schema"]["pattern"].endswith("~[0-9a-f]{8}$") for each in cursor] == [True], path
                lists += 1
    assert lists >= 18


def _properties(schema: Asked, schemas: Asked) -> Asked:
    for part in (schema, *schema.get("anyOf", [])):
        if "$ref" in part:
            found: Asked = schemas[part["$ref"].rpartition("/")[2]].get("properties", {})
            return found
    return {}
