"""What `crm demo` says of the history that it finds."""

from datetime import date
from pathlib import Path

import pytest

from api.cli.demo import describe
from api.cli.terminal import terminal
from gateways.demo.load import Loaded

TODAY = date(2026, 7, 1)


def test_how_to_begin_anew_is_told_in_one_line_where_an_older_program_told_the_history(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    describe(Loaded(TODAY, {}, 0, 0, (), older=True), tmp_path / "data", terminal())

    assert capsys.readouterr().out == (
        "An older program told the two years until 2026-07-01, and the demo has a newer history: to begin anew, "
        f"end this, remove {tmp_path}/data and run it again.\n"
    )


def test_of_its_own_history_it_tells_what_there_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    describe(Loaded(TODAY, {"lead": 300}, 1_000, 0, ()), tmp_path, terminal())

    assert "300 leads; 1,000 events, all of it told before." in " ".join(capsys.readouterr().out.split())
