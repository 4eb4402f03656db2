"""Tables on a terminal, wide, narrow, or none: what is copied into the next command stays whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from api.cli.tables import Listing, table_of
from api.cli.terminal import terminal

ID = "01a201c3-1485-75a7-be1d-d1a17a9b9011"
WORDS = st.lists(st.text("abc-", min_size=1, max_size=20), max_size=8).map(" ".join)


def table() -> Listing:
    found = table_of("id", "why", "position", "lag", numbers=2)
    found.add_row(ID, "it is slow", "7", "1,234")
    found.add_row(ID, "", "1,234", "7")
    return found


def printed(listing: Listing, columns: int) -> list[str]:
    console = Console(width=columns, markup=False, emoji=False, highlight=False)
    with console.capture() as told:
        console.print(listing)
    return told.get().splitlines()


def test_numbers_stand_one_below_the_other() -> None:
    assert printed(table(), 80)[:4] == [
        "id                                    why         position    lag",
        "──                                    ───         ────────    ───",
        f"{ID}  it is slow         7  1,234",
        f"{ID}                 1,234      7",
    ]


def test_where_a_terminal_is_narrow_the_widest_columns_give_way_from_word_to_word() -> None:
    assert printed(table(), 60)[2:5] == [
        f"{ID}  it is         7  1,234",
        "                                      slow",
        f"{ID}            1,234      7",
    ]


def test_where_it_is_narrower_than_the_longest_words_rows_stand_as_records() -> None:
    assert printed(table(), 56)[:5] == [
        f"id        {ID}", "why       it is slow", "position  7", "lag       1,234", ""
    ]  # fmt: skip


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=4), st.integers(min_value=30, max_value=120))
def test_no_word_is_broken_and_no_line_too_long(rows: list[tuple[str, str, str]], columns: int) -> None:
    listing = table_of("first", "second", "third", numbers=1)
    for row in rows:
        listing.add_row(*row)

    told = printed(listing, columns)

    assert max(map(len, told)) <= columns
    words = {word for line in told for word in line.split()}
    assert {word for row in rows for cell in row for word in cell.split()} <= words


def test_what_is_piped_has_a_line_for_each_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLUMNS")
    long = table_of("id", "why")
    long.add_row(ID, "it is slow " * 100)
    terminal().print(long)

    assert len(capsys.readouterr().out.rstrip().splitlines()) == 3
