"""The view of linked customers is that of all of them; and the views of each stay as they were."""

from functools import reduce
from itertools import permutations
from uuid import UUID

import pytest

from domain import commands
from domain.customers import (
    CustomerJoinedOrganisation,
    CustomerLinked,
    CustomerRegistered,
    CustomerUnlinked,
    register,
)
from domain.deals import Opening, open_deal
from domain.events import Event
from domain.facts import Fact
from domain.identity import IdentityRules
from domain.interactions import record
from domain.orders import place
from domain.pipelines import PIPELINES
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.catalogue import FOLDS
from projections.customer_360.fold import evolve
from projections.customer_360.group import combine, group_in
from projections.customer_360.state import Channel, Customer360, Interactions
from projections.engine.bulk.what_if import scratch
from projections.engine.digest import digest
from projections.engine.tables import Tables
from tests.support.facts import ACME, ADA, BEN, DAY, DEAL_ID, NOON, by, euros, fact
from tests.support.log import number, tell_by_chance

RULES = IdentityRules()


def view(person: UUID, *told: Fact) -> Customer360:
    registered = fact(register(kind="person", name=str(person)[-1]), stream_id=person, customer_id=person)
    return reduce(evolve, told, evolve(None, registered))


def of(person: UUID, event: Event, place_in_row: int, day: int = 0) -> Fact:
    return fact(event, stream_id=number(3, place_in_row), customer_id=person, at=NOON + day * DAY)


ADA_VIEW = view(
    ADA,
    of(ADA, place(total=euros(20)), 1),
    of(ADA, place(total=euros(1)), 2, day=7),
    of(ADA, record(channel="web", direction="inbound", campaign="spring"), 3),
    fact(CustomerJoinedOrganisation(organisation_id=ACME), stream_id=ADA, customer_id=ADA),
)
BEN_VIEW = view(
    BEN,
    of(BEN, place(total=euros(22)), 4, day=7),
    of(BEN, record(channel="web", direction="outbound"), 5, day=9),
    fact(open_deal(Opening(name="Seats"), PIPELINES.shipped), stream_id=DEAL_ID, customer_id=BEN),
    fact(CustomerJoinedOrganisation(organisation_id=ACME, role="CTO"), stream_id=BEN, customer_id=BEN),
)


def test_what_happened_to_each_happened_to_the_group() -> None:
    whole = combine([ADA_VIEW, BEN_VIEW], RULES).view

    assert (whole.orders.count, whole.orders.total["EUR"]) == (3, euros(43).amount)
    assert whole.interactions == Interactions({"web": Channel(1, 1, NOON, NOON + 9 * DAY)}, {"spring": 1})
    assert list(whole.deals) == [DEAL_ID]
    assert [(member.customer_id, member.role) for member in whole.organisations] == [(ACME, "CTO")]
    assert (whole.first_touch, whole.last_touch) == (NOON, NOON + 9 * DAY)
    assert whole.events == ADA_VIEW.events + BEN_VIEW.events


def test_purchases_on_one_day_by_two_members_are_one_day() -> None:
    assert combine([ADA_VIEW, BEN_VIEW], RULES).view.orders.days == (
        NOON.toordinal(),
        (NOON + 7 * DAY).toordinal(),
    )


def test_the_view_is_the_same_in_whatever_order_the_members_come() -> None:
    views = [ADA_VIEW, BEN_VIEW, view(UUID(int=7))]

    assert len({repr(combine(list(each), RULES)) for each in permutations(views)}) == 1


def test_the_view_of_one_alone_is_that_one_s() -> None:
    alone = combine([ADA_VIEW], RULES)

    assert (alone.view, alone.members, alone.survivors) == (ADA_VIEW, (ADA,), {})


def test_a_link_is_no_touch() -> None:
    linked = fact(CustomerLinked(other=BEN), stream_id=ADA, customer_id=ADA, at=NOON + 30 * DAY)
    unlinked = fact(CustomerUnlinked(other=BEN), stream_id=ADA, customer_id=ADA, at=NOON + 31 * DAY)

    assert evolve(evolve(ADA_VIEW, linked), unlinked).last_touch == ADA_VIEW.last_touch


def test_a_group_is_all_that_its_links_lead_to() -> None:
    carl = UUID(int=7)

    def linked(person: UUID, *others: UUID) -> Customer360:
        return view(person, *(fact(CustomerLinked(other=o), stream_id=person, customer_id=person) for o in others))

    group = {ADA: linked(ADA, BEN), BEN: linked(BEN, ADA, carl), carl: linked(carl, BEN, UUID(int=8))}
    stranger = UUID(int=6)

    assert group_in(carl, {**group, stranger: linked(stranger)}) == group
    assert group_in(UUID(int=9), group) == {}


def digests(dsn: str, reader: LogReader) -> dict[str, str]:
    """Of every read model over the whole log, but for how far its keys have come in it."""
    found = {}
    for fold in FOLDS:
        with scratch(dsn, fold, reader) as cursor:
            cursor.execute(f"UPDATE {fold.name} SET position = 0")
            found[fold.name] = digest(cursor, Tables(fold))
    return found


@pytest.mark.rule("After unlinking, every read model is what it was before linking", area="customers")
def test_every_read_model_is_after_unlinking_what_it_was_before_linking(
    ledger: PostgresLedger, reader: LogReader, dsn: str
) -> None:
    tell_by_chance(ledger, seed=5, steps=200)
    for person in (ADA, BEN):
        ledger.execute(commands.register_customer(person, CustomerRegistered(kind="person", name="Ada"), by()))
    before = digests(dsn, reader)
    ledger.execute(commands.link_customers(ADA, BEN, by(reason="same passport")))
    linked = digests(dsn, reader)
    ledger.execute(commands.unlink_customers(BEN, ADA, by()))

    assert digests(dsn, reader) == before
    assert linked != before
