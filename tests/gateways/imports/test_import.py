from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from domain import commands
from domain.deals import DEAL
from domain.facts import Fact
from domain.rates import CURRENCY_RATES, ToldRate, set_home, set_rates
from gateways.imports import ImportReport
from gateways.imports.ids import record_id
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.gateways.imports.importing import CUSTOMERS, DEALS, ORDERS, ORDERS_OF_NEWCOMERS, Importing
from tests.support.facts import NOON, by

ORDER_ROWS = "id,customer,total,placed,items\n1,ada,5,2027-01-01,1\n2,ben,6.50,2027-01-02,\n3,ada,7,2027-01-03,2\n"
DEAL_ROWS = """\
id,customer,name,stage,amount,currency,opened,expected,status,closed,why
1,ACME,Seats,,500,,2027-01-01,,won,2027-02-01,
2,ACME,Desks,proposal,5.001,,2027-01-01,,lost,2027-02-01,price
3,Initech,Chairs,proposal,80,USD,2027-01-01,2027-09-01,open,,
"""


def facts(reader: LogReader) -> list[Fact]:
    return [fact for page in reader.after(0, upto=reader.end()) for fact in page]


def types(reader: LogReader) -> list[str]:
    return [fact.event.TYPE for fact in facts(reader)]


def test_customers_on_the_way_are_registered_at_their_first_row(importing: Importing, reader: LogReader) -> None:
    done = importing(ORDERS_OF_NEWCOMERS, ORDER_ROWS)

    assert (done.report.rows, done.report.imported, done.report.rejected) == (3, 3, 0)
    assert [(fact.event.TYPE, f"{fact.occurred_at:%d}") for fact in facts(reader)] == [
        ("customer.registered", "01"),
        ("order.placed", "01"),
        ("customer.registered", "02"),
        ("order.placed", "02"),
        ("order.placed", "03"),
    ]
    assert {(fact.actor, fact.source) for fact in facts(reader)} == {("ann", "import:old")}
    assert [
        len({fact.correlation_id for fact in facts(reader)}),
        len({f.causation_id for f in facts(reader)}),
    ] == [1, 3]


def test_a_row_is_whole_in_the_log_or_not_at_all(
    importing: Importing, reader: LogReader, ledger: PostgresLedger
) -> None:
    done = importing(DEALS, DEAL_ROWS)

    assert done.report.imported == 2
    assert types(reader) == [
        "customer.registered",
        "deal.opened",
        "deal.amount_changed",
        "deal.won",
        "customer.registered",
        "deal.opened",
    ]
    won = ledger.read(DEAL, record_id("old", "deal", "1")).state
    assert won is not None
    assert (won.status, f"{won.opened_at:%m-%d}", f"{won.closed_at:%m-%d}") == ("won", "01-01", "02-01")
    assert done.report.position == reader.end()


def test_the_same_import_again_takes_only_what_is_new(importing: Importing, reader: LogReader) -> None:
    importing(DEALS, DEAL_ROWS)
    end = reader.end()

    again = importing(DEALS, DEAL_ROWS).report

    assert (again.imported, again.already_there, again.rejected) == (0, 2, 1)
    assert reader.end() == end

    corrected = importing(DEALS, DEAL_ROWS.replace("5.001", "5"))

    assert (corrected.report.imported, corrected.report.already_there, corrected.rejects) == (1, 2, [])


def test_a_row_that_another_import_was_faster_with_is_there_already(
    importing: Importing, ledger: PostgresLedger
) -> None:
    class Late(PostgresLedger):
        """Knows of nothing until it writes."""

        def known(self, _: object) -> set[object]:  # type: ignore[override]
            return set()

    importing(ORDERS_OF_NEWCOMERS, ORDER_ROWS)
    late = Late(ledger._dsn)
    again = replace(importing, ledger=late)(ORDERS_OF_NEWCOMERS, ORDER_ROWS).report
    late.close()

    assert (again.imported, again.already_there, again.rejected) == (0, 3, 0)


def test_each_reject_has_its_row_rule_field_reason_and_columns(importing: Importing) -> None:
    done = importing(DEALS, DEAL_ROWS)

    assert done.rejects == [
        {
            "row": "2",
            "rule": "AmountTooPrecise",
            "field": "amount",
            "reason": "5.001 has more than 2 decimal digits for EUR",
            "id": "2",
            "customer": "ACME",
            "name": "Desks",
            "stage": "proposal",
            "amount": "5.001",
            "currency": "",
            "opened": "2027-01-01",
            "expected": "",
            "status": "lost",
            "closed": "2027-02-01",
            "why": "price",
        }
    ]
    assert not list(importing.folder.glob("*.partial"))


