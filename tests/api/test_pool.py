"""The pool of leads that nobody owns, over HTTP."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.support.assignment import TEAM

from .asking import Caller
from .team import Team, candidates, rule, running_team


@pytest.fixture
def team(dsn: str) -> Iterator[Team]:
    with running_team(dsn) as team:
        yield team


def claim(caller: Caller, lead: str) -> int:
    return caller.http.post(f"/v1/pool/{lead}/claim", json={}).status_code


def pool(caller: Caller, **params: object) -> list[str]:
    return [each["id"] for each in caller.asked("/v1/pool", **params)["items"]]


def test_the_pool_holds_the_open_leads_that_nobody_owns(team: Team) -> None:
    leads = sorted(team.lead(campaign=campaign) for campaign in ("spring", "spring", "autumn"))
    closed, _ = team.lead(), team.lead(owner="ben")
    team.told(f"/v1/leads/{closed}/disqualify", {"disqualified_because": "spam"})

    assert pool(team) == leads
    assert len(pool(team, campaign="spring")) == 2
    page = team.asked("/v1/pool", limit=2, fields="owner,campaign")
    assert [set(each) for each in page["items"]] == [{"id", "owner", "campaign"}] * 2
    assert pool(team, after=page["next"]) == leads[2:]
    team.told(f"/v1/pool/{leads[0]}/claim")
    assert pool(team) == leads[1:]


def test_a_lead_that_no_rule_finds_an_owner_for_lies_in_the_pool(team: Team) -> None:
    team.rules(rule(candidates=candidates("ben", most_open=1), stop=True), rule("pool", "rest", active=False))
    first, second = team.lead(), team.lead()

    assert pool(team) == [second]
    assert team.owner(first) == "ben"
    assert team.latest(second)["because"] == "nobody could be had, and the rule stops there"


def test_who_reaches_own_leads_only_claims_one_and_reaches_it_then(team: Team) -> None:
    ben, lead = team.member("ben"), team.lead()
    team.ask("/v1/pool")

    assert ben.http.get(f"/v1/leads/{lead}").status_code == 404
    assert lead in pool(ben)
    ben.told(f"/v1/pool/{lead}/claim", {"reason": "met them at the fair"})
    assert ben.asked(f"/v1/leads/{lead}")["owner"] == "ben"
    assert team.latest(lead)["strategy"] == "claim"
    assert team.latest(lead)["reason"] == "met them at the fair"
    ben.told(f"/v1/leads/{lead}/status", {"status": "working"})
    ben.told(f"/v1/pool/{lead}/give-back", {"reason": "not my language"})
    assert ben.http.get(f"/v1/leads/{lead}").status_code == 404
    assert lead in pool(ben)


def test_one_gives_back_ones_own_leads_only(team: Team) -> None:
    lead, nobodys = team.lead(owner="cleo"), team.lead()

    team.refused("POST", f"/v1/pool/{lead}/give-back", 403, "NotYourLead", "lead_id", json={})
    team.refused("POST", f"/v1/pool/{nobodys}/give-back", 409, "LeadHasNoOwner", json={})


def test_of_sixteen_who_claim_a_lead_at_once_one_gets_it(team: Team) -> None:
    leads = [team.lead() for _ in range(5)]
    callers = [team, team.member("ben"), team.member("cleo")]

    for lead in leads:
        with ThreadPoolExecutor(16) as threads:
            answers = Counter(threads.map(lambda n, lead=lead: claim(callers[n % 3], lead), range(16)))
        assert answers == {200: 1, 409: 15}
    owners = Counter(team.owner(lead) for lead in leads)
    loads = {each["principal"]: each for each in team.asked("/v1/workloads")["items"]}
    assert {each: loads[each]["open"] for each in TEAM} == {each: owners[each] for each in TEAM}
    assert sum(loads[each]["claimed_today"] for each in TEAM) == 5
    team.refused("POST", f"/v1/pool/{leads[0]}/claim", 409, "LeadHasOwner", json={})


def test_the_same_claim_is_carried_out_once(team: Team) -> None:
    lead = team.lead()
    first = team.tell(f"/v1/pool/{lead}/claim", Idempotency_Key="a claim, sent twice")
    again = team.tell(f"/v1/pool/{lead}/claim", Idempotency_Key="a claim, sent twice")

    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")


def test_nobody_claims_more_than_the_pool_allows(team: Team) -> None:
    team.told("/v1/pool-rules", {"most_held": 1, "most_a_day": 2}, method="PUT")
    leads, ben = [team.lead() for _ in range(4)], team.member("ben")

    ben.told(f"/v1/pool/{leads[0]}/claim")
    ben.refused("POST", f"/v1/pool/{leads[1]}/claim", 409, "ClaimQuotaReached", json={})
    ben.told(f"/v1/leads/{leads[0]}/disqualify", {"disqualified_because": "spam"})
    ben.told(f"/v1/pool/{leads[1]}/claim")
    ben.told(f"/v1/pool/{leads[1]}/give-back")
    ben.refused("POST", f"/v1/pool/{leads[2]}/claim", 409, "DailyClaimsReached", json={})
    assert claim(team, leads[2]) == 200


def test_many_claims_of_one_at_once_stay_within_the_quota(team: Team) -> None:
    team.told("/v1/pool-rules", {"most_held": 3}, method="PUT")
    leads, ben = [team.lead() for _ in range(12)], team.member("ben")

    with ThreadPoolExecutor(12) as threads:
        answers = Counter(threads.map(lambda lead: claim(ben, lead), leads))

    assert answers == {200: 3, 409: 9}


def test_who_lost_a_lead_to_the_pool_is_locked_out_of_it(team: Team) -> None:
    team.told("/v1/pool-rules", {"lockout_days": 7}, method="PUT")
    lead, ben = team.lead(owner="ben"), team.member("ben")
    team.told(f"/v1/leads/{lead}/release")

    ben.refused("POST", f"/v1/pool/{lead}/claim", 409, "FormerOwnerLockedOut", json={})
    assert claim(team, lead) == 200


def test_the_rules_of_the_pool_are_read_as_they_were_defined(team: Team) -> None:
    nothing = dict.fromkeys(("most_held", "most_a_day", "lockout_days", "recall_after_days"))
    assert team.asked("/v1/pool-rules") == {"version": 0, **nothing}
    team.told("/v1/pool-rules", {"most_held": 5}, method="PUT", If_Match='"0"')
    answer = team.ask("/v1/pool-rules")

    assert (answer.headers["ETag"], answer.json()) == ('"1"', {"version": 1, **nothing, "most_held": 5})
    for field, wrong in (("most_held", 0), ("lockout_days", 4000), ("recall_after_days", 1.5)):
        team.refused("PUT", "/v1/pool-rules", 422, "InvalidRequest", field, json={field: wrong})


def test_workloads_are_those_of_the_leads_in_reach(team: Team) -> None:
    team.rules(rule())
    for _ in range(4):
        team.lead()
    loads = {each["principal"]: each["open"] for each in team.asked("/v1/workloads")["items"]}

    assert loads == {"ann": 2, "ben": 1, "cleo": 1}
    [own] = team.member("ben").asked("/v1/workloads")["items"]
    assert own == {"principal": "ben", "open": 1, "from_pool": 0, "claimed_today": 0}


def test_the_pool_asks_for_its_own_permissions(team: Team) -> None:
    key = team.told("/v1/access/keys", {"principal": "ann", "scopes": ["lead:*"]})["key"]
    team.api.identity.refresh()
    caller = Caller(team.api, team.api.client_with(key))

    caller.refused("GET", "/v1/pool", 403, "NotPermitted")
    caller.refused("POST", f"/v1/pool/{uuid4()}/claim", 403, "NotPermitted", json={})
    team.refused("POST", f"/v1/pool/{uuid4()}/claim", 404, "LeadNotFound", "lead_id", json={})
