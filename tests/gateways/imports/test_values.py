from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domain.refusals import Refusal
from gateways.imports.mapping_file import parse_mapping
from gateways.imports.refusals import NotANumber, NotATime, TextTooLong, TimeWithoutZone, ValueNotMapped
from gateways.imports.rows import Row
from gateways.imports.values import Layout, Values
from tests.gateways.imports.importing import DEALS, NOW


def values(field: str, mapped: str, cells: Mapping[str, str], *, timezone: str | None = None) -> Values:
    """Of a row with these cells and one mapped field beside those that a deal needs."""
    zone = f'timezone = "{timezone}"' if timezone else ""
    lines = [line for line in DEALS.splitlines() if not line.startswith((field, "timezone"))]
    text = "\n".join(lines).replace("[fields]", f"{zone}\n[fields]\n{field} = {mapped}")
    mapping = parse_mapping(text)
    named = dict.fromkeys(mapping.needed_columns(), "") | dict(cells)
    return Values(Layout(mapping, list(named), now=NOW), Row(7, list(named.values())))


@pytest.mark.parametrize(
    ("mapped", "cells", "text"),
    [
        ('"a"', {"a": " x "}, "x"),
        ('"a"', {"a": "  "}, None),
        ('{ column = "a", default = "d" }', {"a": ""}, "d"),
        ('{ column = "a", default = "d" }', {"a": "x"}, "x"),
        ("{ default = 5 }", {}, "5"),
        ('{ column = "a", values = { x = "y" } }', {"a": "x"}, "y"),
        ('{ column = "a", values = { x = "y" } }', {"a": "z"}, "z"),
        ('{ column = "a", values = { none = "" }, default = "d" }', {"a": "none"}, "d"),
        ('{ template = "{a}-{b}/{row}" }', {"a": "x", "b": "y"}, "x-y/7"),
        ('{ template = "{a} {b}" }', {"a": "x", "b": ""}, "x"),
        ('{ template = "{a}-{b}", default = "d" }', {"a": "", "b": " "}, "d"),
        ('{ template = "{{{a}}}" }', {"a": "x"}, "{x}"),
    ],
)
def test_a_text_comes_from_column_template_values_and_default(
    mapped: str, cells: Mapping[str, str], text: str | None
) -> None:
    assert values("name", mapped, cells).text("name") == text


@pytest.mark.parametrize(
    ("mapped", "text", "utc"),
    [
        ('"a"', "2027-01-31T10:00:00+02:00", "2027-01-31T08:00Z"),
        ('"a"', "2027-01-31T10:00:00Z", "2027-01-31T10:00Z"),
        ('{ column = "a", timezone = "Europe/Stockholm" }', "2027-01-31", "2027-01-30T23:00Z"),
        ('{ column = "a", timezone = "UTC", format = "%d.%m.%Y" }', "31.01.2027", "2027-01-31T00:00Z"),
        ('{ column = "a", format = "%d.%m.%Y %H:%M %z" }', "31.01.2027 10:00 +0200", "2027-01-31T08:00Z"),
    ],
)
def test_a_time_is_read_in_its_own_zone_or_the_mappings(mapped: str, text: str, utc: str) -> None:
    assert values("opened_at", mapped, {"a": text}).moment("opened_at") == datetime.fromisoformat(utc)


def test_the_mappings_own_time_zone_holds_for_all_its_fields() -> None:
    read = values("opened_at", '"a"', {"a": "2027-01-31"}, timezone="Europe/Stockholm")

    assert read.moment("opened_at") == datetime(2027, 1, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2027-01-31", "2027-01-31T10:00"])
def test_a_time_without_a_zone_is_refused(text: str) -> None:
    with pytest.raises(TimeWithoutZone) as refused:
        values("opened_at", '"a"', {"a": text}).moment("opened_at")

    assert refused.value.field == "opened_at"


@pytest.mark.parametrize("text", ["31.01.2027", "soon", "2027-02-30T00:00Z", "0001-01-01T00:00+14:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(NotATime, match=r"is no time|outside the calendar"):
        values("opened_at", '"a"', {"a": text}).moment("opened_at")


def test_a_day_needs_no_zone() -> None:
    assert values("expected_close_date", '"a"', {"a": "2027-01-31"}).day("expected_close_date") == date(
        2027, 1, 31
    )


@pytest.mark.parametrize(
    ("mapped", "text", "number"),
    [
        ('"a"', "1234.50", "1234.50"),
        ('{ column = "a", decimal = "," }', "1.234.567,5", "1234567.5"),
        ('{ column = "a", decimal = "," }', "1234,50", "1234.50"),
        ('{ column = "a", decimal = "." }', "1,234.50", "1234.50"),
        ('{ column = "a", decimal = "." }', "1 234", "1234"),
    ],
)
def test_a_number_is_read_with_the_decimal_mark_named(mapped: str, text: str, number: str) -> None:
    assert values("amount", mapped, {"a": text}).number("amount") == Decimal(number)


@pytest.mark.parametrize("text", ["1,234", "1,5", "$5", "NaN", "1_000", "٣"])
def test_a_number_that_could_be_another_is_refused(text: str) -> None:
    with pytest.raises(NotANumber):
        values("amount", '"a"', {"a": text}).number("amount")


def test_groups_of_other_than_three_digits_are_refused() -> None:
    with pytest.raises(NotANumber):
        values("amount", '{ column = "a", decimal = "," }', {"a": "12.34"}).number("amount")


@pytest.mark.parametrize(
    ("amount", "currency", "rule", "field"),
    [
        ("1.005", "EUR", "AmountTooPrecise", "amount"),
        ("-1", "EUR", "AmountOutOfRange", "amount"),
        ("5", "Euro", "UnknownCurrency", "currency"),
    ],
)
def test_money_is_held_to_the_domains_rules(amount: str, currency: str, rule: str, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        values("amount", '"a"', {"a": amount, "currency": currency}).money("amount")

    assert (refused.value.rule, refused.value.field) == (rule, field)


def test_a_strict_value_map_refuses_what_it_does_not_name() -> None:
    mapped = '{ column = "a", values = { Offer = "proposal" }, strict = true }'

    with pytest.raises(ValueNotMapped, match="'Draft' is not among the mapped values"):
        values("stage", mapped, {"a": "Draft"}).text("stage")


def test_a_text_longer_than_its_field_is_refused() -> None:
    with pytest.raises(TextTooLong, match="name has 201 characters, at most 200"):
        values("name", '"a"', {"a": "x" * 201}).text("name")
