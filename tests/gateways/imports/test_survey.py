"""A file that cannot be imported as a whole leaves nothing: no event, no rejects."""

from pathlib import Path

import pytest

from gateways.imports import ImportProblem
from gateways.imports.mapping_file import parse_mapping
from gateways.imports.rows import rows
from gateways.imports.survey import Survey, survey
from gateways.log.reader import LogReader
from tests.gateways.imports.importing import ORDERS_OF_NEWCOMERS, Importing

HEADER = "id,customer,total,placed,items\n"
ROW = "1,ada,5,2027-01-01,1\n"
IN_ANOTHER_ENCODING = (HEADER + ROW).encode() + "2,José,5,2027-01-01,1\n".encode("cp1252")


def surveyed(folder: Path, content: bytes, *options: str) -> Survey:
    path = folder / "rows"
    path.write_bytes(content)
    return survey(path, parse_mapping("\n".join([*options, ORDERS_OF_NEWCOMERS])))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (IN_ANOTHER_ENCODING, "line 3 has the byte 0xE9"),
        ((HEADER + ROW * 60_000).encode() + b"\xff", "line 60002 has the byte 0xFF"),
        (HEADER.encode() + b"\xc3", "line 2 has the byte 0xC3"),
        (b"id,customer,total,date,items\n", "fields.placed_at names the column 'placed', which is not there"),
        (b"id,customer,total,date,items\n", "It has: id, customer, total, date, items."),
        (b"id,id,customer,total,placed,items\n", "fields.id names the column 'id', which is there 2 times"),
        (b"", "is empty: it has no header line"),
        (b'"id\n', "The header line of"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, content: bytes, problem: str) -> None:
    with pytest.raises(ImportProblem) as refused:
        surveyed(tmp_path, content)

    assert problem in str(refused.value)


def test_json_lines_of_which_none_has_a_column_are_refused(tmp_path: Path) -> None:
    line = b'{"id": 1, "customer": 2, "total": 3, "placed": 4}'

    with pytest.raises(ImportProblem, match=r"fields\.items names the column 'items', which is not there"):
        surveyed(tmp_path, line, 'format = "ndjson"')


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("utf-8", ("\ufeff" + HEADER + ROW).encode()),
        ("utf-16", (HEADER + ROW).encode("utf-16")),
        ("cp1252", (HEADER + "1,José,5,2027-01-01,1\r\n").encode("cp1252")),
    ],
)
def test_a_file_in_the_encoding_named_is_read(tmp_path: Path, encoding: str, content: bytes) -> None:
    found = surveyed(tmp_path, content, f'encoding = "{encoding}"')

    assert (found.columns, found.rows) == (["id", "customer", "total", "placed", "items"], 1)


def test_a_file_without_a_header_has_the_columns_that_the_mapping_names(tmp_path: Path) -> None:
    columns = 'columns = ["id", "customer", "total", "placed", "items"]'

    found = surveyed(tmp_path, ROW.encode() * 2, columns)

    assert found.rows == 2
    read = list(rows(tmp_path / "rows", parse_mapping(columns + ORDERS_OF_NEWCOMERS), found.columns))
    assert [(row.number, row.cells[1]) for row in read] == [(1, "ada"), (2, "ada")]


def test_a_file_that_is_refused_leaves_nothing(importing: Importing, reader: LogReader) -> None:
    with pytest.raises(ImportProblem, match="nothing was imported"):
        importing(ORDERS_OF_NEWCOMERS, IN_ANOTHER_ENCODING)
    with pytest.raises(ImportProblem, match="is no file"):
        importing.of_file(ORDERS_OF_NEWCOMERS, importing.folder / "nothing.csv")

    assert reader.end() == 0
    assert [path.name for path in importing.folder.iterdir()] == ["rows.csv"]
