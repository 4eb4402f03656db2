"""Custom fields filled by an import."""

from functools import partial

import pytest

from domain import commands
from domain.custom_fields import (
    CUSTOM_FIELDS,
    BooleanField,
    CustomFieldDefined,
    CustomFields,
    DateField,
    Definition,
    EnumField,
    MoneyField,
    NumberField,
    Option,
    RecordKind,
    TextField,
    define_field,
)
from domain.customers import CUSTOMER
from domain.deals import DEAL
from domain.leads import LEAD
from gateways.imports.ids import record_id
from gateways.imports.mapping_file import parse_mapping
from gateways.imports.problem import ImportProblem
from gateways.log.ledger import PostgresLedger
from tests.gateways.imports.importing import DEALS, LEADS, Importing
from tests.support.facts import by, euros

CUSTOMERS = """
record = "customer"
source = "old"
[fields]
id = "id"
kind = { default = "person" }
custom_fields.region = "region"
custom_fields.seats = "seats"
custom_fields.weight = { column = "weight", type = "number", decimal = "," }
custom_fields.budget = "budget"
custom_fields.since = { column = "since", format = "%d.%m.%Y" }
custom_fields.vip = "vip"
custom_fields.size = { column = "size", values = { XL = "big" } }
"""
FIELDS: tuple[Definition, ...] = (
    TextField(name="region", label="Region", unique=True),
    NumberField(name="seats", label="Seats"),
    NumberField(name="weight", label="Weight"),
    MoneyField(name="budget", label="Budget", currency="EUR"),
    DateField(name="since", label="Since"),
    BooleanField(name="vip", label="VIP"),
    EnumField(
        name="size", label="Size", options=(Option(id="small", label="Small"), Option(id="big", label="Big"))
    ),
)
HEADER = "id,region,seats,weight,budget,since,vip,size\n"


def define(ledger: PostgresLedger, kind: RecordKind, *definitions: Definition) -> None:
    for each in definitions:
        ledger.execute(commands.define(CUSTOM_FIELDS, partial(_defined, kind, each), by()))


def _defined(kind: RecordKind, definition: Definition, fields: CustomFields) -> CustomFieldDefined:
    return define_field(fields, kind, definition)


def test_each_value_is_read_as_its_field_takes_it(importing: Importing, ledger: PostgresLedger) -> None:
    define(ledger, "customer", *FIELDS)

    done = importing(CUSTOMERS, f'{HEADER}1, north ,7,"0,5",9.5,31.12.2025,yes,XL\n2,,,,,,,\n')

    assert (done.report.imported, done.rejects) == (2, [])
    full, empty = (ledger.read(CUSTOMER, record_id("old", "customer", each)).state for each in ("1", "2"))
    assert full is not None
    assert empty is not None
    assert full.custom_fields == {
        "region": "north", "seats": 7, "weight": 0.5, "budget": euros("9.50"), "since": "2025-12-31", "vip": True,
        "size": "big",
    }  # fmt: skip
    assert empty.custom_fields == {}


@pytest.mark.parametrize(
    ("cells", "rule", "field"),
    [
        ("a,many,,,,,", "CustomFieldWrongType", "custom_fields.seats"),
        ("a,,half,,,,", "NotANumber", "custom_fields.weight"),
        ("a,,,9.555,,,", "AmountTooPrecise", "custom_fields.budget.amount"),
        ("a,,,,2025-12-31,,", "NotATime", "custom_fields.since"),
        ("a,,,,,,XS", "UnknownOption", "custom_fields.size"),
        ("north,,,,,,", "CustomFieldTaken", "custom_fields.region"),
    ],
)
def test_a_row_with_a_wrong_value_is_rejected_by_the_name_of_the_field(
    importing: Importing, ledger: PostgresLedger, cells: str, rule: str, field: str
) -> None:
    define(ledger, "customer", *FIELDS)

    done = importing(CUSTOMERS, f"{HEADER}1,north,,,,,,\n2,{cells}\n3,south,,,,,,\n")

    assert [(reject["row"], reject["rule"], reject["field"]) for reject in done.rejects] == [("2", rule, field)]
    assert done.report.imported == 2


def test_a_row_without_a_required_field_is_rejected(importing: Importing, ledger: PostgresLedger) -> None:
    define(ledger, "customer", *FIELDS, TextField(name="segment", label="Segment", required=True))

    done = importing(CUSTOMERS, f"{HEADER}1,north,,,,,,\n")

    assert [reject["field"] for reject in done.rejects] == ["custom_fields.segment"]


