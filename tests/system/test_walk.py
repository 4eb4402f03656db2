"""The walk in docs/walk.md, command by command, on the running stack."""

import os

import pytest

from tests.system import walk
from tests.system.conftest import Company

pytestmark = pytest.mark.embedded_broker


def test_every_command_of_the_walk_prints_what_the_page_shows(company: Company) -> None:
    page = walk.PAGE.read_text(encoding="utf-8")
    done = walk.run(page, {"api": f"{company.stack.url}/v1", "key": f"Authorization: Bearer {company.key}"})
    if os.environ.get("TOUCHLEDGER_WALK"):  # `make walk`
        walk.PAGE.write_text(walk.pasted(page, done), encoding="utf-8")
        return

    shown = walk.steps(page)
    assert len(shown) > 20
    for there, now in zip(shown, done, strict=True):
        assert walk.alike(now.printed) == walk.alike(there.printed), there.command
