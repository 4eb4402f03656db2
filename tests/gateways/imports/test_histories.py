"""Deals with their history: rows that tell what a deal was like from a moment on."""

from uuid import UUID

import pytest

from domain.deals import DEAL, Deal
from gateways.imports import ImportProblem
from gateways.imports.ids import record_id
from gateways.imports.mapping_file import parse_mapping
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.gateways.imports.importing import Importing

BESIDE = """
record = "deal"
source = "old"
timezone = "UTC"
[customers]
create = "organisation"
[fields]
id = "id"
customer = "customer"
name = "name"
currency = { default = "EUR" }
opened_at = "opened"
[history]
file = "stages.csv"
[history.fields]
id = "deal"
at = "at"
stage = "stage"
status = "status"
amount = "amount"
currency = { default = "EUR" }
expected_close_date = "expected"
loss_reason = "why"
"""
WITHIN = BESIDE.replace('file = "stages.csv"\n', "").replace('id = "deal"', 'id = "id"')
DEALS = "id,customer,name,opened\n1,Acme,Seats,2027-01-01\n2,Acme,Chairs,2027-01-05\n"
HEAD = "deal,at,stage,status,amount,expected,why\n"


def deal(ledger: PostgresLedger, external: str) -> Deal:
    state = ledger.read(DEAL, record_id("old", "deal", external)).state
    assert state is not None
    return state


def story(reader: LogReader, stream_id: UUID) -> list[tuple[str, str]]:
    return [
        (fact.event.TYPE, f"{fact.occurred_at:%Y-%m-%d}")
        for page in reader.after(0, upto=reader.end())
        for fact in page
        if fact.stream_id == stream_id
    ]


def test_a_deal_lands_with_the_history_in_the_file_beside_it_in_order_of_time(
    importing: Importing, reader: LogReader
) -> None:
    (importing.folder / "stages.csv").write_text(
        HEAD
        + "1,2027-03-01,,won,500,,\n1,2027-02-01,proposal,open,400,2027-03-31,\n1,2027-01-20,qualification,,,,\n"
    )
    done = importing(BESIDE, DEALS)

    assert story(reader, record_id("old", "deal", "1")) == [
        ("deal.opened", "2027-01-01"),
        ("deal.stage_moved", "2027-01-20"),
        ("deal.stage_moved", "2027-02-01"),
        ("deal.amount_changed", "2027-02-01"),
        ("deal.close_date_changed", "2027-02-01"),
        ("deal.amount_changed", "2027-03-01"),
        ("deal.won", "2027-03-01"),
    ]
    assert (done.report.imported, str(done.report.history)) == (2, "3 rows of their history read = 3 of these")


@pytest.mark.rule("Closing a deal keeps the expected date beside the real one", unlike="HubSpot", area="deals")
def test_the_end_leaves_the_expected_day_as_it_was(importing: Importing) -> None:
    (importing.folder / "stages.csv").write_text(
        HEAD + "1,2027-02-01,proposal,open,400,2027-03-31,\n1,2027-03-01,,lost,,2027-03-01,price\n"
    )
    importing(BESIDE, DEALS)
    lost = deal(importing.ledger, "1")

    assert (lost.status, lost.loss_reason, str(lost.expected_close_date)) == ("lost", "price", "2027-03-31")


def test_a_deal_that_was_closed_and_came_back_is_reopened(importing: Importing) -> None:
    (importing.folder / "stages.csv").write_text(
        HEAD + "1,2027-02-01,,lost,,,price\n1,2027-03-01,negotiation,open,,,\n1,2027-04-01,,won,9,,\n"
    )
    importing(BESIDE, DEALS)

    assert (deal(importing.ledger, "1").status, deal(importing.ledger, "1").last_stage) == ("won", "negotiation")


@pytest.mark.parametrize(("first", "then"), [("won", "lost"), ("lost", "won")])
def test_a_deal_that_ended_one_way_and_then_the_other_is_reopened_for_it(
    importing: Importing, reader: LogReader, first: str, then: str
) -> None:
    (importing.folder / "stages.csv").write_text(
        HEAD + f"1,2027-02-01,,{first},9,,price\n1,2027-03-01,,{then},9,,price\n1,2027-04-01,,{then},9,,price\n"
    )
    importing(BESIDE, DEALS)

    ended = deal(importing.ledger, "1")
    assert (ended.status, f"{ended.closed_at:%Y-%m-%d}") == (then, "2027-03-01")
    closings = [said for said in story(reader, ended.id) if said[0] != "deal.amount_changed"]
    assert closings[1:] == [
        (f"deal.{first}", "2027-02-01"),
        ("deal.reopened", "2027-03-01"),
        (f"deal.{then}", "2027-03-01"),
    ]