def test_rejects_keep_the_order_of_the_rows_and_an_id_is_said_once(
    importing: Importing, reader: LogReader
) -> None:
    done = importing(CUSTOMERS, "id,kind,name,email,since,size\n1,,Ada,no,,\n2,,Ben,,,\n1,,Cid,,,\n3,,D\x00,,,\n")

    assert [(reject["row"], reject["rule"]) for reject in done.rejects] == [
        ("1", "NotAnEmailAddress"),
        ("3", "SameIdTwice"),
        ("4", "UnstorableText"),
    ]
    assert done.rejects[1]["reason"] == "same id as row 1: '1'"
    assert types(reader) == ["customer.registered"]


def test_a_row_of_an_unknown_customer_is_rejected(importing: Importing) -> None:
    importing(CUSTOMERS, "id,kind,name,email,since,size\nada,,Ada,,,\n")

    done = importing(ORDERS, ORDER_ROWS, name="orders.csv")

    assert (done.report.imported, done.report.rejected) == (2, 1)
    assert (done.rejects[0]["rule"], done.rejects[0]["field"]) == ("CustomerNotFound", "customer")
    assert done.rejects[0]["reason"] == "no customer 'ben' of source 'old' was imported"


def test_times_without_a_zone_are_rejected(importing: Importing, reader: LogReader) -> None:
    done = importing(ORDERS_OF_NEWCOMERS.replace('timezone = "UTC"', ""), ORDER_ROWS)

    assert done.report.rules == {"TimeWithoutZone": 3}
    assert reader.end() == 0


def test_malformed_rows_are_rejected_and_the_others_are_not(importing: Importing) -> None:
    rows = ["1,ada", "", '2,"ada,5,2027-01-01,1', "3,ada,5,2027-01-01,1", "4,ada,5,2027-01-01,1,x"]

    done = importing(ORDERS_OF_NEWCOMERS, "\n".join(["id,customer,total,placed,items", *rows]))

    assert (done.report.rows, done.report.imported) == (4, 1)
    assert [(reject["row"], reject["reason"], reject["id"]) for reject in done.rejects] == [
        ("1", "has 2 cells where the file has 5 columns", "1"),
        ("2", "unexpected end of data", '2,"ada,5,2027-01-01,1'),
        ("4", "has 6 cells where the file has 5 columns", "4"),
    ]


def test_json_lines_are_imported_by_their_names(importing: Importing) -> None:
    lines = (
        '{"id": 1, "who": {"id": "ada"}, "total": 5.10, "placed": "2027-01-01"}\n{"id": 2, "items": 3}\nnot json\n'
    )
    mapping = 'format = "ndjson"\n' + ORDERS_OF_NEWCOMERS.replace('"customer"', '"who.id"')

    done = importing(mapping, lines, name="rows.ndjson")

    assert (done.report.imported, done.report.rules) == (1, {"ValueMissing": 1, "MalformedRow": 1})
    assert done.rejects[1]["id"] == "not json"


def test_the_report_says_what_became_of_each_row() -> None:
    report = ImportReport(3, 2, 0, 1, Path("rows.rejects.csv"), {"AmountTooPrecise": 1})

    assert str(report).splitlines()[:2] == [
        "3 rows read = 2 imported + 0 already there + 1 rejected",
        "  1 × AmountTooPrecise",
    ]
    with pytest.raises(AssertionError, match="no row is lost silently"):
        replace(report, rows=4)


def test_imported_deals_tell_the_rates_of_their_days(importing: Importing, ledger: PostgresLedger) -> None:
    days = {date(2026, 12, 1): "0.90", date(2027, 2, 1): "0.80"}
    known = [ToldRate(currency="USD", rate=Decimal(rate), on=on) for on, rate in days.items()]
    for decide in (
        lambda rates: set_home(rates, currency="EUR"),
        lambda rates: set_rates(rates, known, today=NOON.date().replace(year=2028)),
    ):
        ledger.execute(commands.define(CURRENCY_RATES, decide, by()))
    importing(DEALS, DEAL_ROWS.replace("500,,", "500,USD,"))
    won, still_open = (ledger.read(DEAL, record_id("old", "deal", each)).state for each in "13")

    assert won is not None
    assert (won.rate, won.rate_date, won.home_currency) == (Decimal("0.80"), date(2027, 2, 1), "EUR")
    assert still_open is not None
    assert (still_open.rate, still_open.rate_date) == (Decimal("0.90"), date(2026, 12, 1))
