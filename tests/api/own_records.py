"""Records for Schemathesis: each operation gets a lead, a deal, a task of its own, in a state that lets it.

With the one record of the examples, nothing could be said of a deal once the run itself has won it.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

from api.http import examples

from .asking import Caller, amount

_EXAMPLES = {"lead_id": examples.LEAD_ID, "deal_id": examples.DEAL_ID, "task_id": examples.TASK_ID}
_SURVIVORS = "/v1/customers/{customer_id}/survivors"
TERMS = {"stage": "terms", "criterion": "Terms signed"}
_SEATS = {"name": "Seats", "quantity": 150, "unit_price": amount("11.00"), "id": str(examples.LINE_ITEM_ID)}
_CHAMPION = {"customer_id": str(examples.CUSTOMER_ID), "role": "champion"}
_DECIDES = {"customer_id": str(examples.CUSTOMER_ID), "role": "decision_maker"}
_BEFORE: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "POST /v1/leads/{lead_id}/recycle": (("disqualify", {"disqualified_because": "no budget"}),),
    "POST /v1/leads/{lead_id}/convert": (("qualify", {}),),
    "POST /v1/deals/{deal_id}/criteria/withdraw": (("criteria", TERMS),),
    "POST /v1/deals/{deal_id}/probability/unpin": (("probability", {"probability": 35, "because": "a rival"}),),
    "POST /v1/deals/{deal_id}/reopen": (("lose", {"loss_reason": "price"}),),
    "POST /v1/deals/{deal_id}/contacts/{customer_id}/role": (("contacts", _CHAMPION),),
    "POST /v1/deals/{deal_id}/contacts/{customer_id}/remove": (("contacts", _DECIDES),),
    "POST /v1/deals/{deal_id}/amount-source": (("line-items", _SEATS),),
    "PATCH /v1/deals/{deal_id}/line-items/{item_id}": (("line-items", _SEATS),),
    "POST /v1/deals/{deal_id}/line-items/{item_id}/remove": (("line-items", _SEATS),),
    f"POST {_SURVIVORS}/release": (("survivors", {"field": "name"}),),
}
"""What is told of the own record first, by operation."""


def own_records(operation: str) -> dict[str, UUID]:
    """The path parameters that name an operation's own records ("POST /v1/deals/{deal_id}/win"), and their ids."""
    own = {name: uuid5(id_, operation) for name, id_ in _EXAMPLES.items() if f"{{{name}}}" in operation}
    if _SURVIVORS in operation:
        own["customer_id"] = uuid5(examples.CUSTOMER_ID, operation)
    return own


def make_own_records(crm: Caller) -> None:
    for operation in _operations(crm):
        for name, id_ in own_records(operation).items():
            _make(crm, name, str(id_), operation)
            record = f"/v1/{name.removesuffix('_id')}s/{id_}"
            for step, body in _BEFORE.get(operation, ()):
                crm.told(f"{record}/{step}", body)


def _operations(crm: Caller) -> Iterator[str]:
    for path, methods in crm.http.get("/openapi.json").json()["paths"].items():
        for method in methods:
            yield f"{method.upper()} {path}"


def _make(crm: Caller, name: str, id_: str, operation: str) -> None:
    if name == "lead_id":
        crm.lead(id=id_)
    elif name == "deal_id":
        pipeline = {"pipeline": "partners"} if "/criteria" in operation else {}
        crm.deal(str(examples.CUSTOMER_ID), id=id_, **pipeline)
    elif name == "task_id":
        crm.task(str(examples.CUSTOMER_ID), id=id_, due="2027-03-22T09:00", time_zone="Europe/Stockholm")
    else:
        crm.person(id=id_)
        crm.told(f"/v1/customers/{id_}/links", {"customer_id": crm.person(), "reason": "registered twice"})
