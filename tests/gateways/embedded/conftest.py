import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gateways.embedded.postgres import EmbeddedPostgres


def somewhere() -> Path:
    # Not pytest's tmp_path: each session of pytest closes its parent to other users again, and under root
    # PostgreSQL is another user.
    return Path(tempfile.mkdtemp(prefix="touchledger-test-"))


@pytest.fixture
def nothing_is_left_running() -> Iterator[None]:
    before = set(psutil.Process().children())
    yield
    assert not set(psutil.Process().children()) - before


@pytest.fixture
def folder(nothing_is_left_running: None) -> Iterator[Path]:
    """Where a stack may be made."""
    made = somewhere()
    yield made / "stack"
    shutil.rmtree(made)


@pytest.fixture(scope="session")
def folder_of_the_session() -> Iterator[Path]:
    made = somewhere()
    EmbeddedPostgres.start(made, durable=False).stop()
    yield made
    shutil.rmtree(made)


@pytest.fixture
def used_folder(folder_of_the_session: Path, nothing_is_left_running: None) -> Path:
    """Where a stack was made and stopped; to make another takes longer than most tests."""
    return folder_of_the_session