def test_a_field_that_is_not_defined_rejects_its_rows(importing: Importing) -> None:
    done = importing(CUSTOMERS, f"{HEADER}1,north,,,,,,\n")

    assert [(reject["rule"], reject["field"]) for reject in done.rejects] == [
        ("UnknownCustomField", "custom_fields.region")
    ]


def test_a_deal_that_was_closed_elsewhere_has_its_values_from_its_opening_on(
    importing: Importing, ledger: PostgresLedger
) -> None:
    define(ledger, "deal", TextField(name="region", label="Region", required=True))
    mapping = DEALS.replace("[customers]", 'custom_fields.region = "region"\n[customers]')

    done = importing(
        mapping,
        "id,customer,name,stage,amount,currency,opened,expected,status,closed,why,region\n"
        "1,ACME,Seats,,500,,2027-01-01,,won,2027-02-01,,north\n",
    )

    assert done.rejects == []
    deal = ledger.read(DEAL, record_id("old", "deal", "1")).state
    assert deal is not None
    assert (deal.status, deal.custom_fields) == ("won", {"region": "north"})


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('custom_fields.Region = "region"', "fields.custom_fields.Region"),
        ('custom_fields.region = { column = "region", type = "number", default = "much" }', "default"),
    ],
)
def test_a_mapping_that_can_fill_no_field_is_refused(line: str, problem: str) -> None:
    with pytest.raises(ImportProblem, match=problem):
        parse_mapping(CUSTOMERS.replace('custom_fields.region = "region"', line))


def test_an_order_has_no_custom_fields() -> None:
    mapping = CUSTOMERS.replace('record = "customer"', 'record = "order"')

    with pytest.raises(ImportProblem, match=r"fields\.custom_fields\.region: an order has no such field"):
        parse_mapping(mapping)


def test_a_lead_has_its_values_from_its_capture_on(importing: Importing, ledger: PostgresLedger) -> None:
    define(ledger, "lead", DateField(name="since", label="Since", required=True))

    done = importing(
        LEADS + 'custom_fields.since = "since"\n',
        "id,customer,name,email,channel,captured,status,decided,why,since\n"
        "1,,Ada,,web,2027-01-01,qualified,2027-02-01,,2026-12-31\n"
        "2,,Ben,,web,2027-01-01,,,,\n",
    )

    assert [(reject["row"], reject["field"]) for reject in done.rejects] == [("2", "custom_fields.since")]
    lead = ledger.read(LEAD, record_id("old", "lead", "1")).state
    assert lead is not None
    assert (lead.status, lead.custom_fields) == ("qualified", {"since": "2026-12-31"})


SOLD = """
record = "deal"
source = "old"
timezone = "UTC"
[fields]
id = "id"
customer = "customer"
name = "name"
opened_at = "opened"
[customers]
create = "organisation"
"""
CONVERTED = f"""{LEADS.replace('disqualified_because = "why"', 'company = "company"')}
organisation = "account"
deal = "deal"
custom_fields.region = "region"
custom_fields.branch = "branch"
[customers]
create = "person"
"""


def test_a_lead_that_was_converted_elsewhere_brings_its_values_along(
    importing: Importing, ledger: PostgresLedger
) -> None:
    for kind in ("lead", "customer", "deal"):
        define(ledger, kind, TextField(name="region", label="Region"))
    define(ledger, "customer", TextField(name="branch", label="Branch", only="organisation"))
    define(ledger, "lead", TextField(name="branch", label="Branch"))

    importing(SOLD, "id,customer,name,opened\nD,ACME,Seats,2027-01-02\n")
    done = importing(
        CONVERTED,
        "id,customer,name,email,channel,captured,status,decided,company,account,deal,region,branch\n"
        "1,Ada,Ada,,web,2027-01-01,converted,2027-02-01,Acme,ACME,D,north,tools\n"
        "2,Ben,Ben,,web,2027-01-01,converted,2027-02-01,Fjord,FJORD,,south,ships\n",
    )

    assert done.rejects == []
    ada, acme, fjord = (
        ledger.read(CUSTOMER, record_id("old", "customer", each)).state for each in ("Ada", "ACME", "FJORD")
    )
    deal = ledger.read(DEAL, record_id("old", "deal", "D")).state
    assert [each and each.custom_fields for each in (ada, acme, fjord, deal)] == [
        {"region": "north"}, {"branch": "tools"}, {"branch": "ships"}, {"region": "north"},
    ]  # fmt: skip
