"""How well a bank's calls are predicted, learnt from the earlier ones and measured on the later ones.

No reference side: what counts are the measures. `…_client` are the columns that the bank knows of the client and
of the campaign, `…_all` the five of the economy besides; `…_with_duration` shows what a column is worth that is
not known when the call begins: a warning, no goal. `…_shuffled` takes the calls in the file's own order, which is
none (the year is not in it): what a split at random would claim.
"""

import sys
import time
from collections.abc import Collection, Sequence
from datetime import timedelta

from msgspec.structs import replace

from benchmarks.bank_calls import COLUMNS, ECONOMY, FILE, specification, told
from benchmarks.report import figure
from domain.scoring.frequencies import counted
from domain.scoring.learnt import Measures
from domain.scoring.measures import measured
from domain.scoring.moments import Moments
from domain.scoring.predicting import predicted
from domain.scoring.rows import Row, split
from projections.training.regression import fit
from projections.training.suspicion import separations

KNOWN = tuple(column for column in COLUMNS if column != "duration")
CLIENT = tuple(column for column in KNOWN if column not in ECONOMY)


def main() -> None:
    if not FILE.exists():
        sys.exit(f"the data is not there: {FILE.name} in ../shared/data/bank_marketing")
    began = time.perf_counter()
    rows = list(_rows())
    _share("rows", len(rows) / (time.perf_counter() - began), "rows/s")
    for name, columns in (("client", CLIENT), ("all", KNOWN)):
        _measured(f"logistic_{name}", rows, columns)
        _measured(f"naive_bayes_{name}", rows, columns, method="naive_bayes")
        _measured(f"logistic_{name}_with_duration", rows, (*columns, "duration"))
    _measured("logistic_all_shuffled", _shuffled(rows), KNOWN)
    _measured("logistic_all_with_duration_shuffled", _shuffled(rows), COLUMNS)
    whole, found = separations(rows, specification(COLUMNS).predictive.features)
    _share("separation_whole", whole, "AUC")
    for each in sorted(found, key=lambda each: -each.alone)[:3]:
        _share(f"separation_{each.feature}_alone", each.alone, "AUC")
        _share(f"separation_without_{each.feature}", each.others or 0.0, "AUC")


def _rows() -> Sequence[Row]:
    """As a naive import tells them: everything at the capture, the duration too."""
    moments = Moments(specification(COLUMNS).predictive)
    return [row for story in told(at_capture=COLUMNS) for row in moments.rows(story)]


def _shuffled(rows: Sequence[Row]) -> Sequence[Row]:
    """In the order of the file: each call two days after the one before."""
    first = rows[0].moment
    return [
        replace(row, moment=first + timedelta(days=2 * place))
        for place, row in enumerate(sorted(rows, key=lambda row: row.customer_id))
    ]


def _measured(name: str, rows: Sequence[Row], columns: Collection[str], method: str = "logistic") -> None:
    asked = specification(columns, method)
    parts = split(rows, test_share=0.3, within=timedelta(days=1), floors=asked.how.floors)
    features = asked.predictive.features
    if method == "naive_bayes":
        learnt = counted(parts.learnt_from, features)
    else:
        learnt = fit(parts.learnt_from, features, strength=asked.how.strength).learnt
    found: Measures = measured(
        [predicted(learnt, row.features).probability for row in parts.tested_on],
        [row.outcome for row in parts.tested_on],
        naive=sum(row.outcome for row in parts.learnt_from) / len(parts.learnt_from),
    )
    _share(f"auc_{name}", found.auc, "AUC")
    _share(f"log_loss_{name}", found.log_loss, "nats")
    _share(f"log_loss_naive_{name}", found.naive_log_loss, "nats")
    _share(f"brier_{name}", found.brier, "share")


def _share(name: str, value: float, unit: str) -> None:
    figure("training", name, ours=value, unit=unit)


if __name__ == "__main__":
    main()
