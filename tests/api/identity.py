"""Records of people, and the rules by which they are found to be one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from .asking import Caller

RULES = "/v1/identity-rules"


def an_address() -> str:
    return f"{uuid4().hex}@example.com"


@contextmanager
def ruled(crm: Caller, **changes: Any) -> Iterator[None]:
    """Under other identity rules, for a while."""
    before = {name: value for name, value in crm.asked(RULES).items() if name != "version"}
    crm.told(RULES, before | changes, method="PUT")
    try:
        yield
    finally:
        crm.told(RULES, before, method="PUT")


def link(crm: Caller, one: str, other: str, **ground: Any) -> None:
    crm.told(f"/v1/customers/{one}/links", {"customer_id": other, **(ground or {"reason": "same passport"})})


def unlink(crm: Caller, one: str, other: str) -> None:
    crm.told(f"/v1/customers/{one}/links/{other}/unlink", {"reason": "two people"})
