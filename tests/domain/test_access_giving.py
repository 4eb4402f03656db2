"""Nobody gives away more access than he has."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from domain.access import (
    ACCESS,
    ACCESS_ID,
    Access,
    Caller,
    Level,
    MemberSet,
    NotYoursToGive,
    RoleDefined,
    caller_of,
    change_access,
    change_access_as,
    define_role,
    issue_key,
    remove_member,
    remove_role,
    revoke_key,
    rotate_key,
    set_member,
)
from domain.access.keys import ApiKey
from domain.events import Event
from tests.support.deciding import changes_of
from tests.support.facts import DAY, NOON, by, given, history

OLD, NEW = ApiKey("oldoldoldold", "s" * 32), ApiKey("newnewnewnew", "t" * 32)
DESK = {"access:read": Level.ALL, "access:create": Level.ALL, "access:change": Level.ALL}
HELP = RoleDefined(name="help", grants=DESK | {"customer:read": Level.ALL, "deal:read": Level.TEAM})
SELLS = RoleDefined(name="sells", grants={"deal:read": Level.TEAM, "deal:change": Level.OWN})
READS = RoleDefined(name="reads", grants={"customer:read": Level.ALL})
SHARES = RoleDefined(name="shares", grants={"deal:read": Level.TEAM})
OWNS = RoleDefined(name="owns", grants={"deal:read": Level.OWN})

Decide = Callable[[Access], Event | Sequence[Event]]


def company() -> Access:
    """ann may do everything; hal, of the help desk in the north, only some; ida shares, in the south."""
    told = (
        *(HELP, SELLS, READS, SHARES, OWNS),
        MemberSet(principal="ann", roles=("admin",)),
        MemberSet(principal="hal", roles=("help",), team="north"),
        MemberSet(principal="ida", roles=("shares",), team="south"),
        MemberSet(principal="jon", roles=("reads",), team="south"),
        MemberSet(principal="kim", roles=(), team="north"),
    )
    known = given(ACCESS, *told, stream_id=ACCESS_ID, customer_id=ACCESS_ID)
    return done(known, lambda access: issue_key(access, key=OLD, principal="ann", now=NOON))


def done(known: Access, decide: Decide, giver: Caller | None = None) -> Access:
    command = change_access(decide, by()) if giver is None else change_access_as(giver, decide, by())
    (change,) = changes_of(command, known)
    for each in history(*change.events, stream_id=ACCESS_ID, customer_id=ACCESS_ID):
        known = ACCESS.evolve(known, each)
    return known


def hal(scopes: Sequence[str] = ("*",)) -> Caller:
    return caller_of(company(), "hal", scopes)


REFUSED: dict[str, tuple[Decide, str]] = {
    "a role that reaches further": (
        lambda a: define_role(a, name="new", grants={"deal:read": "all"}),
        "grants.deal:read",
    ),
    "a role with a permission that he lacks": (
        lambda a: define_role(a, name="new", grants={"deal:change": "own"}),
        "grants.deal:change",
    ),
    "more for a role that is there": (
        lambda a: define_role(a, name="reads", grants={"customer:read": "all", "order:read": "own"}),
        "grants.order:read",
    ),
    "a built-in role": (lambda a: set_member(a, principal="new", roles=["admin"]), "roles"),
    "a built-in role to himself": (
        lambda a: set_member(a, principal="hal", roles=["admin"], team="north"),
        "roles",
    ),
    "sight of another team": (lambda a: set_member(a, principal="hal", roles=["help"], team="south"), "roles"),
    "sight of a newcomer's records to his team": (
        lambda a: set_member(a, principal="new", roles=[], team="north"),
        "roles",
    ),
    "sight in another team": (
        lambda a: set_member(a, principal="jon", roles=["reads", "shares"], team="south"),
        "roles",
    ),
    "what others own": (lambda a: set_member(a, principal="jon", roles=["reads", "owns"], team="south"), "roles"),
    "more for who holds the role": (
        lambda a: define_role(a, name="owns", grants={"order:read": "own"}),
        "grants.order:read",
    ),
    "a key of who may more": (lambda a: issue_key(a, key=NEW, principal="ann", now=NOON), "scopes"),
    "a key of who may other things": (lambda a: issue_key(a, key=NEW, principal="ida", now=NOON), "scopes"),
    "a successor of such a key": (
        lambda a: rotate_key(a, key_id=OLD.id, new=NEW, overlap=DAY, now=NOON),
        "scopes",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_one_does_not_have_is_not_given(what: str) -> None:
    decide, field = REFUSED[what]

    with pytest.raises(NotYoursToGive) as refused:
        done(company(), decide, hal())
    assert refused.value.field == field
    done(company(), decide)  # the operator may
    done(company(), decide, caller_of(company(), "ann", ("*",)))


GIVEN: dict[str, Decide] = {
    "a role within his own": lambda a: define_role(
        a, name="new", grants={"customer:read": "all", "deal:read": "own"}
    ),
    "less for a role that reached further": lambda a: define_role(a, name="sells", grants={"deal:change": "own"}),
    "the end of a role": lambda a: remove_role(a, name="sells"),
    "his own role": lambda a: set_member(a, principal="kim", roles=["help"], team="north"),
    "sight of his own team's records to another": lambda a: set_member(a, principal="kim", roles=[], team="south"),
    "sight in his own team": lambda a: set_member(a, principal="kim", roles=["shares"], team="north"),
    "a role to one who has more already": lambda a: set_member(a, principal="ann", roles=["admin", "reads"]),
    "less to one who has other things": lambda a: set_member(a, principal="ida", roles=[], team="south"),
    "a key within his own": lambda a: issue_key(a, key=NEW, principal="jon", now=NOON),
    "a key that is limited to his own": lambda a: issue_key(
        a, key=NEW, principal="ann", now=NOON, scopes=["customer:read"]
    ),
    "the end of any key": lambda a: revoke_key(a, key_id=OLD.id),
    "the end of a member": lambda a: remove_member(a, principal="ida", now=NOON),
}


@pytest.mark.parametrize("what", GIVEN)
def test_what_one_has_may_be_given_and_anything_taken(what: str) -> None:
    known = company()

    assert done(known, GIVEN[what], hal()) != known


def test_a_key_gives_no_more_than_its_own_scopes() -> None:
    def itself(access: Access) -> Any:
        return issue_key(access, key=NEW, principal="hal", now=NOON)

    with pytest.raises(NotYoursToGive):
        done(company(), itself, hal(["access:*"]))
    assert NEW.id in done(company(), itself, hal()).keys


def test_roles_of_the_identity_provider_count_for_the_one_who_gives() -> None:
    known = company()
    admin = caller_of(known, "zoe", ("*",), roles=("admin",))

    assert "zoe" in done(known, lambda a: set_member(a, principal="zoe", roles=["sells"]), admin).members
    manager = caller_of(known, "kim", ("*",), roles=("help",))
    with pytest.raises(NotYoursToGive):  # he would see what the south owns
        done(known, lambda a: set_member(a, principal="kim", roles=[], team="south"), manager)
    with pytest.raises(NotYoursToGive):  # he would see what jon owns
        done(known, lambda a: set_member(a, principal="jon", roles=["reads"], team="north"), manager)
