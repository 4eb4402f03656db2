"""The commands of docs/walk.md and docs/scores.md, one by one, on the running stack."""

import os
from pathlib import Path

import pytest

from tests.system import walk
from tests.system.conftest import Company

pytestmark = pytest.mark.embedded_broker


@pytest.mark.parametrize("page", [walk.PAGE, walk.PAGE.with_name("scores.md")], ids=lambda page: page.stem)
def test_every_command_of_a_page_prints_what_the_page_shows(company: Company, page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    done = walk.run(text, {"api": f"{company.stack.url}/v1", "key": f"Authorization: Bearer {company.key}"})
    if os.environ.get("TOUCHLEDGER_WALK"):  # `make walk`
        page.write_text(walk.pasted(text, done), encoding="utf-8")
        return

    shown = walk.steps(text)
    assert len(shown) > 5
    for there, now in zip(shown, done, strict=True):
        assert walk.alike(now.printed) == walk.alike(there.printed), there.command
