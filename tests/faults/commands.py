"""What clients tell the API, and which events each command leaves in the log."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

CAPTURE, QUALIFY, CONVERT, RETURN, QUESTION = "capture", "qualify", "convert", "return", "question"
EVENTS: dict[str, list[str]] = {
    CAPTURE: ["customer.registered", "lead.captured"],
    QUALIFY: ["lead.qualified"],
    CONVERT: ["customer.came_from_lead", "customer.joined_organisation", "customer.lifecycle_changed",
              "customer.member_joined", "customer.registered", "deal.opened", "lead.converted"],
    RETURN: ["order.returned"],
}  # fmt: skip
MARK = re.compile(rb"mark ([0-9a-f-]{36}) ")
"""Stands in each command's reason, and so in the request to the API and in the API's to the log."""


@dataclass(frozen=True)
class Command:
    """What a client asks; a question changes nothing.

    `id` is the client's own: the correlation of the command's events, and its idempotency key.
    """

    id: str
    kind: str
    path: str
    body: Mapping[str, Any] | None


def command(kind: str, path: str, **body: Any) -> Command:
    own_id = str(uuid4())
    return Command(own_id, kind, path, {"reason": f"mark {own_id} of a command", **body})


def one_lead() -> Iterator[Command]:
    yield command(CAPTURE, "/v1/leads", id=str(uuid4()), name="Tomas Lind", channel="web")


def leads() -> Iterator[Command]:
    """Lead after lead: captured (two streams), qualified (one), converted (four), with ids of the client's own."""
    while True:
        lead = str(uuid4())
        yield command(CAPTURE, "/v1/leads", id=lead, name="Tomas Lind", channel="web")
        yield command(QUALIFY, f"/v1/leads/{lead}/qualify")
        yield command(
            CONVERT,
            f"/v1/leads/{lead}/convert",
            organisation={"id": str(uuid4()), "name": "Lind & Co"},
            deal={"id": str(uuid4()), "name": "Forty seats", "amount": euros(9600)},
        )


def returns(order_id: UUID, number: int | None = None) -> Iterator[Command]:
    """One euro of the order comes back, again and again: what adds up shows what was done twice."""
    while number is None or number > 0:
        yield command(RETURN, f"/v1/orders/{order_id}/returns", value=euros(1))
        number = None if number is None else number - 1


def questions(order_id: UUID) -> Iterator[Command]:
    """Of the log, and of all the connections that an API needs."""
    while True:
        yield Command(str(uuid4()), QUESTION, f"/v1/orders/{order_id}", None)
        yield Command(str(uuid4()), QUESTION, "/readyz", None)


def euros(amount: int) -> dict[str, str]:
    return {"amount": str(amount), "currency": "EUR"}
