"""Linked customers score together as one, and each for itself as before."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from .asking import Caller, in_year
from .company import Company, at
from .identity import link, unlink
from .mails import ENGAGEMENT, define, mail, mails_live
from .server import RunningApi

HEALTH = "/v1/scoring-models/wellbeing"


@pytest.fixture
def live(crm: Caller) -> Iterator[int]:
    yield from mails_live(crm)


@pytest.fixture(scope="module")
def company(api: RunningApi) -> Company:
    return Company(api)


def together(crm: Caller, person: str, **asked: Any) -> dict[str, Any]:
    """By the model that counts mails, in the answer of its own."""
    answer: dict[str, Any] = crm.asked(f"/v1/customers/{person}/scores", together=True, model="mails", **asked)
    (score,) = answer["scores"]
    assert answer["customer_id"] == score["customer_id"]
    return dict(score)


def in_view(crm: Caller, person: str, **asked: Any) -> dict[str, Any]:
    """The same in the 360 view, with the scores of each."""
    view = crm.asked(f"/v1/customers/{person}/360", **asked)
    of_mails = [each for each in view["group"]["scores"] if each["model"] == "mails"]
    return {"each": [each for each in view["scores"] if each["model"] == "mails"], "together": of_mails[0]}


@pytest.mark.usefixtures("live")
def test_a_cap_a_day_holds_for_all_that_one_did_under_two_records(crm: Caller) -> None:
    one, other, alone = (crm.person(occurred_at=in_year(2020)) for _ in range(3))
    mail(crm, one, 2024)
    last = mail(crm, other, 2024, 3)
    capped = mail(crm, other, 2024)
    for day in (1, 3):
        mail(crm, alone, 2024, day)
    link(crm, one, other)
    asked = {"as_of": datetime.now(UTC).isoformat()}
    score, as_one = together(crm, other, **asked), together(crm, alone, **asked)

    assert (score["customer_id"], score["value"]) == (one, as_one["value"])
    assert score["contributions"][0]["positions"] == [last, last - 1]
    assert capped not in score["contributions"][0]["positions"]
    assert in_view(crm, one, **asked)["together"]["value"] == score["value"]


def test_the_view_shows_the_score_that_they_have_together_beside_that_of_each(crm: Caller, live: int) -> None:
    one, other = (crm.person() for _ in range(2))
    mail(crm, one, 2024)
    mail(crm, other, 2025)
    link(crm, one, other)

    for member in (one, other):
        seen = in_view(crm, member)
        assert [each["customer_id"] for each in seen["each"]] == [one, other]
        assert (seen["together"]["customer_id"], seen["together"]["version"]) == (one, live)
        values = [each["value"] for each in seen["each"]]
        assert seen["together"]["value"] == pytest.approx(sum(values), rel=1e-6)
        assert seen["together"]["value"] == pytest.approx(together(crm, member)["value"], rel=1e-6)


@pytest.mark.usefixtures("live")
def test_of_one_alone_together_is_what_it_scores(crm: Caller) -> None:
    person = crm.person()
    mail(crm, person, 2024)
    asked = {"as_of": datetime.now(UTC).isoformat(), "model": "mails"}
    alone = crm.asked(f"/v1/customers/{person}/scores", **asked)

    assert crm.asked(f"/v1/customers/{person}/scores", together=True, **asked) == alone
    assert crm.asked(f"/v1/customers/{person}/360")["group"] is None


@pytest.mark.usefixtures("live")
def test_before_they_were_linked_and_after_they_are_no_more_each_scores_alone(crm: Caller) -> None:
    one, other = (crm.person(occurred_at=in_year(2020)) for _ in range(2))
    mail(crm, one, 2024)
    mail(crm, other, 2024, 2)
    before = datetime.now(UTC).isoformat()
    link(crm, one, other)
    linked = datetime.now(UTC).isoformat()
    unlink(crm, one, other)

    times = [together(crm, other, **asked)["contributions"][0]["times"] for asked in ({"as_of": before}, {})]
    assert times == [1, 1]
    assert together(crm, other, as_of=linked)["contributions"][0]["times"] == 2
    assert in_view(crm, other, as_of=linked)["together"]["value"] == together(crm, other, as_of=linked)["value"]


@pytest.mark.usefixtures("live")
def test_the_health_that_is_shown_is_that_of_all_together(crm: Caller) -> None:
    one, other = (crm.person() for _ in range(2))
    for person in (one, other):
        mail(crm, person, 2024)
    link(crm, one, other)
    signs = {
        "kind": "health",
        "engagement": [{**ENGAGEMENT["engagement"][0], "max_per_day": None}],
        "health": {"start": 50},
    }
    crm.told(f"{HEALTH}/promote", {"version": define(crm, signs, HEALTH)})
    view = crm.asked(f"/v1/customers/{other}/360", as_of=datetime.now(UTC).isoformat())
    crm.told(f"{HEALTH}/retire")
    own = next(each for each in view["scores"] if each["model"] == "wellbeing")

    assert view["health"]["customer_id"] == one
    assert view["health"]["value"] - 50 == pytest.approx(2 * (own["value"] - 50))


@pytest.mark.usefixtures("live")
def test_of_those_out_of_sight_nothing_is_in_the_score(crm: Caller, company: Company) -> None:
    mine, hidden = crm.person(owner=company.me), crm.person(owner=company.other)
    mail(crm, mine, 2024)
    mail(crm, hidden, 2024, 2)
    link(crm, mine, hidden)
    me = company.caller(at("own"))

    assert together(me, mine)["contributions"][0]["times"] == 1
    assert together(crm, mine)["contributions"][0]["times"] == 2
    me.refused(
        "GET", f"/v1/customers/{hidden}/scores", 404, "CustomerNotFound", "customer_id", params={"together": True}
    )
