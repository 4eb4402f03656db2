from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from domain import (
    access,
    custom_fields,
    customers,
    deals,
    duplicates,
    identity,
    interactions,
    leads,
    orders,
    pipelines,
    rates,
    tasks,
)
from domain.catalogue import EVENT_TYPES, UnreadableEvent, decode, encode
from domain.events import Event
from domain.identifiers import Identifier
from domain.money import Money, money
from tests.support.facts import ACME, ADA, DEAL_ID, LEAD_ID, euros
from tests.support.wall_times import due

DUE = due("2027-03-28T09:00")

WHOLE: list[Event] = [
    customers.CustomerRegistered(
        kind="person", name="Ådä 🜚", email="a@b.se", phone="+46 8 1",
        attributes={"s": "x", "i": 7, "f": 1.5, "b": True}, unique=("email",), duplicate_rules_version=1,
    ),
    customers.CustomerProfileChanged(name="Ada", email=None, attributes={"gone": None, "kept": 0}),
    customers.CustomerJoinedOrganisation(organisation_id=ACME, role="CTO"),
    customers.CustomerLeftOrganisation(organisation_id=ACME),
    customers.CustomerMemberJoined(person_id=ADA, role="CTO"),
    customers.CustomerMemberLeft(person_id=ADA),
    customers.CustomerFieldsChanged(
        values={"seats": 3, "share": 0.5, "vip": True, "region": "north", "budget": euros("1.50")},
        personal_values={"passport": "X 1"}, cleared=("size",), claimed=("passport",), released=("size",),
        fields_version=7,
    ),
    customers.CustomerLifecycleChanged(from_stage="lead", to_stage="opportunity", because="lead converted"),
    customers.CustomerCameFromLead(lead_id=LEAD_ID),
    customers.CustomerIdentifierAdded(
        kind="external", value="7", system="erp", told_by="an import", confidence=90
    ),
    customers.CustomerIdentifierSeen(kind="cookie", value="c-1", told_by="tracker", confidence=60),
    customers.CustomerIdentifierVerified(kind="email", value="a@b.se", how="confirmed message"),
    customers.CustomerIdentifierRemoved(kind="phone", value="+468123456"),
    customers.CustomerLinked(
        other=ADA, identifier_kind="external", identifier_value="7", identifier_system="erp", holders=2,
        rules_version=1,
    ),
    customers.CustomerUnlinked(other=ADA),
    customers.CustomerSurvivorChosen(field="attributes.tier"),
    customers.CustomerSurvivorReleased(field="name"),
    customers.CustomerDuplicatesFound(
        found=(customers.FoundAlike(ADA, 0.987654, ("email",)), customers.FoundAlike(ACME)), accepted=True,
        duplicate_rules_version=2,
    ),
    customers.CustomerDuplicateDismissed(other_id=ADA),
    leads.LeadCaptured(channel="web", campaign="c", company="Acme", interest="seats", owner="ann", status="fresh"),
    leads.LeadChanged(channel="event", company=None, email="a@b.se"),
    leads.LeadStatusChanged(from_status="new", to_status="working", status_type="working", statuses_version=2),
    leads.LeadElementAssessed(
        framework="bant", element="budget", confidence=2, evidence="the call",
        budget=leads.Budget(amount=euros(9600), status="can_buy"),
    ),
    leads.LeadQualified(owner="ann", status="sql", statuses_version=1, qualification_version=3),
    leads.LeadDisqualified(disqualified_because="spam", statuses_version=0),
    leads.LeadRecycled(
        recycle_at=datetime(2027, 1, 1, tzinfo=UTC), from_status="disqualified", to_status="nurturing",
        channel="web", email="a@b.se",
    ),
    leads.LeadConverted(
        organisation_id=ACME, deal_id=DEAL_ID, converted_into=ADA,
        fields=(
            leads.MappedField(record="customer", field="name", to_value="Ådä", skipped_because="filled"),
            leads.MappedField(record="deal", field="amount", to_value="2.00 EUR", from_value="1.00 EUR"),
        ),
    ),
    leads.LeadFieldsChanged(cleared=("region",), fields_version=1),
    leads.LeadStatusesDefined(
        statuses=(leads.LeadStatus(id="new", name="New", type="open", retired=True),),
        transitions={"new": ("working",)},
    ),
    leads.LeadQualificationDefined(framework="bant", minimum=5, required=("need",)),
    deals.DealOpened(
        name="Seats", pipeline="standard", stage="proposal", probability=50, category="best_case",
        amount=euros("0.10"), expected_close_date=date(2026, 6, 30), owner="ann", contact_id=ADA, lead_id=LEAD_ID,
        product="P1", pipeline_version=3,
    ),
    deals.DealLeadLinked(lead_id=LEAD_ID),
    deals.DealStageMoved(
        from_stage="a", to_stage="b", probability=0, category="omitted", pipeline_version=0
    ),
    deals.DealPipelineChanged(
        from_pipeline="x", to_pipeline="y", from_stage="a", to_stage="b", probability=5, category="pipeline",
        pipeline_version=2,
    ),
    deals.DealCriterionMet(stage="a", criterion="Budget", evidence="a mail"),
    deals.DealCriterionWithdrawn(stage="a", criterion="Budget"),
    deals.DealProbabilityPinned(probability=35, because="a rival"),
    deals.DealProbabilityUnpinned(probability=50, pipeline_version=1),
    deals.DealAmountChanged(amount=euros(2), previous=money(Decimal("1.001"), "KWD")),
    deals.DealCloseDateChanged(expected_close_date=date(9999, 12, 31), previous=date(1, 1, 1)),
    deals.DealChanged(name="Desks", owner=None, contact_id=ADA, product="P2"),
    deals.DealNextStepPlanned(task_id=LEAD_ID, due_at=datetime(2027, 1, 1, 9, tzinfo=UTC)),
    deals.DealNextStepDone(task_id=LEAD_ID),
    deals.DealWon(
        stage="won", amount=money(Decimal(5), "JPY"), rate=Decimal("0.006100"), rate_date=date(2026, 3, 2),
        home_currency="EUR", pipeline_version=1,
    ),
    deals.DealLost(stage="lost", loss_reason="price", competitor="Zeta", notes="n", pipeline_version=1),
    deals.DealReopened(stage="proposal", probability=50, category="best_case", pipeline_version=1),
    deals.DealFieldsChanged(values={"region": "north"}, fields_version=1),
    deals.DealLineItemAdded(
        item=deals.LineItem(
            id=LEAD_ID, name="Seats", product="seat", quantity=Decimal("2.50"), unit_price=euros("9.90"),
            discount=euros(1), tax_percent=Decimal("7.7"), interval="month", term=12,
        ),
    ),
    deals.DealLineItemChanged(
        item_id=LEAD_ID, name="Chairs", discount=None, discount_percent=Decimal("5.0"), term=24
    ),
    deals.DealLineItemRemoved(item_id=LEAD_ID),
    deals.DealAmountSourceSet(source="line_items"),
    deals.DealContactAdded(customer_id=ADA, role="economic_buyer", note="signs"),
    deals.DealContactRoleChanged(customer_id=ADA, from_role="user", to_role="blocker"),
    deals.DealContactRemoved(customer_id=ADA, role="blocker"),
    interactions.InteractionRecorded(
        channel="email", direction="outbound", subject="Offer", campaign="c", outcome="o", lead_id=LEAD_ID,
        deal_id=DEAL_ID,
    ),
    orders.OrderPlaced(total=euros("999999999999999.99"), items=3, number="A-1", deal_id=DEAL_ID),
    orders.OrderReturned(value=euros(1), returned_because="too small"),
    tasks.TaskPlanned(
        title="Call", type="call", priority="high", owner="ann", due=DUE, reminders=(30,), lead_id=LEAD_ID,
        deal_id=DEAL_ID, recurrence=tasks.Recurrence("FREQ=DAILY", DUE.local, DUE.time_zone), series_id=ADA,
        occurrence=DUE.local, next_step=True,
    ),
    tasks.TaskStarted(),
    tasks.TaskDeferred(),
    tasks.TaskRescheduled(due=DUE, previous=DUE),
    tasks.TaskReassigned(owner="ben", previous="ann"),
    tasks.TaskChanged(title="Ring", reminders=(), recurrence=None),
    tasks.TaskCompleted(outcome="they want a demo", next_task_id=ADA),
    tasks.TaskCancelled(next_task_id=ADA),
    tasks.TaskReminderDue(minutes_before=30, due_at=DUE.at),
    tasks.TaskOverdue(due_at=DUE.at),
    access.RoleDefined(name="desk", grants={"deal:read": access.Level.TEAM}),
    access.RoleRemoved(name="desk"),
    access.MemberSet(principal="ann", roles=("desk", "sales"), team="north"),
    access.MemberRemoved(principal="ann"),
    access.KeyIssued(
        key_id="k" * 12, principal="ann", digest="0" * 64, scopes=("*:read",),
        expires_at=datetime(2027, 1, 1, tzinfo=UTC),
    ),
    access.KeyRevoked(key_id="k" * 12),
    access.KeyRotated(
        key_id="k" * 12, new_key_id="n" * 12, digest="f" * 64, expires_at=datetime(2028, 1, 1, tzinfo=UTC),
        overlap_until=datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ),
    rates.HomeCurrencySet(currency="EUR", previous="BGN"),
    rates.CurrencyRateSet(
        currency="USD", home="EUR", rate=Decimal("0.91340"), on=date(2026, 3, 2), source="ECB",
        rate_set="budget-2027",
    ),
    custom_fields.CustomFieldDefined(
        kind="deal",
        definition=custom_fields.NumberField(name="seats", label="Seats", minimum=0, maximum=1.5, required=True),
    ),
    custom_fields.CustomFieldRetired(kind="deal", name="seats"),
    pipelines.PipelineDefined(
        pipeline=pipelines.Definition(
            id="standard", name="Standard", stages=pipelines.STANDARD.stages, loss_reasons=("price",)
        )
    ),
    pipelines.PipelineRetired(pipeline="standard"),
    identity.IdentityRulesDefined(
        role_mailboxes=("info",), never_link=(Identifier("phone", "+468123456"),), most_holders=4, largest_group=9,
        survivorship={"name": "longest"}, trusted_sources=("erp",), phone_region="SE",
    ),
    duplicates.DuplicateRulesDefined(
        actions={"import": duplicates.Thresholds(warn=0.5, block=0.95)}, card={"city": ("attributes.town",)},
        exact=("email",),
    ),
]  # fmt: skip


def read_back(event: Event) -> Event:
    return decode(event.TYPE, event.SCHEMA, encode(event))


st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(Money, st.integers(0, 10**9).map(euros))
st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False))


def any_of(event: type[Event]) -> st.SearchStrategy[Event]:
    values = st.text() | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
    named = {"attributes", "values", "personal_values"} & set(event.__struct_fields__)
    return st.builds(event, **dict.fromkeys(named, st.dictionaries(st.text(), values)))


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


@settings(max_examples=200, deadline=None)
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
