"""The read model of blocks: what a customer is found by, and what is passed over."""

from domain.customers import CustomerProfileChanged, CustomerRegistered
from projections.duplicates.fold import DUPLICATES
from tests.support.facts import ADA, history


def rows(*events: CustomerRegistered | CustomerProfileChanged) -> set[str]:
    state = None
    for told in history(*events, stream_id=ADA, customer_id=ADA):
        state = DUPLICATES.evolve(state, told)
    assert state is not None
    assert DUPLICATES.history is not None
    return {row[0] for row in DUPLICATES.history.rows(state)}


REGISTERED = CustomerRegistered(kind="person", name="Ada Nilsson", email="ada@b.se", attributes={"town": "Oslo"})


def test_a_customer_is_in_the_blocks_of_all_its_values_whatever_the_rules() -> None:
    assert rows(REGISTERED) == {
        "Pe:ada@b.se",
        "Pn:A300|N425",
        "Pi:N425a",
        "Po:N425@b.se",
        "Pv:attributes.town:oslo",
        "Pw:attributes.town:oslo:N425",
    }


def test_a_change_moves_the_customer_to_other_blocks() -> None:
    moved = rows(REGISTERED, CustomerProfileChanged(email=None, attributes={"town": None}))

    assert moved == {"Pn:A300|N425", "Pi:N425a"}
