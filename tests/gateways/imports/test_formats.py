import json

import pytest

from gateways.imports import delimited, ndjson


def texts(text: str, delimiter: str = ",") -> list[object]:
    found = delimited.records(text.splitlines(keepends=True), delimiter)
    return [list(each) if isinstance(each, list) else each.line for each in found]


@pytest.mark.parametrize(
    ("delimiter", "text"),
    [
        (",", "a,b\r\n1,2\r\n"),
        (";", "a;b\n\n1;2"),
        ("\t", "a\tb\n1\t2\n"),
        ("whitespace", " a  b\n\t1 2 \n"),
    ],
)
def test_cells_are_set_apart_by_the_delimiter(delimiter: str, text: str) -> None:
    assert texts(text, delimiter) == [["a", "b"], ["1", "2"]]


def test_a_quoted_cell_may_go_over_lines() -> None:
    assert texts('"a\nb",c\n1,2\n') == [["a\nb", "c"], ["1", "2"]]


def test_a_quote_that_is_never_closed_spoils_its_own_line_only() -> None:
    assert texts('1,"open\n2,b\n3,"c"\n') == ['1,"open', ["2", "b"], ["3", "c"]]


def test_a_quote_closed_too_early_spoils_its_own_line_only() -> None:
    assert texts('1,"a"b\n2,b\n') == ['1,"a"b', ["2", "b"]]


def test_json_objects_become_flat_texts() -> None:
    line = '{"id": 7, "price": 1.10, "big": 12345678901234567890, "who": {"name": "Ada", "vip": true}, "no": null}'

    assert list(ndjson.objects([line, "\n"])) == [
        {"id": "7", "price": "1.10", "big": "12345678901234567890", "who.name": "Ada", "who.vip": "true", "no": ""}
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"a": 1', "is no JSON"),
        ('{"a": NaN}', "is no JSON: NaN is no number"),
        ("[1]", "is JSON, but no object"),
        (json.dumps({"a": "\ud800"}), "holds half of a surrogate pair"),
        ('{"a":' * 100_000, "is nested too deeply"),
    ],
)
def test_a_line_that_is_no_json_object_says_why(line: str, why: str) -> None:
    (found,) = ndjson.objects([line])

    assert isinstance(found, ndjson.Unreadable)
    assert found.why.startswith(why)
