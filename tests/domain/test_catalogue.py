from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from domain import (
    assignment,
    customers,
    leads,
    orders,
)
from domain.catalogue import EVENT_TYPES, UnreadableEvent, decode, encode
from domain.events import Event
from domain.money import Money
from tests.support.every_event import WHOLE
from tests.support.facts import euros
from tests.support.wall_times import due

DUE = due("2027-03-28T09:00")


def read_back(event: Event) -> Event:
    return decode(event.TYPE, event.SCHEMA, encode(event))


st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(Money, st.integers(0, 10**9).map(euros))
st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False))
VALUES = st.text() | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
st.register_type_strategy(
    assignment.Condition,
    st.builds(assignment.Condition, value=VALUES | st.none() | st.lists(VALUES).map(tuple)),
)


def any_of(event: type[Event]) -> st.SearchStrategy[Event]:
    named = {"attributes", "values", "personal_values"} & set(event.__struct_fields__)
    return st.builds(event, **dict.fromkeys(named, st.dictionaries(st.text(), VALUES)))


@pytest.mark.parametrize("event", WHOLE, ids=lambda event: event.TYPE)
def test_an_event_is_read_as_it_was_written(event: Event) -> None:
    assert read_back(event) == event
    assert repr(read_back(event)) == repr(event)


def test_no_event_of_the_catalogue_is_left_out_here() -> None:
    assert [event.TYPE for event in WHOLE] == list(EVENT_TYPES)


@pytest.mark.parametrize("event", WHOLE, ids=lambda event: event.TYPE)
def test_an_event_with_only_what_it_must_have_is_read_back(event: Event) -> None:
    required = {
        field.encode_name: getattr(event, field.name) for field in msgspec.structs.fields(event) if field.required
    }
    bare = type(event)(**required)

    assert read_back(bare) == bare
    assert set(msgspec.json.decode(encode(bare))) == set(required)


@settings(max_examples=200)
@given(st.sampled_from(list(EVENT_TYPES.values())).flatmap(any_of))
def test_any_event_is_read_as_it_was_written(event: Event) -> None:
    assert read_back(event) == event


@pytest.mark.parametrize("name", [UNSET, None, "", "Ada"])
def test_a_field_left_alone_is_not_a_field_emptied(name: str | None | msgspec.UnsetType) -> None:
    event = customers.CustomerProfileChanged(name=name)

    assert read_back(event) == event
    assert (b"name" in encode(event)) == (name is not UNSET)


def test_what_has_its_default_value_is_not_written() -> None:
    assert encode(customers.CustomerRegistered(kind="person")) == b'{"kind":"person"}'


def test_decimals_keep_their_digits_and_are_no_floats() -> None:
    written = encode(orders.OrderPlaced(total=euros("0.10")))

    assert written == b'{"total":{"amount":"0.10","currency":"EUR"}}'


@pytest.mark.parametrize("value", [2**63, -(2**63), 2**64, 10**30])
def test_a_whole_number_of_any_size_is_read_back(value: int) -> None:
    event = customers.CustomerRegistered(kind="person", attributes={"n": value})

    assert read_back(event) == event


def test_a_field_from_the_future_is_no_hindrance() -> None:
    assert decode("lead.qualified", 1, b'{"owner":"ann","mood":"good"}') == leads.LeadQualified(owner="ann")


@pytest.mark.parametrize(
    ("type_name", "schema", "payload", "problem"),
    [
        ("deal.teleported", 1, b"{}", "'deal.teleported' is unknown"),
        ("lead.qualified", 2, b"{}", "schema 2 of event type 'lead.qualified' is unknown"),
        ("lead.qualified", 1, b'{"owner":', "'lead.qualified' cannot be read"),
        ("lead.qualified", 1, b'{"owner":1}', "'lead.qualified' cannot be read"),
        ("lead.qualified", 1, b'{"owner":"\xff"}', "'lead.qualified' cannot be read"),
        ("lead.disqualified", 1, b"{}", "missing required field `disqualified_because`"),
    ],
)
def test_what_cannot_be_read_is_named(type_name: str, schema: int, payload: bytes, problem: str) -> None:
    with pytest.raises(UnreadableEvent, match=problem):
        decode(type_name, schema, payload)
