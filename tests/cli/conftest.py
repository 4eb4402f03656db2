import pytest


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are not broken, whatever the suite runs on."""
    monkeypatch.setenv("COLUMNS", "200")
