"""Roles, members and keys: what is decided, and what is refused."""

from datetime import timedelta

import pytest

from domain.access import (
    ACCESS,
    ACCESS_ID,
    Access,
    KeyIssued,
    KeyRevoked,
    KeyRotated,
    Level,
    MemberRemoved,
    MemberSet,
    RoleDefined,
    RoleRemoved,
    change_access,
    define_role,
    issue_key,
    remove_member,
    remove_role,
    revoke_key,
    rotate_key,
    set_member,
)
from domain.access.keys import ApiKey, digest
from domain.access.refusals import (
    AccessAlreadySo,
    AccessExists,
    AccessNotFound,
    BuiltInRole,
    KeyAlreadyRevoked,
    KeyAlreadyRotated,
    KeyExpiryInThePast,
    KeyHasExpired,
    KeyIdTaken,
    KeyNotFound,
    LastAdmin,
    LevelNeedsOwner,
    MemberNotFound,
    RoleInUse,
    RoleNotFound,
    ScopeMatchesNothing,
    UnknownLevel,
    UnknownPermission,
    UnknownRole,
)
from domain.events import Event
from domain.refusals import Refusal
from domain.texts import BlankText
from tests.support.deciding import changes_of
from tests.support.facts import DAY, NOON, by, given

OLD, NEW = ApiKey("old", "s3cret"), ApiKey("new", "another")
DESK = RoleDefined(name="desk", grants={"deal:read": Level.TEAM})
ANN = MemberSet(principal="ann", roles=("admin",), team="north")
BEN = MemberSet(principal="ben", roles=("desk",))
ISSUED = KeyIssued(key_id="old", principal="ann", digest=digest("s3cret"), scopes=("*",))


def access(*events: Event) -> Access:
    return given(ACCESS, *events, stream_id=ACCESS_ID, customer_id=ACCESS_ID) if events else Access()


def test_a_role_is_defined_with_how_far_it_reaches() -> None:
    assert define_role(Access(), name=" desk ", grants={"deal:read": "team"}) == DESK


def test_the_last_definition_of_a_role_holds() -> None:
    defined = access(DESK, RoleDefined(name="desk", grants={"lead:read": Level.ALL}))

    assert defined.grants("desk") == {"lead:read": Level.ALL}