def test_a_deal_lands_with_all_of_its_history_or_not_at_all(importing: Importing) -> None:
    (importing.folder / "stages.csv").write_text(
        HEAD + "1,2027-02-01,proposal,,,,\n1,2027-03-01,nowhere,,,,\n2,yesterday,proposal,,,,\n"
    )
    done = importing(BESIDE, DEALS)

    assert done.report.imported == 0
    assert [(row["row"], row["rule"], row["field"]) for row in done.rejects] == [
        ("1", "UnknownStage", "stage"),
        ("2", "NotATime", "at"),
    ]
    assert "row 2 of its history" in done.rejects[0]["reason"]
    assert "row 3 of its history" in done.rejects[1]["reason"]


def test_a_stage_that_the_mapping_does_not_name_is_blamed_where_its_column_tells_the_status_too(
    importing: Importing,
) -> None:
    one_column = BESIDE.replace(
        'stage = "stage"\nstatus = "status"',
        'stage = { column = "stage", strict = true, values = { talks = "proposal", signed = "" } }\n'
        'status = { column = "stage", values = { talks = "open", signed = "won" } }',
    )
    (importing.folder / "stages.csv").write_text(HEAD + "1,2027-02-01,pilot,,,,\n2,2027-02-01,talks,,,,\n")
    done = importing(one_column, DEALS)

    assert (done.report.imported, deal(importing.ledger, "2").stage) == (1, "proposal")
    assert [(row["row"], row["field"]) for row in done.rejects] == [("1", "stage")]
    assert "'pilot'" in done.rejects[0]["reason"]


def test_rows_of_deals_that_the_file_does_not_have_are_rejected_with_the_reason(importing: Importing) -> None:
    (importing.folder / "stages.csv").write_text(HEAD + "7,2027-02-01,proposal,,,,\n1,2027-02-01,proposal,,,,\n")
    history = importing(BESIDE, DEALS).report.history

    assert history is not None
    assert (history.rows, history.rejected) == (2, 1)
    assert "RecordNotInFile" in history.rejects.read_text()


def test_rows_of_one_file_that_name_the_same_deal_are_one_deal(importing: Importing, reader: LogReader) -> None:
    done = importing(
        WITHIN,
        "id,customer,name,opened,at,stage,status,amount,expected,why\n"
        "1,Acme,Seats,2027-01-01,2027-03-01,,won,500,,\n"
        "2,Acme,Chairs,2027-01-01,2027-02-01,proposal,open,100,,\n"
        "1,Acme,Seats,2027-01-01,2027-02-01,proposal,open,400,,\n",
    )

    assert (done.report.rows, done.report.imported) == (3, 3)
    assert [type_ for type_, _ in story(reader, record_id("old", "deal", "1"))] == [
        "deal.opened",
        "deal.stage_moved",
        "deal.amount_changed",
        "deal.amount_changed",
        "deal.won",
    ]


def test_again_it_doubles_nothing(importing: Importing, reader: LogReader) -> None:
    text = (
        "id,customer,name,opened,at,stage,status,amount,expected,why\n"
        "1,Acme,Seats,2027-01-01,2027-02-01,proposal,open,400,,\n1,Acme,Seats,2027-01-01,2027-03-01,,won,500,,\n"
    )
    importing(WITHIN, text)
    end = reader.end()

    assert importing(WITHIN, text).report.already_there == 2
    assert reader.end() == end


def test_rows_of_a_deal_that_is_refused_are_all_rejected(importing: Importing) -> None:
    done = importing(
        WITHIN,
        "id,customer,name,opened,at,stage,status,amount,expected,why\n"
        "1,Acme,Seats,2027-01-01,2027-02-01,nowhere,open,400,,\n1,Acme,Seats,2027-01-01,2027-03-01,,won,500,,\n",
    )

    assert done.report.rules == {"UnknownStage": 2}


def test_a_history_that_is_not_there_or_lacks_a_column_stops_the_import_before_it_begins(
    importing: Importing, reader: LogReader
) -> None:
    with pytest.raises(ImportProblem, match="is no file"):
        importing(BESIDE, DEALS)
    (importing.folder / "stages.csv").write_text("deal,at\n")
    with pytest.raises(ImportProblem, match="'stage'"):
        importing(BESIDE, DEALS)

    assert reader.end() == 0


@pytest.mark.parametrize(
    ("said", "instead", "problem"),
    [
        ('record = "deal"', 'record = "order"', "history: only deals have one"),
        ('at = "at"', "", "history.fields.at: is missing; a history needs it"),
        ('at = "at"', 'when = "at"', "history.fields.when: a history has no such field"),
        (
            'name = "name"',
            'name = "name"\nstatus = "s"',
            "fields.status: how a deal ended is for the history to tell",
        ),
        ('file = "stages.csv"', 'fil = "stages.csv"', "history.fil: is not known here; perhaps 'file' is meant"),
    ],
)
def test_what_is_wrong_with_a_history_is_said_by_key(said: str, instead: str, problem: str) -> None:
    with pytest.raises(ImportProblem) as refused:
        parse_mapping(BESIDE.replace(said, instead, 1))

    assert problem in str(refused.value)
