"""Leads shared among a team by rules, over HTTP."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gateways.log.reader import LogReader
from tests.support.assignment import TEAM, turns
from tests.support.told import whole_log

from .asking import Caller
from .team import Team, candidates, rule, running_team, when

NEXT_SUMMER = {"begins_at": "2036-07-01T00:00:00Z", "ends_at": "2036-07-29T00:00:00Z"}


@pytest.fixture
def team(dsn: str) -> Iterator[Team]:
    with running_team(dsn) as team:
        yield team


def mistake(team: Caller, rule_name: str | None, field: str, *rules: dict[str, Any]) -> dict[str, Any]:
    name = rule_name or "InvalidRequest"
    return team.refused("PUT", "/v1/assignment-rules", 422, name, field, json={"rules": rules})


def test_rules_are_read_as_they_were_defined(team: Team) -> None:
    assert team.asked("/v1/assignment-rules") == {"version": 0, "rules": [], "absences": []}
    where = {**when("country", "in", ["SE", "NO"]), "any": []}
    north = {"name": "North", "when": where, "candidates": candidates("ben")}
    rules = [rule("territory", "lands", territories=[north]), rule("weighted", candidates=candidates(weight=2))]
    receipt = team.told("/v1/assignment-rules", {"rules": rules, "reason": "a new year"}, method="PUT")
    answer = team.ask("/v1/assignment-rules")

    assert (answer.headers["ETag"], answer.json()["version"], receipt["version"]) == ('"1"', 1, 1)
    [lands, everywhere] = answer.json()["rules"]
    assert lands["territories"][0]["when"] == where
    assert everywhere["candidates"] == [{"principal": each, "weight": 2, "most_open": None} for each in TEAM]
    team.told("/v1/assignment-rules", {"rules": [lands, everywhere]}, method="PUT", If_Match='"1"')
    assert team.asked("/v1/assignment-rules")["rules"] == [lands, everywhere]
    team.refused(
        *("PUT", "/v1/assignment-rules", 412, "VersionMismatch", "If-Match"),
        json={"rules": []},
        headers={"If-Match": '"1"'},
    )


def test_a_capture_without_owner_is_assigned_and_says_why(team: Team) -> None:
    team.rules(rule())
    leads = [team.lead() for _ in range(4)]

    assert [team.owner(lead) for lead in leads] == ["ann", "ben", "cleo", "ann"]
    assert team.latest(leads[1]) == {
        "type": "lead.assigned",
        "reason": None,
        "owner": "ben",
        "rule": "all",
        "rules_version": 1,
        "strategy": "round_robin",
        "candidates": [{"principal": "ann", "standing": 1}, *({"principal": p, "standing": 0} for p in TEAM[1:])],
        "because": "it was the next turn",
    }
    assert team.owner(team.lead(owner="cleo")) == "cleo"
    assert team.owner(team.lead()) == "ben"


@pytest.mark.rule("concurrent captures are assigned exactly in turn", unlike="EspoCRM", area="assignment")
def test_captures_at_once_are_assigned_exactly_in_turn(team: Team) -> None:
    team.rules(rule())

    def capture(number: int) -> None:
        answer = team.http.post("/v1/leads", json={"name": f"Lead {number}", "channel": "web"})
        assert answer.status_code == 201, answer.text

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(capture, range(200)))
    leads = team.asked("/v1/leads", limit=500)["items"]
    log = team.api.services.log
    assert isinstance(log, LogReader)
    taken = turns(whole_log(log))

    assert [turn.owner for turn in taken] == [TEAM[n % 3] for n in range(200)]
    counts = Counter(lead["owner"] for lead in leads)
    assert set(counts) == set(TEAM)
    assert max(counts.values()) - min(counts.values()) <= 1


def test_the_same_request_takes_no_second_turn(team: Team) -> None:
    team.rules(rule())
    body = {"name": "Ada", "channel": "web"}
    first = team.tell("/v1/leads", body, Idempotency_Key="a form, sent twice")
    again = team.tell("/v1/leads", body, Idempotency_Key="a form, sent twice")

    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    assert [team.owner(first.json()["id"]), team.owner(team.lead())] == ["ann", "ben"]


def test_who_is_absent_is_passed_over_and_comes_back(team: Team) -> None:
    team.rules(rule())
    until = "2036-01-01T00:00:00Z"
    team.told("/v1/absences", {"principal": "ann", "ends_at": until, "because": "on leave"})
    first, second = team.lead(), team.lead()

    assert [team.owner(first), team.owner(second)] == ["ben", "cleo"]
    assert team.latest(first)["candidates"][0]["skipped_because"].startswith("absent until 2036-01-01T00:00:00")
    assert team.asked("/v1/assignment-rules")["absences"][0]["principal"] == "ann"
    team.told("/v1/absences/ann/clear")
    assert team.asked("/v1/assignment-rules")["absences"] == []
    assert team.owner(team.lead()) == "ann"


def test_an_absence_that_cannot_be_is_refused(team: Team) -> None:
    team.refused(
        *("POST", "/v1/absences", 422, "AbsenceEndsBeforeItBegins", "ends_at"),
        json={"principal": "ann", "begins_at": NEXT_SUMMER["ends_at"], "ends_at": NEXT_SUMMER["begins_at"]},
    )
    past = {"principal": "ann", "begins_at": "2020-01-01T00:00:00Z", "ends_at": "2020-02-01T00:00:00Z"}
    team.refused("POST", "/v1/absences", 422, "AbsenceIsOver", "ends_at", json=past)
    team.refused("POST", "/v1/absences", 422, "NotAMember", "principal", json={"principal": "zoe", **NEXT_SUMMER})
    team.refused("POST", "/v1/absences/ann/clear", 409, "NoAbsence", "principal", json={})


def test_who_looks_after_the_customer_gets_its_leads(team: Team) -> None:
    team.rules(rule("sticky", "known"), rule())
    customer = team.person(owner="cleo")
    lead = str(team.told("/v1/leads", {"customer_id": customer, "channel": "web"})["id"])

    assert team.owner(lead) == "cleo"
    assert team.latest(lead)["rule"] == "known"
    new = team.lead()
    assert (team.owner(new), team.latest(new)["rule"]) == ("ann", "all")


def test_the_fewest_open_leads_and_the_most_that_one_has(team: Team) -> None:
    team.rules(rule("least_open", candidates=candidates("ann", "ben", most_open=2)))
    owners = [team.owner(team.lead()) for _ in range(4)]
    last = team.lead()

    assert owners == ["ann", "ben", "ann", "ben"]
    assert team.owner(last) is None
    assert team.latest(last)["type"] == "lead.pooled"
    assert team.latest(last)["candidates"][0]["skipped_because"] == "has 2 open leads, 2 at the most"


def test_a_lead_goes_to_its_territory(team: Team) -> None:
    fair = {"name": "Fairs", "when": when("channel", "equals", "event"), "candidates": candidates("ben", "cleo")}
    team.rules(rule("territory", "lands", territories=[fair]), rule("pool", "rest"))
    lead, rest = team.lead(channel="event"), team.lead(channel="web")

    assert team.owner(lead) == "ben"
    assert team.latest(lead)["territory"] == "Fairs"
    assert team.latest(rest)["because"] == "the rule leads into the pool"


def test_a_mistake_in_the_rules_is_refused_where_it_stands(team: Team) -> None:
    unknown = when("shoe_size", "equals", 43)
    mistake(team, "UnknownLeadAttribute", "rules.0.when.all.0.attribute", rule(when=unknown))
    mistake(team, "UnknownOperator", "rules.0.when.all.0.operator", rule(when=when("channel", "like", "w%")))
    mistake(team, "ValueDoesNotFit", "rules.0.when.all.0.value", rule(when=when("channel", "in", "web")))
    mistake(team, "NotAMember", "rules.0.candidates.0.principal", rule(candidates=candidates("zoe")))
    mistake(
        team, "DuplicateCandidate", "rules.0.candidates.1.principal", rule(candidates=candidates("ann", "ann"))
    )
    mistake(team, "RuleNeedsCandidates", "rules.0.candidates", rule(candidates=[]))
    mistake(team, "PartOutOfPlace", "rules.0.candidates", rule("sticky", candidates=candidates()))
    mistake(team, "DuplicateRule", "rules.1.id", rule(), rule())
    mistake(team, "RuleNeverReached", "rules.1", rule("pool", "first"), rule())
    impossible = {"all": [*when("channel", "equals", "web")["all"], *when("channel", "equals", "event")["all"]]}
    mistake(team, "MatchesNobody", "rules.0.when.all", rule(when=impossible))
    mistake(team, None, "rules.0.strategy", rule("by_dice"))
    mistake(team, None, "rules.0.candidates.0.weight", rule("weighted", candidates=candidates(weight=0)))
    mistake(team, None, "rules.0.when.every", rule(when={"every": []}))
    mistake(team, None, "rules.0.when.all.0.value", rule(when=when("channel", "equals", {"a": 1})))
    assert team.asked("/v1/assignment-rules")["version"] == 0


def test_a_lead_is_handed_over_and_released(team: Team) -> None:
    lead = team.lead(owner="ann")
    team.told(f"/v1/leads/{lead}/assign", {"owner": "ben", "reason": "speaks Swedish"})

    latest = team.latest(lead)
    assert (latest["owner"], latest["previous"], latest["reason"]) == ("ben", "ann", "speaks Swedish")
    path = f"/v1/leads/{lead}/assign"
    team.refused("POST", path, 409, "AssignmentChangesNothing", "owner", json={"owner": "ben"})
    team.refused("POST", path, 422, "NotAMember", "owner", json={"owner": "zoe"})
    team.told(f"/v1/leads/{lead}/release", {"reason": "no time"})
    assert team.owner(lead) is None
    team.refused("POST", f"/v1/leads/{lead}/release", 409, "LeadHasNoOwner", json={})
    team.told(f"/v1/leads/{lead}/disqualify", {"disqualified_because": "spam"})
    team.refused("POST", path, 409, "LeadIsClosed", json={"owner": "ben"})


def test_who_changes_own_leads_hands_them_to_nobody_else(team: Team) -> None:
    ben = team.member("ben")
    own, other = team.lead(owner="ben"), team.lead(owner="cleo")

    ben.refused("POST", f"/v1/leads/{own}/assign", 403, "NotPermitted", "owner", json={"owner": "cleo"})
    ben.refused("POST", f"/v1/leads/{own}/release", 403, "NotPermitted", "owner", json={})
    ben.refused("POST", f"/v1/leads/{other}/assign", 404, "LeadNotFound", "lead_id", json={"owner": "ben"})
    ben.refused("PUT", "/v1/assignment-rules", 403, "NotPermitted", json={"rules": []})
    ben.refused("POST", "/v1/absences", 403, "NotPermitted", json={"principal": "ann", **NEXT_SUMMER})
    assert ben.asked("/v1/assignment-rules")["rules"] == []


def test_rules_look_at_more_than_who_captures_may_see(team: Team) -> None:
    """A form that captures for all, and sees only own customers: the organisation is cleo's."""
    team.rules(rule("sticky", "known"), rule())
    organisation = team.organisation()
    team.told(f"/v1/customers/{organisation}", {"owner": "cleo"}, method="PATCH")
    customer = team.person(owner="dora")
    team.told(f"/v1/customers/{customer}/organisations", {"organisation_id": organisation})
    grants = {"lead:create": "all", "customer:read": "own"}
    team.told("/v1/access/roles/desk", {"grants": grants}, method="PUT")
    desk = team.member("dora", "desk")
    team.told("/v1/absences", {"principal": "dora", "ends_at": "2036-01-01T00:00:00Z"})

    lead = str(desk.told("/v1/leads", {"customer_id": customer, "channel": "web"})["id"])
    assert team.owner(lead) == "cleo"
