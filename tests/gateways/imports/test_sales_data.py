"""Maven Analytics' sales opportunities, by the mappings that we ship: what is known of them is true of the log."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from domain import deals
from domain.customers import CUSTOMER
from domain.deals import DEAL, Deal
from gateways.imports import read_mapping
from gateways.imports.ids import record_id
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.gateways.imports.conftest import MAPPINGS
from tests.gateways.imports.importing import Imported, Importing


def imported(importing: Importing, folder: Path, name: str) -> Imported:
    return importing.of_file(
        read_mapping(MAPPINGS / f"sales_{name}.toml"),
        folder / "crm_sales_opportunities" / {"accounts": "accounts.csv", "pipeline": "sales_pipeline.csv"}[name],
    )


def folded(reader: LogReader) -> list[Deal]:
    states: dict[UUID, Deal] = {}
    for page in reader.after(0, upto=reader.end()):
        for fact in page:
            if isinstance(fact.event, deals.EVENTS):
                states[fact.stream_id] = deals.evolve(states.get(fact.stream_id), fact)
    return list(states.values())


def test_the_log_holds_what_is_known_of_the_pipeline(
    importing: Importing, reader: LogReader, third_party: Path
) -> None:
    imported(importing, third_party, "accounts")

    done = imported(importing, third_party, "pipeline")

    all_deals = folded(reader)
    won = [deal for deal in all_deals if deal.status == "won"]
    values: Counter[int] = Counter()
    for deal in won:
        assert deal.amount is not None
        assert deal.closed_at is not None
        assert deal.closed_at.year == 2017
        values[(deal.closed_at.month + 2) // 3] += int(deal.amount.amount)
    assert Counter(deal.status for deal in all_deals) == {"won": 4_238, "lost": 2_473, "open": 1_589}
    assert Counter((deal.closed_at.month + 2) // 3 for deal in won if deal.closed_at) == {
        1: 531, 2: 1_254, 3: 1_257, 4: 1_196,
    }  # fmt: skip
    assert values == {1: 1_134_672, 2: 3_086_111, 3: 2_982_255, 4: 2_802_496}
    assert values.total() == 10_005_534
    assert {deal.loss_reason for deal in all_deals if deal.status == "lost"} == {"not recorded"}
    assert not {deal.product for deal in all_deals} & {"GTXPro"}
    assert (done.report.rows, done.report.imported, done.report.rules) == (8_800, 8_300, {"ValueMissing": 500})
    assert {(row["field"], row["deal_stage"], row["engage_date"]) for row in done.rejects} == {
        ("opened_at", "Prospecting", "")
    }


def test_dirty_rows_are_put_right_as_the_mapping_says(
    importing: Importing, reader: LogReader, ledger: PostgresLedger, third_party: Path
) -> None:
    imported(importing, third_party, "accounts")
    imported(importing, third_party, "pipeline")
    placeholder = record_id("maven-sales", "customer", "Account not recorded")
    customer = ledger.read(CUSTOMER, placeholder).state
    deal = ledger.read(DEAL, record_id("maven-sales", "deal", "Z063OYW0"))

    assert customer is not None
    assert (customer.kind, customer.name) == ("organisation", "Account not recorded")
    # 1,425 are without an account; 337 of them are without a date too.
    assert sum(deal.customer_id == placeholder for deal in folded(reader)) == 1_088
    assert deal.state is not None
    assert deal.state.amount is not None
    assert (deal.version, deal.state.amount.amount, deal.state.product) == (3, Decimal("4514.00"), "GTX Pro")


def test_an_account_has_its_attributes_with_mistakes_put_right(
    importing: Importing, ledger: PostgresLedger, third_party: Path
) -> None:
    assert imported(importing, third_party, "accounts").report.imported == 85

    account = ledger.read(CUSTOMER, record_id("maven-sales", "customer", "Bluth Company")).state

    assert account is not None
    assert account.kind == "organisation"
    assert account.attributes == {
        "sector": "technology",
        "year_established": 1993,
        "revenue": 1242.32,
        "employees": 3027,
        "office_location": "United States",
        "subsidiary_of": "Acme Corporation",
    }
