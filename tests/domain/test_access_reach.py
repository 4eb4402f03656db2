from collections.abc import Iterable

import pytest

from domain.access import ACCESS, ACCESS_ID, Access, Caller, Level, MemberSet, RoleDefined, caller_of, reach
from tests.support.facts import given

OWN = RoleDefined(name="own", grants={"deal:read": Level.OWN, "lead:read": Level.ALL})
TEAM = RoleDefined(name="team", grants={"deal:read": Level.TEAM, "lead:read": Level.NONE})


def caller(*roles: str, scopes: Iterable[str] = ("*",), team: str | None = "north") -> Caller:
    return caller_of(company(*roles, team=team), "ann", scopes)


def company(*roles: str, team: str | None = "north") -> Access:
    told = (
        OWN,
        TEAM,
        MemberSet(principal="ben", roles=(), team="north"),
        MemberSet(principal="cyd", roles=(), team="south"),
        MemberSet(principal="ann", roles=roles, team=team),
    )
    return given(ACCESS, *told, stream_id=ACCESS_ID, customer_id=ACCESS_ID)


@pytest.mark.parametrize(
    ("roles", "reached"),
    [
        ((), []),
        (("own",), ["ann"]),
        (("team",), ["ann", "ben"]),
        (("own", "team"), ["ann", "ben"]),
        (("team", "own"), ["ann", "ben"]),
        (("admin", "own"), ["ann", "ben", "cyd", None]),
    ],
)
def test_the_most_that_any_role_grants_counts(roles: tuple[str, ...], reached: list[str | None]) -> None:
    found = reach(caller(*roles), "deal:read")

    assert [owner for owner in ("ann", "ben", "cyd", None) if found.allows(owner)] == reached


def test_a_record_without_owner_is_reached_by_those_who_reach_all() -> None:
    assert not reach(caller("team"), "deal:read").allows(None)
    assert reach(caller("own"), "lead:read").allows(None)


def test_an_owner_is_known_by_its_exact_name() -> None:
    found = reach(caller("own"), "deal:read")

    assert found.owners == {"ann"}
    assert not any(found.allows(owner) for owner in ("Ann", "ann ", ""))


def test_one_without_a_team_is_a_team_alone() -> None:
    assert reach(caller("team", team=None), "deal:read").owners == {"ann"}


def test_what_no_role_grants_is_not_reached() -> None:
    found = reach(caller("own", "team"), "deal:change")

    assert (found.everything, found.owners) == (False, frozenset())


def test_scopes_take_away_and_never_add() -> None:
    limited = caller("own", scopes=("deal:read", "customer:read"))

    assert limited.grants == {"deal:read": Level.OWN}
    assert caller("admin", scopes=("*:read",)).grants.keys() >= {"audit:read", "deal:read"}
    assert not reach(caller("admin", scopes=("*:read",)), "deal:change").everything
    assert caller("admin", scopes=()).grants == {}


def test_roles_from_elsewhere_come_on_top_where_they_are_defined() -> None:
    stranger = caller_of(company(), "dee", ("*",), roles=("own", "emperor"))

    assert stranger.grants == OWN.grants
    assert stranger.team == {"dee"}