@pytest.mark.parametrize(
    ("name", "grants", "refusal", "field"),
    [
        (" ", {}, BlankText, "name"),
        ("admin", {}, BuiltInRole, "name"),
        ("desk", {"deal:read": "team"}, AccessAlreadySo, "grants"),
        ("x", {"deal:delete": "all"}, UnknownPermission, "grants.deal:delete"),
        ("x", {"deal:*": "all"}, UnknownPermission, "grants.deal:*"),
        ("x", {"deal:read": "most"}, UnknownLevel, "grants.deal:read"),
        ("x", {"forecast:read": "team"}, LevelNeedsOwner, "grants.forecast:read"),
        ("x", {"actor:represent": "own"}, LevelNeedsOwner, "grants.actor:represent"),
    ],
)
def test_a_role_that_cannot_be_is_refused(
    name: str, grants: dict[str, str], refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        define_role(access(DESK), name=name, grants=grants)

    assert refused.value.field == field


def test_a_role_nobody_has_is_removed() -> None:
    assert remove_role(access(DESK), name="desk") == RoleRemoved(name="desk")
    assert access(DESK, RoleRemoved(name="desk")).grants("desk") is None


@pytest.mark.parametrize(
    ("name", "refusal"), [("desk", RoleInUse), ("sales", BuiltInRole), ("dreamer", RoleNotFound)]
)
def test_a_role_in_use_or_built_in_or_unknown_is_not_removed(name: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        remove_role(access(DESK, BEN), name=name)


def test_a_member_has_roles_and_a_team_in_place_of_those_before() -> None:
    assert set_member(access(ANN), principal="ben", roles=["sales", "sales"], team=" north ") == MemberSet(
        principal="ben", roles=("sales",), team="north"
    )
    moved = access(ANN, MemberSet(principal="ann", roles=("admin",), team="south"))
    assert moved.teams == {"south": frozenset({"ann"})}


def test_a_member_with_an_unknown_role_is_refused() -> None:
    with pytest.raises(UnknownRole, match="'desk'"):
        set_member(Access(), principal="ben", roles=["desk"])


def test_a_member_is_not_set_to_what_it_is() -> None:
    with pytest.raises(AccessAlreadySo):
        set_member(access(ANN), principal="ann", roles=["admin"], team="north")


def test_a_removed_member_loses_its_keys_too() -> None:
    bens = [KeyIssued(key_id=key_id, principal="ben", digest="0", scopes=("*",)) for key_id in ("1", "2")]
    told = access(ANN, ISSUED, DESK, BEN, *bens, KeyRevoked(key_id="1"))

    assert remove_member(told, principal="ben", now=NOON) == (
        MemberRemoved(principal="ben"),
        KeyRevoked(key_id="2"),
    )


def test_only_a_member_is_removed() -> None:
    with pytest.raises(MemberNotFound):
        remove_member(access(ANN), principal="ben", now=NOON)


def test_the_last_who_may_change_access_keeps_that() -> None:
    with pytest.raises(LastAdmin):
        remove_member(access(ANN), principal="ann", now=NOON)
    with pytest.raises(LastAdmin):
        set_member(access(ANN), principal="ann", roles=["sales"])
    custom = access(
        RoleDefined(name="boss", grants={"access:change": Level.ALL}), MemberSet(principal="a", roles=("boss",))
    )
    with pytest.raises(LastAdmin):
        define_role(custom, name="boss", grants={})


def test_one_of_two_admins_may_go() -> None:
    two = access(ANN, MemberSet(principal="ben", roles=("admin",)))

    assert remove_member(two, principal="ann", now=NOON) == (MemberRemoved(principal="ann"),)


def test_a_first_key_with_a_role_makes_its_principal_a_member() -> None:
    assert issue_key(Access(), key=OLD, principal="ann", roles=["admin"], now=NOON) == (
        MemberSet(principal="ann", roles=("admin",)),
        ISSUED,
    )


def test_a_key_with_a_role_takes_no_role_and_no_team_away() -> None:
    member, _ = issue_key(access(ANN), key=OLD, principal="ann", roles=["sales"], now=NOON)

    assert member == MemberSet(principal="ann", roles=("admin", "sales"), team="north")


def test_what_is_recorded_of_a_key_holds_no_secret() -> None:
    (issued,) = issue_key(access(ANN), key=OLD, principal="ann", scopes=["deal:*", "deal:*"], now=NOON)

    assert "s3cret" not in repr(issued)
    assert isinstance(issued, KeyIssued)
    assert issued.scopes == ("deal:*",)


def test_a_key_for_nobody_is_refused() -> None:
    with pytest.raises(MemberNotFound):
        issue_key(Access(), key=OLD, principal="ann", now=NOON)


@pytest.mark.parametrize("scopes", [[], ["deals:read"], ["deal:delete"], ["deal:*", "nothing"]])
def test_a_scope_that_matches_nothing_is_refused(scopes: list[str]) -> None:
    with pytest.raises(ScopeMatchesNothing):
        issue_key(access(ANN), key=OLD, principal="ann", scopes=scopes, now=NOON)


def test_a_key_that_has_expired_already_or_an_id_twice_is_refused() -> None:
    with pytest.raises(KeyExpiryInThePast):
        issue_key(access(ANN), key=NEW, principal="ann", expires_at=NOON, now=NOON)
    with pytest.raises(KeyIdTaken):
        issue_key(access(ANN, ISSUED), key=OLD, principal="ann", now=NOON)


def test_a_key_is_revoked_once() -> None:
    assert revoke_key(access(ISSUED), key_id="old") == KeyRevoked(key_id="old")
    with pytest.raises(KeyAlreadyRevoked):
        revoke_key(access(ISSUED, KeyRevoked(key_id="old")), key_id="old")
    with pytest.raises(KeyNotFound):
        revoke_key(access(ISSUED), key_id="none")


def test_a_rotated_key_works_beside_its_successor_for_a_while() -> None:
    rotated = rotate_key(access(ISSUED), key_id="old", new=NEW, overlap=DAY, now=NOON)
    keys = access(ISSUED, rotated).keys

    assert rotated.overlap_until == NOON + DAY
    assert keys["old"].works(NOON)
    assert not keys["old"].works(NOON + DAY)
    assert (keys["new"].principal, keys["new"].scopes, keys["new"].works(NOON + 9 * DAY)) == ("ann", ("*",), True)


def test_a_successor_lasts_as_long_as_the_old_key_was_given() -> None:
    month = KeyIssued(key_id="old", principal="ann", digest="0", scopes=("*",), expires_at=NOON + 30 * DAY)
    later = NOON + 29 * DAY

    rotated = rotate_key(access(month), key_id="old", new=NEW, overlap=3 * DAY, now=later)
    chosen = rotate_key(access(month), key_id="old", new=NEW, overlap=DAY, now=later, lifetime=DAY)

    assert (rotated.expires_at, chosen.expires_at) == (later + 30 * DAY, later + DAY)
    assert access(month, rotated).keys["old"].ends_at == NOON + 30 * DAY, "the overlap prolongs nothing"


def rotation(
    *events: Event, overlap: timedelta = DAY, new: ApiKey = NEW, lifetime: timedelta | None = None
) -> KeyRotated:
    return rotate_key(access(*events), key_id="old", new=new, overlap=overlap, now=NOON, lifetime=lifetime)


def test_only_a_key_that_works_and_was_not_rotated_is_rotated() -> None:
    expired = KeyIssued(key_id="old", principal="ann", digest="0", scopes=("*",), expires_at=NOON)
    with pytest.raises(KeyNotFound):
        rotation(ANN)
    with pytest.raises(KeyAlreadyRevoked):
        rotation(ISSUED, KeyRevoked(key_id="old"))
    with pytest.raises(KeyHasExpired):
        rotation(expired)
    with pytest.raises(KeyAlreadyRotated, match="new"):
        rotation(ISSUED, rotation(ISSUED), new=ApiKey("third", "x"))


def test_a_rotation_goes_forward_in_time() -> None:
    with pytest.raises(KeyExpiryInThePast):
        rotation(ISSUED, overlap=-DAY)
    with pytest.raises(KeyExpiryInThePast):
        rotation(ISSUED, lifetime=timedelta(0))
    with pytest.raises(KeyIdTaken):
        rotation(ISSUED, new=OLD)


def test_a_revoked_predecessor_leaves_its_successor_working() -> None:
    keys = access(ISSUED, rotation(ISSUED), KeyRevoked(key_id="old")).keys

    assert (keys["old"].works(NOON), keys["new"].works(NOON)) == (False, True)


@pytest.mark.parametrize("first", [RoleRemoved(name="x"), MemberRemoved(principal="x"), KeyRevoked(key_id="x")])
def test_any_event_may_be_the_first(first: Event) -> None:
    assert access(first) == Access()


def test_a_command_decides_on_nothing_where_nothing_is_recorded() -> None:
    command = change_access(lambda known: set_member(known, principal="ann", roles=["admin"]), by())

    (change,) = changes_of(command, None)

    assert (change.stream_id, change.customer_id, change.birth) == (ACCESS_ID, ACCESS_ID, False)
    assert not command.reads[0].required
    assert (ACCESS.missing, ACCESS.exists) == (AccessNotFound, AccessExists)
