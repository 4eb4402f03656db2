import pytest

from domain.customers import Customer
from domain.deals import DealOpened, DealWon
from domain.deals.refusals import UnknownLossReason
from domain.refusals import Refusal
from gateways.imports.ids import record_id
from tests.gateways.imports.importing import (
    CUSTOMERS,
    DEALS,
    INTERACTIONS,
    LEADS,
    ORDERS,
    ORDERS_OF_NEWCOMERS,
    changes,
    draft,
    told,
)
from tests.support.pipelines import GATED, pipelines_of

ACME = Customer(id=record_id("old", "customer", "ACME"), kind="organisation", name="Acme")
DEAL = {"id": "1", "customer": "ACME", "name": "Seats", "opened": "2027-01-01"}
LEAD = {"id": "1", "name": "Ada", "channel": "web", "captured": "2027-01-01"}


def refusal(mapping: str, **cells: str) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as refused:
        changes(mapping, **cells)
    return refused.value.rule, refused.value.field


def test_a_customer_has_attributes_of_the_types_named() -> None:
    (birth,) = changes(CUSTOMERS, id="1", name="Ada", size="12")

    assert getattr(birth.events[0], "attributes") == {"size": 12}  # noqa: B009 - of an event of any type


def test_a_customer_without_a_date_is_registered_with_the_import() -> None:
    assert draft(CUSTOMERS, {"id": "1"}).at is None
    assert told(CUSTOMERS, id="1", since="2020-05-17") == [("customer.registered", "2020-05-17", "customer")]


def test_a_won_deal_is_opened_and_later_won() -> None:
    assert told(DEALS, **DEAL, status="won", closed="2027-02-01", amount="500") == [
        ("customer.registered", "2027-01-01", "customer"),
        ("deal.opened", "2027-01-01", "deal"),
        ("deal.amount_changed", "2027-02-01", "deal"),
        ("deal.won", "2027-02-01", "deal"),
    ]


def test_what_a_deal_was_won_for_is_not_known_at_its_opening() -> None:
    opening, closing = changes(DEALS, ACME, **DEAL, status="won", closed="2027-02-01", amount="500")
    opened, won = opening.events[0], closing.events[-1]

    assert isinstance(opened, DealOpened)
    assert opened.amount is None
    assert isinstance(won, DealWon)
    assert str(won.amount.amount) == "500.00"


def test_an_open_deal_opens_in_its_stage_with_its_amount() -> None:
    (opening,) = changes(DEALS, ACME, **DEAL, stage="proposal", amount="500", closed="2027-09-01")
    opened = opening.events[0]

    assert isinstance(opened, DealOpened)
    assert (opened.stage, opened.amount and str(opened.amount.amount)) == ("proposal", "500.00")


@pytest.mark.parametrize(
    ("cells", "rule", "field"),
    [
        ({"opened": ""}, "ValueMissing", "opened_at"),
        ({"opened": "2027-06-02"}, "HappenedInTheFuture", "opened_at"),
        ({"stage": "won"}, "StageIsClosing", "stage"),
        ({"stage": "Draft"}, "UnknownStage", "stage"),
        ({"status": "Won"}, "NotAChoice", "status"),
        ({"status": "won", "amount": "5"}, "ValueMissing", "closed_at"),
        ({"status": "won", "closed": "2027-02-01"}, "DealNeedsAmount", "amount"),
        ({"status": "won", "closed": "2026-12-31", "amount": "5"}, "HappenedBeforeLastFact", "closed_at"),
        ({"status": "lost", "closed": "2027-02-01"}, "LossNeedsReason", "loss_reason"),
    ],
)
def test_a_deal_is_held_to_the_domains_rules(cells: dict[str, str], rule: str, field: str) -> None:
    assert refusal(DEALS, **DEAL | cells) == (rule, field)


def test_a_lead_registers_its_person() -> None:
    assert told(LEADS, **LEAD, status="qualified", decided="2027-01-05") == [
        ("customer.registered", "2027-01-01", "customer"),
        ("lead.captured", "2027-01-01", "lead"),
        ("lead.qualified", "2027-01-05", "lead"),
    ]


