from pathlib import Path

import pytest

from gateways.imports import ImportProblem, read_mapping
from gateways.imports.mapping_file import parse_mapping
from tests.gateways.imports.conftest import MAPPINGS
from tests.gateways.imports.importing import CUSTOMERS, DEALS, INTERACTIONS, LEADS, ORDERS_OF_NEWCOMERS


@pytest.mark.parametrize("text", [CUSTOMERS, DEALS, INTERACTIONS, LEADS, ORDERS_OF_NEWCOMERS])
def test_a_mapping_that_says_all_is_taken(text: str) -> None:
    assert parse_mapping(text).source == "old"


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.toml")), ids=lambda path: path.stem)
def test_the_mappings_that_we_ship_can_be_read(path: Path) -> None:
    assert read_mapping(path).fields


def test_a_field_may_be_said_by_its_column_alone() -> None:
    assert parse_mapping(DEALS).fields["name"].column == "name"


@pytest.mark.parametrize(
    ("said", "instead", "problem"),
    [
        ('source = "old"', 'sorce = "old"', "sorce: is not known here; perhaps 'source' is meant"),
        ('source = "old"', "", "source: is missing"),
        ('source = "old"', 'source = "a/b"', "source: 'a/b' is no name made of letters"),
        ('record = "deal"', 'record = "opportunity"', "record: is 'opportunity', but takes"),
        ('name = "name"', 'nmae = "name"', "fields.nmae: a deal has no such field; it has id, customer, name"),
        ('name = "name"', "", "fields.name: is missing; a deal needs it"),
        ('name = "name"', 'name = { colum = "name" }', "fields.name.colum: is not known here; perhaps 'column'"),
        ('name = "name"', "name = {}", "fields.name: has neither a `column` nor a `template` nor a `default`"),
        ('name = "name"', 'name = { column = "a", template = "{a}" }', "fields.name: has both"),
        ('name = "name"', 'name = { template = "{a!r}" }', "fields.name.template: '{a!r}': only a column's name"),
        ('name = "name"', 'name = { column = "a", type = "text" }', "fields.name.type: has no meaning for this"),
        ('stage = "stage"', 'stage = { column = "a", strict = true }', "fields.stage: is `strict`, but has no"),
        (
            'opened_at = "opened"',
            'opened_at = { default = "soon" }',
            "fields.opened_at.default: 'soon' is no time",
        ),
        ('status = "status"', 'status = { column = "a", values = { W = "Won" } }', "values.W: 'Won' is none of"),
        ('opened_at = "opened"', 'opened_at = { column = "a", format = "yyyy" }', "'yyyy' does not tell year"),
        ('opened_at = "opened"', 'opened_at = { column = "a", format = "%Q" }', "'%Q' is no format as in"),
        ('timezone = "UTC"', 'timezone = "Mars/Olympus"', "timezone: 'Mars/Olympus' is no time zone"),
        ('timezone = "UTC"', 'encoding = "latin-99"', "encoding: 'latin-99' is no text encoding"),
        ('timezone = "UTC"', 'columns = ["id", "id"]', "columns: 'id' stands there twice"),
        ('timezone = "UTC"', 'columns = ["id"]', "fields.name: `columns` names no 'name'"),
        (
            'currency = { column = "currency", default = "EUR" }',
            "",
            "fields.currency: is missing; an amount needs",
        ),
    ],
)
def test_what_is_wrong_with_a_mapping_is_said_by_key(said: str, instead: str, problem: str) -> None:
    assert said in DEALS

    with pytest.raises(ImportProblem) as refused:
        parse_mapping(DEALS.replace(said, instead))

    assert problem in str(refused.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ImportProblem) as refused:
        parse_mapping('record = "order"\nsource = "old"\n[fields]\nid = "id"\n')

    assert str(refused.value).count("an order needs it") == 4


def test_a_line_that_is_no_toml_is_named() -> None:
    with pytest.raises(ImportProblem, match="line 2"):
        parse_mapping('record = "order"\nsource = \n')
