import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.customers import Customer
from domain.events import Event
from domain.leads import (
    LEAD,
    LEAD_STATUSES,
    Lead,
    LeadCaptured,
    LeadDisqualified,
    LeadQualified,
    LeadStatus,
    LeadStatuses,
    LeadStatusesDefined,
    capture,
    convert,
    define_statuses,
    disqualify,
    move,
    qualify,
    recycle,
)
from domain.leads.refusals import (
    DuplicateLeadStatus,
    LeadAlreadyConverted,
    LeadIsDisqualified,
    LeadStatusDeadEnd,
    LeadStatusDropped,
    LeadStatusHasItsCommand,
    LeadStatusIdMalformed,
    LeadStatusIsRetired,
    LeadStatusTypeChanged,
    LeadStatusTypeMissing,
    LeadStatusTypeTwice,
    LeadStatusUnreachable,
    LeadTransitionImpossible,
    LeadTransitionNotAllowed,
    RetiredLeadStatusEntered,
    UnknownLeadStatus,
)
from domain.leads.statuses import SHIPPED, StatusType, Transitions
from domain.refusals import Refusal
from tests.support.facts import ADA, DAY, LEAD_ID, NOON, fact, given

CAPTURED = LeadCaptured(channel="web")
IDS = [status.id for status in SHIPPED.statuses]


def a_lead(*more: Event) -> Lead:
    return given(LEAD, CAPTURED, *more, stream_id=LEAD_ID)


def a_status(status_id: str, kind: StatusType, *, retired: bool = False) -> LeadStatus:
    return LeadStatus(id=status_id, name=status_id, type=kind, retired=retired)


def with_table(**transitions: tuple[str, ...]) -> Transitions:
    """The shipped table, with other ways from these statuses."""
    return {**SHIPPED.transitions, **transitions}


def defined(
    *more: LeadStatus, held: LeadStatuses = SHIPPED, without: str = "", table: Transitions | None = None
) -> LeadStatuses:
    """What holds after a definition: the statuses held before, but for one, and more."""
    statuses = [*(each for each in held.statuses if each.id != without), *more]
    told = define_statuses(held, statuses=statuses, transitions=held.transitions if table is None else table)
    told_as = fact(told, stream_id=LEAD_STATUSES.id, version=held.version + 1)
    return LEAD_STATUSES.of(LEAD_STATUSES.aggregate.evolve(held if held.version else None, told_as))


CALLED = defined(
    a_status("called", "working"),
    table=with_table(new=("working", "called"), called=("qualified", "disqualified")),
)


def test_what_is_shipped_would_be_accepted_as_a_definition() -> None:
    assert define_statuses(SHIPPED, statuses=SHIPPED.statuses, transitions=SHIPPED.transitions) == (
        LeadStatusesDefined(statuses=SHIPPED.statuses, transitions=SHIPPED.transitions)
    )


def test_a_definition_holds_from_then_on() -> None:
    moved = move(a_lead(), CALLED, status="called")

    assert (CALLED.version, moved.statuses_version) == (1, 1)
    assert (a_lead(moved).status, a_lead(moved).status_type) == ("called", "working")


@any_of(st.sampled_from(IDS), st.sampled_from(["new", "working", "nurturing"]))
@pytest.mark.rule("A lead moves exactly where the table of transitions leads", area="leads")
def test_a_lead_moves_exactly_where_the_table_leads(from_status: str, to_status: str) -> None:
    kind = SHIPPED.status(from_status).type
    lead = replace(a_lead(), status=from_status, status_type=kind)

    if to_status in SHIPPED.after(from_status) and kind != "disqualified":
        moved = move(lead, SHIPPED, status=to_status)
        assert LEAD.evolve(lead, fact(moved, stream_id=LEAD_ID)).status == to_status
    else:
        with pytest.raises((LeadTransitionNotAllowed, LeadIsDisqualified, LeadAlreadyConverted)):
            move(lead, SHIPPED, status=to_status)


def test_a_refused_move_names_both_statuses_and_what_is_allowed() -> None:
    with pytest.raises(LeadTransitionNotAllowed) as refused:
        move(a_lead(LeadQualified()), SHIPPED, status="new")

    assert "'qualified'" in refused.value.message
    assert "'new'" in refused.value.message
    assert "allowed: working, nurturing, converted, disqualified" in refused.value.message


def test_a_status_that_nobody_defined_is_refused() -> None:
    with pytest.raises(UnknownLeadStatus):
        move(a_lead(), SHIPPED, status="dead")


@pytest.mark.parametrize("status", ["qualified", "converted", "disqualified"])
def test_what_has_a_command_of_its_own_is_no_move(status: str) -> None:
    with pytest.raises(LeadStatusHasItsCommand):
        move(a_lead(), SHIPPED, status=status)


def test_commands_enter_the_configured_status_of_their_type_by_the_same_table() -> None:
    own = defined(
        replace(SHIPPED.status("qualified"), retired=True),
        a_status("sql", "qualified"),
        without="qualified",
        table={**SHIPPED.transitions, "new": ("working",), "working": ("sql", "disqualified", "nurturing"),
               "nurturing": ("working",), "sql": ("converted",)},
    )  # fmt: skip
    working = a_lead(move(a_lead(), own, status="working"))
    qualified = qualify(working, own)

    assert (qualified.status, qualified.statuses_version) == ("sql", 1)
    with pytest.raises(LeadTransitionNotAllowed):
        qualify(a_lead(), own)
    with pytest.raises(LeadTransitionNotAllowed):
        disqualify(a_lead(), own, because="spam")
    with pytest.raises(LeadTransitionNotAllowed):
        recycle(a_lead(), own, recycle_at=NOON + DAY, now=NOON)
    [converted] = convert(a_lead(qualified), Customer(id=ADA, kind="person"), under=own)[-1].events
    assert (a_lead(qualified, converted).status, a_lead(qualified, converted).status_type) == ("converted",) * 2


