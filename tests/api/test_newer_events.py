"""A log that holds events of a newer program: what rests on them is refused by name, all else is answered."""

from collections.abc import Iterator

import httpx

from tests.support.newer_program import tell_as_a_newer_program

from .asking import Caller, assert_problem
from .server import running_api
from .test_past_lists import now

REFUSALS = {"UnreadableEvent", "PastModelNotBuilt", "PastModelBeingBuilt"}


def test_no_question_fails_and_nothing_is_decided_on_them(dsn: str, owner_dsn: str) -> None:
    with running_api(dsn) as api, api.client() as client:
        crm = Caller(api, client)
        customer, lead, deal = crm.person(name="Ada"), crm.lead(), crm.deal()
        tell_as_a_newer_program(owner_dsn, customer, "customer.profile_changed")
        tell_as_a_newer_program(owner_dsn, lead, "lead.qualified")
        tell_as_a_newer_program(owner_dsn, deal, "deal.won")
        tell_as_a_newer_program(owner_dsn, deal, "deal.teleported")

        known = _Known(customer_id=customer, lead_id=lead, deal_id=deal, position="1")
        asked = [_asked(client, path.format_map(known), when) for path, when in _questions(client)]
        assert len(asked) > 100
        assert [each for each in asked if each] == []
        assert_problem(client.post(f"/v1/deals/{deal}/win", json={}), 503, "UnreadableEvent")
        assert_problem(client.post(f"/v1/leads/{lead}/qualify", json={}), 503, "UnreadableEvent")
        told = client.get("/v1/audit", params={"stream_id": deal}).json()["items"]
        assert [each["type"] for each in told][:2] == ["deal.teleported", "deal.won"]


class _Known(dict[str, str]):
    """Of any other kind there is none."""

    def __missing__(self, name: str) -> str:
        return self["customer_id"]


def _questions(client: httpx.Client) -> Iterator[tuple[str, dict[str, str]]]:
    """Of now, of a moment, and of what was known at one, where they can be asked so."""
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        if "get" in operations:
            named = {each["name"] for each in operations["get"].get("parameters", [])}
            yield from ((path, when) for when in ({}, {"as_of": now()}, {"known_at": now()}) if set(when) <= named)


def _asked(client: httpx.Client, path: str, when: dict[str, str]) -> str | None:
    """What fails of it; None where it is answered, or refused as it should be."""
    answer = client.get(path, params=when)
    refused = answer.status_code == 503 and answer.json()["type"].rpartition("/")[2] in REFUSALS
    return None if answer.status_code < 500 or refused else f"{path} {when}: {answer.status_code} {answer.text}"
