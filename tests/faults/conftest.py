from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.crm_api import ApiProcess


@pytest.fixture
def api(dsn: str, tmp_path: Path) -> Iterator[ApiProcess]:
    with ApiProcess(dsn, tmp_path / "api.log") as running:
        yield running


@pytest.fixture
def other_api(dsn: str, tmp_path: Path) -> Iterator[ApiProcess]:
    """A second one on the same log."""
    with ApiProcess(dsn, tmp_path / "other_api.log") as running:
        yield running
