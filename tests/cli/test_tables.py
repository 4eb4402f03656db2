"""Tables on a terminal."""

import pytest

from api.cli.tables import table_of
from api.cli.terminal import terminal


def test_numbers_stand_one_below_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    table = table_of("part", "why", "position", "lag", numbers=2)
    table.add_row("relay", "slow", "7", "1,234")
    table.add_row("deals", "", "1,234", "7")
    terminal().print(table)

    told = capsys.readouterr().out
    assert "│ relay │ slow │        7 │ 1,234 │" in told
    assert "│ deals │      │    1,234 │     7 │" in told
