"""How well each feature separates: what `domain.scoring.separation` judges."""

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import OneHotEncoder

from domain.scoring.predictive import Feature
from domain.scoring.rows import Row
from domain.scoring.separation import Separation, certainty
from projections.training.encoding import Matrix, outcomes, ranges
from projections.training.one_thread import one_thread

MOST_ROWS = 20_000
_TENTHS = 10
_PARTS = 3
# With less than half of what all have, a feature could only be suspicious among others that lose nearly half of it
# without that feature.
_WORTH_ASKING = 0.5


def separations(rows: Sequence[Row], features: Sequence[Feature]) -> tuple[float, list[Separation]]:
    """How well (AUC) all features separate together, and how well each does; of many rows,
    20,000 in equal steps."""
    step = max(1, -(-len(rows) // MOST_ROWS))
    rows = sorted(rows, key=lambda row: (row.moment, row.position))[::step]
    told = outcomes(rows)
    by_range = {feature.name: ranges(rows, feature.name, _TENTHS) for feature in features}
    tables = {name: _table(values) for name, values in by_range.items()}
    whole = _auc(np.hstack(list(tables.values())), told)
    had = [row.outcome for row in rows]
    found = []
    for feature in features:
        name, table = feature.name, tables[feature.name]
        alone, others = _auc(table, told), None
        if len(tables) > 1 and alone - 0.5 >= (whole - 0.5) * _WORTH_ASKING:
            others = _auc(np.hstack([each for other, each in tables.items() if other != name]), told)
        certain = certainty(by_range[name], had) if feature.of_value else None
        found.append(Separation(name, alone, others, certain))
    return whole, found


def _table(values: Sequence[str]) -> Matrix:
    made: Matrix = OneHotEncoder(sparse_output=False).fit_transform(np.array(values, dtype=object).reshape(-1, 1))
    return made


def _auc(table: Matrix, told: Matrix) -> float:
    with one_thread():
        return _crossed(table, told)


def _crossed(table: Matrix, told: Matrix) -> float:
    """Of chances that each part of the rows is given by the other parts."""
    chances = np.zeros(len(told))
    part = np.arange(len(told)) % _PARTS
    for own in range(_PARTS):
        estimator = LogisticRegression(solver="newton-cholesky", max_iter=200)
        estimator.fit(table[part != own], told[part != own])
        chances[part == own] = estimator.predict_proba(table[part == own])[:, 1]
    return float(roc_auc_score(told, chances))
