import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.customers import (
    CUSTOMER,
    Customer,
    CustomerLifecycleChanged,
    LifecycleStage,
    change_lifecycle,
    move_forward,
)
from domain.customers.lifecycle import STAGES
from domain.customers.refusals import LifecycleGoesForward, LifecycleIsOfPeople, NothingChanges
from tests.support.facts import ACME, ADA, fact

PERSON = Customer(id=ADA, kind="person")


def a_person(stage: LifecycleStage | None) -> Customer:
    return replace(PERSON, lifecycle_stage=stage)


@any_of(st.sampled_from(STAGES), st.sampled_from(STAGES))
@pytest.mark.rule("A person's lifecycle goes forward only, unless it is cleared", area="customers")
def test_a_person_goes_forward_only(held: LifecycleStage, stage: LifecycleStage) -> None:
    forward = STAGES.index(stage) > STAGES.index(held)
    person = a_person(held)

    if forward:
        told = change_lifecycle(person, stage)
        assert told == CustomerLifecycleChanged(from_stage=held, to_stage=stage)
        assert CUSTOMER.evolve(person, fact(told, stream_id=ADA)).lifecycle_stage == stage
    else:
        with pytest.raises(NothingChanges if stage == held else LifecycleGoesForward):
            change_lifecycle(person, stage)
    assert bool(move_forward(person, stage, because="because")) == forward


@any_of(st.sampled_from(STAGES), st.sampled_from(STAGES))
def test_a_person_whose_stage_is_cleared_begins_anywhere(held: LifecycleStage, stage: LifecycleStage) -> None:
    cleared = CUSTOMER.evolve(a_person(held), fact(change_lifecycle(a_person(held), None), stream_id=ADA))

    assert cleared.lifecycle_stage is None
    assert change_lifecycle(cleared, stage, because="a mistake").to_stage == stage


def test_what_has_no_stage_is_not_cleared() -> None:
    with pytest.raises(NothingChanges):
        change_lifecycle(PERSON, None)


def test_an_organisation_is_in_no_stage() -> None:
    with pytest.raises(LifecycleIsOfPeople):
        change_lifecycle(Customer(id=ACME, kind="organisation"), "lead")
