"""Third-party data through `crm import` into the running stack: our answers over HTTP are the known ones."""

import csv
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from gateways.imports.ids import record_id
from tests.system.conftest import Company

pytestmark = pytest.mark.embedded_broker
ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="module", autouse=True)
def _data() -> None:
    if not DATA.is_dir():
        pytest.skip("the third-party data folder (shared/data beside the checkout) is absent")


def imported(company: Company, file: str, mapping: str, tmp_path: Path) -> str:
    """What `crm import` printed."""
    command = [sys.executable, "-m", "bootstrap", "import", str(DATA / file)]
    options = [
        "--mapping",
        str(ROOT / "examples" / "imports" / mapping),
        "--rejects",
        str(tmp_path / "rejects.csv"),
    ]
    env = {**os.environ, "CRM_DATA_FOLDER": str(company.folder)}
    done = subprocess.run([*command, *options], env=env, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout


def test_the_forecast_of_the_sales_data_is_as_known(company: Company, tmp_path: Path) -> None:
    imported(company, "crm_sales_opportunities/accounts.csv", "sales_accounts.toml", tmp_path)
    told = imported(company, "crm_sales_opportunities/sales_pipeline.csv", "sales_pipeline.toml", tmp_path)
    position = company.get("/v1/status")["log_position"]

    lines = company.seen("/v1/forecasts", position)["lines"]

    won, value = Counter[int](), Counter[int]()
    for line in lines:
        if line["category"] == "closed":
            quarter = (int(line["month"][5:7]) + 2) // 3
            won[quarter] += line["deals"]
            value[quarter] += int(float(line["amount"]))
    assert "8,800 rows read = 8,300 imported + 0 already there + 500 rejected" in told
    assert won == {1: 531, 2: 1254, 3: 1257, 4: 1196}
    assert value == {1: 1_134_672, 2: 3_086_111, 3: 2_982_255, 4: 2_802_496}
    assert (won.total(), value.total()) == (4_238, 10_005_534)


def test_the_purchases_of_the_360_view_are_as_published(company: Company, tmp_path: Path) -> None:
    imported(company, "cdnow/CDNOW_sample.txt", "cdnow_sample.toml", tmp_path)
    with (DATA / "cdnow" / "cdnow_customers_summary.csv").open() as file:
        published = list(csv.DictReader(file))

    # All 2,357 are compared in tests/gateways/imports; here some of them, over HTTP.
    for row in Random(1).sample(published, 100):  # noqa: S311
        customer_id = record_id("cdnow-sample", "customer", row["ID"].zfill(4))
        orders = company.get(f"/v1/customers/{customer_id}/360?as_of=1997-09-30T23:59:59Z")["orders"]

        counted = (orders["x"], round(orders["t_x"], 2), round(orders["T"], 2))
        assert counted == (int(row["frequency"]), float(row["recency"]), float(row["T"]))


def test_the_same_import_again_adds_nothing(company: Company, tmp_path: Path) -> None:
    before = company.get("/v1/status")["log_position"]

    told = imported(company, "cdnow/CDNOW_sample.txt", "cdnow_sample.toml", tmp_path)

    assert "6,919 rows read = 0 imported + 6,919 already there + 0 rejected" in told
    assert company.get("/v1/status")["log_position"] == before
