"""What lies where in a folder of the embedded stack."""

from pathlib import Path

from gateways.embedded.problems import StackProblem

FORMAT = "1"


def postgres_data(folder: Path) -> Path:
    return folder / "postgres"


def log_of(folder: Path, name: str) -> Path:
    return folder / "logs" / f"{name}.log"


def run_folder(folder: Path) -> Path:
    return folder / "run"


def lay_out(folder: Path) -> Path:
    """The folder, absolute and marked as ours, with the parts that every server needs, closed to others."""
    folder = folder.expanduser().resolve()
    _mark(folder)
    for part in (run_folder(folder), folder / "logs"):
        part.mkdir(mode=0o700, exist_ok=True)
    return folder


def _mark(folder: Path) -> None:
    marker = folder / "format"
    if marker.exists():
        found = marker.read_text().strip()
        if found != FORMAT:
            raise StackProblem(
                f"{folder} has format {found!r}; this release reads format {FORMAT!r}. "
                "Use the release that made it, or choose another folder."
            )
        return
    # A freshly mounted volume holds lost+found, a folder under version control a .gitignore.
    if folder.exists() and any(p for p in folder.iterdir() if p.name != "lost+found" and p.name[0] != "."):
        raise StackProblem(f"{folder} holds files that are not Touchledger's. Choose an empty or a new folder.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    marker.write_text(f"{FORMAT}\n")


def save(path: Path, content: bytes) -> None:
    """Write a small file so that a reader sees all of it or what was there before."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)
