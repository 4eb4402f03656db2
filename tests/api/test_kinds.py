"""An id is of one kind of record: asked as another, nothing is there."""

from typing import Any

import pytest

from .asking import Caller, amount
from .test_orders_and_interactions import touch


@pytest.mark.parametrize(
    ("path", "rule", "field"),
    [
        ("/v1/customers/{deal}", "CustomerNotFound", "customer_id"),
        ("/v1/customers/{deal}/timeline", "CustomerNotFound", "customer_id"),
        ("/v1/deals/{customer}", "DealNotFound", "deal_id"),
        ("/v1/leads/{customer}", "LeadNotFound", "lead_id"),
        ("/v1/orders/{deal}", "OrderNotFound", "order_id"),
    ],
)
def test_a_record_is_not_read_as_another_kind(crm: Caller, path: str, rule: str, field: str) -> None:
    customer = crm.person()
    deal = crm.deal(customer)

    crm.refused("GET", path.format(customer=customer, deal=deal), 404, rule, field)


def test_a_record_is_not_told_what_is_for_another_kind(crm: Caller) -> None:
    person = crm.person()
    deal = crm.deal(person)
    name = {"name": "Ada Lind"}

    crm.refused("PATCH", f"/v1/customers/{deal}", 404, "CustomerNotFound", "customer_id", json=name)
    crm.refused("POST", f"/v1/leads/{deal}/qualify", 404, "LeadNotFound", "lead_id", json={})
    crm.refused("POST", f"/v1/deals/{person}/win", 404, "DealNotFound", "deal_id", json={})
    crm.refused("POST", "/v1/interactions", 404, "CustomerNotFound", "customer_id", json=touch(deal))
    crm.refused("POST", "/v1/interactions", 404, "LeadNotFound", "lead_id", json=touch(person, lead_id=deal))


def test_an_id_is_given_to_one_record_of_any_kind(crm: Caller) -> None:
    person = crm.person()
    deal = crm.deal(person)
    order: dict[str, Any] = {"id": deal, "customer_id": person, "total": amount("1")}
    opened = {"id": person, "customer_id": person, "name": "Seats"}

    crm.refused("POST", "/v1/orders", 409, "OrderExists", "id", json=order)
    crm.refused("POST", "/v1/deals", 409, "DealExists", "id", json=opened)
    crm.refused("POST", "/v1/customers", 409, "CustomerExists", "id", json={"id": deal, "kind": "person"})
