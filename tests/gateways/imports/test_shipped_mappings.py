"""HubSpot's and Salesforce's objects, as Fivetran's connectors land them, by the mappings that we ship."""

from pathlib import Path

import pytest

from domain.customers import CUSTOMER, Customer
from domain.deals import DEAL, Deal
from domain.leads import LEAD
from gateways.imports import read_mapping
from gateways.imports.ids import record_id
from tests.gateways.imports.conftest import MAPPINGS
from tests.gateways.imports.importing import Imported, Importing

SEEDS = {
    "hubspot": "fivetran_hubspot/integration_tests/seeds",
    "salesforce": "fivetran_salesforce/integration_tests/seeds",
}
FILES = {
    "hubspot_companies": "company_data.csv",
    "hubspot_contacts": "contact_data.csv",
    "hubspot_deals": "deal_data.csv",
    "salesforce_accounts": "sf_account_data.csv",
    "salesforce_contacts": "sf_contact_data.csv",
    "salesforce_leads": "sf_lead_data.csv",
    "salesforce_opportunities": "sf_opportunity_history_data.csv",
}


def imported(importing: Importing, third_party: Path, name: str) -> Imported:
    folder = third_party / SEEDS[name.partition("_")[0]]
    return importing.of_file(read_mapping(MAPPINGS / f"{name}.toml"), folder / FILES[name])


def customer(importing: Importing, source: str, external: str) -> Customer:
    state = importing.ledger.read(CUSTOMER, record_id(source, "customer", external)).state
    assert state is not None
    return state


def opportunity(importing: Importing, external: str) -> Deal:
    state = importing.ledger.read(DEAL, record_id("salesforce", "deal", external)).state
    assert state is not None
    return state


@pytest.mark.parametrize(
    ("name", "rows", "rejected"),
    [
        ("hubspot_companies", 24, {}),
        ("hubspot_contacts", 22, {}),
        ("hubspot_deals", 44, {}),
        ("salesforce_accounts", 10, {}),
        ("salesforce_contacts", 4, {}),
        ("salesforce_leads", 1, {}),
        # Four opportunities were won without an amount.
        ("salesforce_opportunities", 10, {"DealNeedsAmount": 4}),
    ],
)
def test_the_file_comes_in(
    importing: Importing, third_party: Path, name: str, rows: int, rejected: dict[str, int]
) -> None:
    done = imported(importing, third_party, name)
    again = imported(importing, third_party, name)

    assert (done.report.rows, done.report.rules) == (rows, rejected)
    assert (again.report.already_there, again.report.rules) == (rows - sum(rejected.values()), rejected)


def test_what_is_no_address_is_kept_and_the_contact_comes_in(importing: Importing, third_party: Path) -> None:
    imported(importing, third_party, "hubspot_contacts")
    contact = customer(importing, "hubspot", "78971951")

    assert (contact.email, contact.attributes["email_as_given"]) == (None, "fcb67ef339b691956cc85fa12be6490c")
    assert contact.external_id is not None
    assert (contact.external_id.system, contact.external_id.id) == ("hubspot", "78971951")


def test_a_contact_joins_its_account(importing: Importing, third_party: Path) -> None:
    imported(importing, third_party, "salesforce_contacts")
    contact = customer(importing, "salesforce", "0031G00000qAfq1QAC")

    assert (contact.name, contact.email, contact.phone) == ("Jerome", "hi@google.com", "(555) 555-5555")
    assert contact.organisations == (record_id("salesforce", "customer", "0011G00000eNyiXQAS"),)


def test_a_converted_lead_is_its_contact_and_belongs_to_its_account(
    importing: Importing, third_party: Path
) -> None:
    imported(importing, third_party, "salesforce_leads")
    lead = importing.ledger.read(LEAD, record_id("salesforce", "lead", "00Q1G00000nDnM5UAK")).state
    contact = customer(importing, "salesforce", "0031G00001QtDPlQAN")

    assert lead is not None
    assert (lead.status, lead.customer_id, lead.deal_id) == ("converted", contact.id, None)
    assert (contact.name, contact.email) == ("h", "h@gmail.com")
    assert contact.organisations == (record_id("salesforce", "customer", "0011G00000tLWKnQAO"),)


def test_an_opportunity_comes_in_with_its_versions(importing: Importing, third_party: Path) -> None:
    imported(importing, third_party, "salesforce_opportunities")
    won, still_open = opportunity(importing, "006q000000HddohAAB"), opportunity(importing, "006q000000HdOhuAAF")

    assert (won.status, won.amount and str(won.amount.amount)) == ("won", "24120000.00")
    assert won.closed_at is not None
    assert (f"{won.opened_at:%Y-%m-%d}", f"{won.closed_at:%Y-%m-%d}") == ("2018-12-19", "2019-10-17")
    assert (still_open.status, still_open.stage) == ("open", "proposal")


def test_history_rows_of_deals_that_are_not_in_the_file_are_told_of(
    importing: Importing, third_party: Path
) -> None:
    history = imported(importing, third_party, "hubspot_deals").report.history

    assert history is not None
    assert (history.rows, history.rejected) == (14, 14)
