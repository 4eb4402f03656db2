"""Imports under rules about duplicates: who is known already is refused, or told of, as the rules say."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from domain.commands import define_duplicate_rules, register_customer
from domain.customers import register
from domain.duplicates import Thresholds
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.duplicates.fold import DUPLICATES
from projections.duplicates.looking import look
from projections.engine.database import connect
from projections.engine.reading import ReadModels
from projections.engine.schema import create_schema
from tests.gateways.imports.importing import Importing
from tests.support.facts import ADA, by
from tests.support.live_fold import LiveFold

MAPPING = """
source = "hubspot"
record = "customer"
[fields]
id = "id"
kind = { default = "person" }
name = "name"
email = "mail"
"""
ROWS = "id,name,mail\n1,Ada Nilson,ada@b.se\n2,Ben Okafor,ben@b.se\n"


@pytest.fixture
def folded(importing: Importing, ledger: PostgresLedger, reader: LogReader, dsn: str) -> Iterator[Importing]:
    """Imports beside a read model that knows Ada."""
    ada = register(kind="person", name="Ada Nilsson", email="ada@b.se")
    ledger.execute(register_customer(ADA, ada, by()))
    with closing(connect(dsn)) as connection, closing(ReadModels(dsn, connections=1)) as reads:
        create_schema(connection)
        live = LiveFold(DUPLICATES, reader, lambda _: 0)
        live.create(connection, partitions=1)
        live.catch_up(connection, reader.end())
        yield replace(importing, look=lambda newcomers: look(reads, ledger, "import", newcomers))


def define(ledger: PostgresLedger, thresholds: Thresholds, *exact: str) -> None:
    ledger.execute(define_duplicate_rules(by(), actions={"import": thresholds}, card={}, exact=exact))


def test_as_shipped_an_import_asks_nobody(folded: Importing) -> None:
    report = folded(MAPPING, ROWS).report
    assert (report.imported, report.alike) == (2, 0)
    assert "likely one" not in str(report)


def test_who_is_likely_known_is_refused_where_the_rules_block_and_the_others_land(
    folded: Importing, ledger: PostgresLedger
) -> None:
    define(ledger, Thresholds(block=0.9))
    imported = folded(MAPPING, ROWS)

    assert (imported.report.imported, dict(imported.report.rules)) == (1, {"PossibleDuplicate": 1})


def test_who_is_likely_known_is_told_of_where_the_rules_warn(
    folded: Importing, ledger: PostgresLedger, reader: LogReader
) -> None:
    define(ledger, Thresholds(warn=0.9))

    report = folded(MAPPING, ROWS).report
    assert (report.imported, report.alike) == (2, 1)
    assert "1 of the imported are likely one" in str(report)
    told = [fact.event.TYPE for page in reader.after(0, upto=reader.end()) for fact in page]
    assert told.count("customer.duplicates_found") == 1


def test_an_exact_identifier_is_imported_once_though_no_read_model_knows_it_yet(
    folded: Importing, ledger: PostgresLedger
) -> None:
    define(ledger, Thresholds(), "email")
    imported = folded(MAPPING, f"{ROWS}3,Benjamin,BEN@b.se\n")

    assert (imported.report.imported, dict(imported.report.rules)) == (1, {"PossibleDuplicate": 2})


def test_where_nobody_can_look_nobody_is_imported_unlooked_for(
    importing: Importing, ledger: PostgresLedger
) -> None:
    define(ledger, Thresholds(warn=0.9))

    assert dict(importing(MAPPING, ROWS).report.rules) == {"DuplicatesNotLookedFor": 2}
