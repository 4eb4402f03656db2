from pathlib import Path

import pytest

from gateways.log.ledger import PostgresLedger
from tests.gateways.imports.importing import Importing

ROOT = Path(__file__).parents[3]
MAPPINGS = ROOT / "examples" / "imports"


@pytest.fixture
def importing(ledger: PostgresLedger, tmp_path: Path) -> Importing:
    return Importing(ledger, tmp_path)


@pytest.fixture
def third_party() -> Path:
    """The folder with data that nobody here wrote."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the third-party data is not beside the repository (../shared/data)")
    return folder
