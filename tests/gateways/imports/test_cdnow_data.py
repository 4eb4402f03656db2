"""CDNOW's purchases, by the mapping that we ship: the 360 view gives the summary that was published with them."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from domain.horizon import Horizon
from gateways.imports import read_mapping
from gateways.imports.ids import record_id
from gateways.log.reader import LogReader
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.purchases import purchases
from projections.engine.bulk.keys import FoldedKeys
from tests.gateways.imports.conftest import MAPPINGS
from tests.gateways.imports.importing import Importing

CALIBRATION_END = datetime(1997, 9, 30, tzinfo=UTC)


def test_recency_frequency_and_age_are_as_published(
    importing: Importing, reader: LogReader, third_party: Path
) -> None:
    folder = third_party / "cdnow"
    report = importing.of_file(read_mapping(MAPPINGS / "cdnow_sample.toml"), folder / "CDNOW_sample.txt").report
    assert (report.rows, report.imported) == (6_919, 6_919)

    states = dict(FoldedKeys(CUSTOMER_360, reader, upto=reader.end(), horizon=Horizon(as_of=CALIBRATION_END)))

    with (folder / "cdnow_customers_summary.csv").open(newline="") as lines:
        published = {
            int(row["ID"]): (int(row["frequency"]), float(row["recency"]), float(row["T"]))
            for row in csv.DictReader(lines)
        }
    computed = {}
    for customer in published:
        view = states[record_id("cdnow-sample", "customer", f"{customer:04}")].state
        bought = purchases(view.orders, CALIBRATION_END)
        assert bought is not None
        computed[customer] = (bought.x, round(bought.t_x, 2), round(bought.T, 2))
    assert len(computed) == len(states) == 2_357
    assert computed == published
