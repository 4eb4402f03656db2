"""A server of its own, with a team among whom leads are shared."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.access import key_of
from tests.support.assignment import TEAM

from .asking import Caller
from .server import running_api


class Team(Caller):
    """Ann, who sets the rules, Ben and Cleo."""

    def rules(self, *rules: dict[str, Any]) -> None:
        self.told("/v1/assignment-rules", {"rules": rules}, method="PUT")

    def member(self, principal: str, role: str = "sales") -> Caller:
        """By itself a salesperson, who reaches own records only."""
        key = key_of(self.api.services.ledger, principal, roles=(role,))
        self.api.identity.refresh()
        return Caller(self.api, self.api.client_with(key))

    def owner(self, lead: str) -> Any:
        return self.asked(f"/v1/leads/{lead}")["owner"]

    def latest(self, lead: str) -> dict[str, Any]:
        """The last of what happened to a lead."""
        [entry] = self.asked(f"/v1/leads/{lead}/history", limit=1)["items"]
        return {"type": entry["type"], "reason": entry["reason"], **entry["data"]}


def rule(strategy: str = "round_robin", name: str = "all", **parts: Any) -> dict[str, Any]:
    """A rule over the whole team, where its strategy chooses."""
    if strategy in ("round_robin", "weighted", "least_open"):
        parts.setdefault("candidates", candidates())
    return {"id": name, "name": name, "strategy": strategy, **parts}


def candidates(*principals: str, **more: Any) -> list[dict[str, Any]]:
    return [{"principal": each, **more} for each in principals or TEAM]


def when(attribute: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"all": [{"attribute": attribute, "operator": operator, "value": value}]}


@contextmanager
def running_team(dsn: str) -> Iterator[Team]:
    with running_api(dsn) as api, api.client() as client:
        team = Team(api, client)
        for principal in TEAM[1:]:
            team.told(f"/v1/access/members/{principal}", {"roles": ["sales"]}, method="PUT")
        yield team
