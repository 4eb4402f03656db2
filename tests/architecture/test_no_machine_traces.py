import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Where packages come from is for whoever installs to say, and a path of one machine means nothing on another.
TRACES = {
    "an option that names a package index": re.compile(
        r"--(?:extra-)?index[-]url|--find[-]links|(?:pip|uv)_index", re.I
    ),
    "a package's address in a lock file": re.compile(r'"resolved":\s*"http'),
    "a path of one machine": re.compile(r"(?<![\w.>})-])/(?:work/|root/|home/\w[\w.-]*/|Users/\w[\w.-]*/)"),
}


def test_no_tracked_file_tells_of_the_machine_it_was_written_on() -> None:
    found = [f"{path}: {what}" for path in _tracked() for what in traces(_text(path))]

    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "pip install --extra-" + "index-url https://x",
        "PIP_IN" + "DEX_URL=x",
        '"resolved"' + ': "https://x"',
        "cd /wo" + "rk/main",
        '"/home' + '/ann/crm"',
    ],
)
def test_a_trace_is_recognised(text: str) -> None:
    assert len(traces(text)) == 1


@pytest.mark.parametrize("text", ["src/work/x.py", "https://example.com/root/a", "/homes/"])
def test_an_ordinary_path_is_no_trace(text: str) -> None:
    assert traces(text) == []


def traces(text: str) -> list[str]:
    return [what for what, pattern in TRACES.items() if pattern.search(text)]


def _tracked() -> list[Path]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, or git is not installed: which files are tracked is not known")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    # A file deleted but not yet committed is still listed.
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")
