"""`fields=` on questions about records."""

from typing import Any
from uuid import uuid4

import jsonschema

from .asking import Caller, assert_problem


def test_a_record_is_answered_with_the_fields_asked_for_and_its_version(crm: Caller) -> None:
    person = crm.person(email="ada@example.com")
    answer = crm.ask(f"/v1/customers/{person}", fields="email,kind")

    assert answer.json() == {"id": person, "email": "ada@example.com", "kind": "person"}
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Content-Length"] == str(len(answer.content))


def test_so_is_each_record_of_a_page(crm: Caller) -> None:
    email = f"{uuid4()}@example.com"
    person = crm.person(email=email)
    page = crm.asked("/v1/customers", fields="name", email=email)

    assert page["items"] == [{"id": person, "name": "Ada Nilsson"}]
    assert set(page) == {"items", "next", "as_of", "known_at"}


def test_a_field_that_no_record_has_is_refused(crm: Caller) -> None:
    refused = crm.http.get("/v1/customers", params={"fields": "name,shoe_size"})

    problem = assert_problem(refused, 422, "InvalidRequest", "fields")
    assert "name" in problem["detail"]


def test_the_description_allows_for_fields_left_out(crm: Caller) -> None:
    person = crm.person()
    described = crm.http.get("/openapi.json").json()
    for path, asked in (
        ("/v1/customers/{customer_id}", f"/v1/customers/{person}"),
        ("/v1/customers", "/v1/customers"),
    ):
        answers = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        schema: dict[str, Any] = {**answers, "components": described["components"]}

        jsonschema.validate(crm.asked(asked, fields="kind"), schema)
        jsonschema.validate(crm.asked(asked), schema)
