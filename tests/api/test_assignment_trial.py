"""Rules tried on leads of the past, over HTTP, and how fairly leads were shared out."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.http import past_leads

from .team import Team, candidates, rule, running_team, when

TRY = "/v1/assignment-rules:try"
FAIRNESS = "/v1/assignment-rules/fairness"


@pytest.fixture
def team(dsn: str) -> Iterator[Team]:
    with running_team(dsn) as team:
        yield team


def tried(team: Team, *rules: dict[str, Any], **span: str) -> dict[str, Any]:
    """What comes of a trial, which records nothing."""
    before = team.api.log_end()
    response = team.http.post(TRY, json={"rules": rules, **span})
    assert response.status_code == 200, response.text
    assert team.api.log_end() == before
    answer: dict[str, Any] = response.json()
    return answer


def test_the_rules_that_held_make_of_the_leads_what_they_made(team: Team) -> None:
    rules = [rule("weighted", candidates=candidates("ann", weight=2) + candidates("ben", "cleo"))]
    team.rules(*rules)
    leads = [team.lead() for _ in range(10)]
    team.told(f"/v1/leads/{leads[0]}/disqualify", {"disqualified_because": "spam"})
    team.lead(owner="cleo")

    answer = tried(team, *rules)

    assert (answer["leads"], answer["others"], answer["into_pool"], answer["cut"]) == (10, 0, 0, False)
    assert all(each["tried"] == each["really"] for each in answer["owners"])


def test_other_rules_are_set_beside_what_really_happened(team: Team) -> None:
    team.rules(rule(candidates=candidates("ann")))
    swede = team.person(attributes={"country": "SE"})
    lead = team.told("/v1/leads", {"customer_id": swede, "channel": "web"})["id"]
    team.lead()

    answer = tried(team, rule(candidates=candidates("ben"), when=when("country", "equals", "se")))

    assert answer["rules"] == [
        {"rule": "all", "owner": "ben", "leads": 1},
        {"rule": None, "owner": None, "leads": 1},
    ]
    assert answer["owners"] == [
        {"owner": None, "tried": 1, "really": 0},
        {"owner": "ann", "tried": 0, "really": 2},
        {"owner": "ben", "tried": 1, "really": 0},
    ]
    assert answer["into_pool"] == 1
    first = answer["different"][0]
    assert (first["lead_id"], first["would_get"], first["got"]) == (lead, "ben", "ann")
    assert answer["others"] == 2


def test_only_leads_of_the_span_are_tried(team: Team) -> None:
    team.lead()

    assert tried(team, rule(), **{"from": "2020-01-01T00:00:00Z", "to": "2020-02-01T00:00:00Z"})["leads"] == 0
    assert tried(team, rule())["leads"] == 1


def test_a_trial_refuses_what_defining_refuses_and_spans_that_are_none(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = rule(candidates=candidates("zoe"))
    team.refused("POST", TRY, 422, "NotAMember", "rules.0.candidates.0.principal", json={"rules": [stranger]})
    backwards = {"from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}
    team.refused("POST", TRY, 422, "EmptySpan", "from", json={"rules": [], **backwards})
    team.refused("GET", FAIRNESS, 422, "EmptySpan", "from", params=backwards)
    team.rules(rule())
    for _ in range(3):
        team.lead()
    monkeypatch.setattr(past_leads, "MOST_LEADS", 2)
    monkeypatch.setattr(past_leads, "MOST_ASSIGNMENTS", 2)
    team.refused("POST", TRY, 422, "TooManyLeads", "from", json={"rules": []})
    team.refused("GET", FAIRNESS, 422, "TooManyLeads", "from")


def test_turns_were_shared_out_fairly(team: Team) -> None:
    team.rules(rule())
    leads = [team.lead() for _ in range(7)]
    team.told(f"/v1/leads/{leads[0]}/assign", {"owner": "ben"})

    [by_hand, by_turns] = team.asked(FAIRNESS)["items"]

    assert (by_hand["rule"], by_hand["greatest_difference"]) == (None, None)
    assert [(each["owner"], each["leads"], each["fair"]) for each in by_turns["shares"]] == [
        ("ann", 3, 2.33),
        ("ben", 2, 2.33),
        ("cleo", 2, 2.33),
    ]
    assert by_turns["greatest_difference"] == 0.67


def test_who_does_not_read_all_leads_sees_neither(team: Team) -> None:
    ben = team.member("ben")

    ben.refused("POST", TRY, 403, "NotPermitted", json={"rules": []})
    ben.refused("GET", FAIRNESS, 403, "NotPermitted")
