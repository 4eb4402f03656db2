import pytest

from domain.access.permissions import OWNED, PERMISSIONS, Level, covers, kind_of
from domain.access.roles import ADMIN, ANALYST, BUILT_IN, INTAKE, MANAGER, SALES, Grants


def test_levels_are_ordered_by_reach_not_by_the_alphabet() -> None:
    assert sorted(["team", "all", "none", "own"], key=Level) == ["none", "own", "team", "all"]
    assert Level.ALL > Level.TEAM > Level.OWN > Level.NONE
    assert Level.NONE <= Level.NONE < Level.OWN
    assert Level.ALL >= Level.TEAM
    assert max("team", Level("all"), Level("own")) == Level.ALL


@pytest.mark.parametrize("scope", ["deal:read", "deal:*", "*:read", "*:*", "*"])
def test_a_scope_covers_by_name_or_by_wildcard(scope: str) -> None:
    assert covers((scope,), "deal:read")


@pytest.mark.parametrize("scope", ["deal:change", "lead:*", "*:change", "deal", "deal:", "read", "", "DEAL:READ"])
def test_a_scope_covers_nothing_else(scope: str) -> None:
    assert not covers((scope,), "deal:read")


def test_without_scopes_nothing_is_covered() -> None:
    assert not any(covers((), permission) for permission in PERMISSIONS)


def reaches_as_far(more: Grants, less: Grants) -> bool:
    return all(level <= more.get(permission, Level.NONE) for permission, level in less.items())


def test_an_admin_may_do_everything_everywhere() -> None:
    assert dict.fromkeys(PERMISSIONS, Level.ALL) == ADMIN


def test_a_manager_may_do_all_that_a_seller_may() -> None:
    assert reaches_as_far(MANAGER, SALES)
    assert (MANAGER["deal:change"], SALES["deal:change"]) == (Level.TEAM, Level.OWN)


def test_an_analyst_reads_everything_and_tries_models_and_changes_nothing() -> None:
    assert {
        permission: Level.ALL
        for permission in PERMISSIONS
        if permission.endswith(":read") or permission.startswith("replay:")
    } == ANALYST
    assert "audit:read" in ANALYST


def test_what_takes_in_shows_nothing() -> None:
    assert {permission.partition(":")[2] for permission in INTAKE} == {"create"}


def test_only_an_admin_may_change_who_may_do_what_or_act_for_others() -> None:
    powerful = {"access:create", "access:change", "actor:represent"}
    assert [name for name, grants in BUILT_IN.items() if powerful & grants.keys()] == ["admin"]


@pytest.mark.parametrize("role", BUILT_IN)
def test_a_built_in_role_keeps_to_the_rules_for_roles(role: str) -> None:
    for permission, level in BUILT_IN[role].items():
        assert permission in PERMISSIONS
        assert level == Level.ALL or kind_of(permission) in OWNED