@pytest.mark.parametrize(
    ("status", "event"),
    [("working", "lead.status_changed"), ("nurturing", "lead.status_changed"), ("qualified", "lead.qualified")],
)
def test_a_lead_comes_in_with_its_status(status: str, event: str) -> None:
    assert told(LEADS, **LEAD, status=status, decided="2027-01-05")[2:] == [(event, "2027-01-05", "lead")]


@pytest.mark.parametrize("status", ["new", "captured"])
def test_a_new_lead_is_also_called_captured_as_it_was_once(status: str) -> None:
    assert [event for event, _, _ in told(LEADS, **LEAD, status=status)] == [
        "customer.registered",
        "lead.captured",
    ]


@pytest.mark.parametrize(
    ("cells", "rule", "field"),
    [
        ({"name": ""}, "LeadNeedsContact", "name"),
        ({"email": "ada"}, "NotAnEmailAddress", "email"),
        ({"customer": "ACME"}, "CustomerNotFound", "customer"),
        ({"status": "qualified"}, "ValueMissing", "status_at"),
        (
            {"status": "disqualified", "decided": "2027-01-02"},
            "DisqualificationNeedsReason",
            "disqualified_because",
        ),
    ],
)
def test_a_lead_is_held_to_the_domains_rules(cells: dict[str, str], rule: str, field: str) -> None:
    assert refusal(LEADS, **LEAD | cells) == (rule, field)


def test_an_order_of_an_unknown_customer_is_refused() -> None:
    with pytest.raises(Refusal, match="no customer 'ACME' of source 'old' was imported"):
        changes(ORDERS, id="1", customer="ACME", total="5", placed="2027-01-01")


def test_a_known_customer_is_not_registered_again() -> None:
    (placed,) = changes(ORDERS_OF_NEWCOMERS, ACME, id="1", customer="ACME", total="5", placed="2027-01-01")

    assert placed.customer_id == ACME.id


@pytest.mark.parametrize(
    ("option", "name"),
    [("", "ACME"), ('name = "{customer} of {name}"', "ACME of Seats"), ('only = ["ACME"]', "ACME")],
)
def test_a_customer_on_the_way_is_named_as_the_mapping_says(option: str, name: str) -> None:
    registered = changes(DEALS + option, **DEAL)[0].events[0]

    assert getattr(registered, "name") == name  # noqa: B009 - of an event of any type


def test_only_the_customers_named_are_registered_on_the_way() -> None:
    assert refusal(DEALS + 'only = ["Unknown"]', **DEAL) == ("CustomerNotFound", "customer")


def test_an_interaction_has_its_direction_by_the_value_map() -> None:
    row = {"id": "1", "customer": "ACME", "channel": "phone", "at": "2027-01-01T09:00Z"}

    assert told(INTERACTIONS, **row, direction="in")[1:] == [("interaction.recorded", "2027-01-01", "interaction")]
    assert refusal(INTERACTIONS, **row, direction="up") == ("NotAChoice", "direction")


def test_an_imported_record_has_the_same_id_for_ever() -> None:
    assert str(record_id("old", "deal", "1")) == "ac26c970-de94-5320-b719-142ba2c01f42"


def test_a_deal_comes_onto_the_pipelines_that_are_defined_when_its_row_lands() -> None:
    mapping = DEALS.replace('stage = "stage"', 'stage = "stage"\npipeline = "pipeline"')
    row = DEAL | {"pipeline": "gated", "stage": "terms"}
    opening = draft(mapping, row).changes(ACME, pipelines_of(GATED))[-1].events[0]

    assert isinstance(opening, DealOpened)
    assert (opening.pipeline, opening.stage, opening.pipeline_version) == ("gated", "terms", 1)
    assert refusal(mapping, **row) == ("UnknownPipeline", "pipeline")


def test_a_loss_is_for_a_reason_that_the_pipeline_lists() -> None:
    mapping = DEALS.replace('stage = "stage"', 'stage = "stage"\npipeline = "pipeline"')
    row = DEAL | {"pipeline": "gated", "status": "lost", "closed": "2027-02-01"}

    with pytest.raises(UnknownLossReason):
        draft(mapping, row | {"why": "the weather"}).changes(ACME, pipelines_of(GATED))
    assert draft(mapping, row | {"why": "price"}).changes(ACME, pipelines_of(GATED))
