"""The notebook in docs/analysts.md, cell by cell, on real data."""

import os
from pathlib import Path

import pandas as pd
import pytest

from tests.system import notebook
from tests.system.walk import alike, path_with_crm

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"


@pytest.mark.skipif(not DATA.is_dir(), reason="the third-party data (shared/data beside the checkout) are absent")
def test_every_cell_of_the_notebook_gives_what_the_page_shows(
    dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "checkout"
    place.mkdir()
    for folder in ("docs", "examples"):
        (place / folder).symlink_to(ROOT / folder)
    (tmp_path / "shared").symlink_to(DATA.parent)
    monkeypatch.chdir(place)
    monkeypatch.setenv("CRM_POSTGRES_DSN", dsn)
    environment = {**os.environ, "PATH": path_with_crm(tmp_path), "COLUMNS": "120"}
    page = notebook.PAGE.read_text(encoding="utf-8")

    with pd.option_context("display.width", 110, "display.max_columns", 20):
        now = notebook.pasted(page, environment)

    if os.environ.get("TOUCHLEDGER_WALK"):  # `make walk`
        notebook.PAGE.write_text(now, encoding="utf-8")
        return
    assert alike(now) == alike(page)