@pytest.mark.rule("A conversion obeys the table of transitions too", area="leads")
def test_a_conversion_obeys_the_table_too() -> None:
    detour = defined(a_status("approved", "qualified", retired=True), table=with_table(approved=("working",)))
    lead = replace(a_lead(LeadQualified()), status="approved")

    with pytest.raises(LeadTransitionNotAllowed):
        convert(lead, Customer(id=ADA, kind="person"), under=detour)


def test_a_lead_begins_in_the_initial_status_whatever_it_is_called() -> None:
    own = defined(
        replace(SHIPPED.status("new"), retired=True),
        a_status("fresh", "open"),
        without="new",
        table=with_table(fresh=SHIPPED.after("new")),
    )
    [born] = capture(LEAD_ID, ADA, CAPTURED, under=own)

    assert LEAD.evolve(None, fact(born.events[0], stream_id=LEAD_ID)).status == "fresh"


def test_two_statuses_have_two_ids() -> None:
    with pytest.raises(DuplicateLeadStatus):
        defined(a_status("working", "working"))


@pytest.mark.parametrize("status_id", ["", "New", "1st", "in process", "x" * 51])
def test_the_id_of_a_status_is_plain(status_id: str) -> None:
    with pytest.raises(LeadStatusIdMalformed):
        defined(a_status(status_id, "working"))


@pytest.mark.parametrize("kind", ["open", "qualified", "converted", "disqualified"])
def test_what_commands_lead_to_is_there_once(kind: StatusType) -> None:
    held = SHIPPED.in_use(kind)
    with pytest.raises(LeadStatusTypeMissing):
        defined(replace(held, retired=True), without=held.id)
    with pytest.raises(LeadStatusTypeTwice):
        defined(a_status("another", kind))


@pytest.mark.rule("A status is retired, not dropped", area="leads")
def test_a_status_is_retired_not_dropped() -> None:
    with pytest.raises(LeadStatusDropped):
        defined(without="nurturing")
    without_nurturing = {
        name: tuple(each for each in allowed if each != "nurturing")
        for name, allowed in SHIPPED.transitions.items()
    }
    retired = defined(
        replace(SHIPPED.status("nurturing"), retired=True), without="nurturing", table=without_nurturing
    )

    with pytest.raises(LeadStatusIsRetired):
        move(a_lead(), retired, status="nurturing")
    kept = replace(a_lead(), status="nurturing", status_type="nurturing")
    assert move(kept, retired, status="working").to_status == "working"


def test_what_a_status_means_does_not_change() -> None:
    with pytest.raises(LeadStatusTypeChanged):
        defined(a_status("working", "nurturing"), without="working")


def test_transitions_name_statuses() -> None:
    with pytest.raises(UnknownLeadStatus):
        defined(table=with_table(new=("working", "elsewhere")))
    with pytest.raises(UnknownLeadStatus):
        defined(table=with_table(elsewhere=("working",)))


def test_no_transition_leads_to_a_retired_status() -> None:
    with pytest.raises(RetiredLeadStatusEntered):
        defined(a_status("old", "working", retired=True), table=with_table(new=("old",), old=("qualified",)))


@pytest.mark.parametrize(
    "table",
    [
        {"converted": ("working",)},
        {"working": ("converted",)},
        {"disqualified": ("working",)},
        {"working": ("working", "qualified")},
    ],
    ids=["out of converted", "converted unqualified", "disqualified to working", "to itself"],
)
def test_a_transition_that_no_command_could_follow_is_refused(table: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(LeadTransitionImpossible):
        defined(table=with_table(**table))


def test_every_status_can_be_reached() -> None:
    with pytest.raises(LeadStatusUnreachable):
        defined(a_status("called", "working"), table=with_table(called=("qualified",)))


@pytest.mark.parametrize("retired", [False, True])
def test_from_every_status_a_retired_one_too_conversion_can_be_reached(retired: bool) -> None:
    ways = with_table(new=("working", "nurturing")) if retired else with_table(new=("working", "called"))
    with pytest.raises(LeadStatusDeadEnd):
        defined(a_status("called", "working", retired=retired), table=ways)


def test_a_disqualified_lead_may_be_the_end_of_it() -> None:
    final = defined(table=with_table(disqualified=()))

    with pytest.raises(LeadTransitionNotAllowed):
        recycle(a_lead(LeadDisqualified(disqualified_because="spam")), final, recycle_at=NOON + DAY, now=NOON)


@any_of(st.dictionaries(st.sampled_from(IDS), st.lists(st.sampled_from(IDS), max_size=4).map(tuple)))
@pytest.mark.rule("Whatever table of transitions is accepted, no lead is ever stuck", area="leads")
def test_whatever_table_is_accepted_no_lead_is_ever_stuck(table: dict[str, tuple[str, ...]]) -> None:
    try:
        held = defined(table=table)
    except Refusal:
        return
    for status in held.statuses:
        ahead, seen = [status.id], set[str]()
        while ahead:
            seen.add(here := ahead.pop())
            ahead += [each for each in held.after(here) if each not in seen]
        assert "converted" in seen or status.type == "disqualified"
