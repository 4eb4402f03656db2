"""Logistic regression by scikit-learn, written down so that predicting needs no more than arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass

from sklearn.linear_model import LogisticRegression

from domain.scoring.learnt import Categorical, Learnt, Linear
from domain.scoring.predictive import Feature
from domain.scoring.rows import Row, check_learnt_from
from projections.training.encoding import Columns, columns_of, matrix, outcomes
from projections.training.one_thread import one_thread


@dataclass(frozen=True)
class Fitted:
    """What scikit-learn fitted, over these columns."""

    estimator: LogisticRegression
    columns: tuple[Columns, ...]

    def chances(self, rows: Sequence[Row]) -> list[float]:
        """As scikit-learn itself predicts them."""
        return [float(each) for each in self.estimator.predict_proba(matrix(rows, self.columns))[:, 1]]

    @property
    def learnt(self) -> Learnt:
        slopes = [float(each) for each in self.estimator.coef_[0]]
        linear: list[Linear] = []
        categorical: list[Categorical] = []
        for each in self.columns:
            own, slopes = slopes[: each.width], slopes[each.width :]
            missing = own.pop() if each.missing else 0.0
            if each.numeric:
                linear.append(_linear(each, own[0], missing))
            else:
                other = own.pop() if each.other else 0.0
                weights = dict(zip(each.values, own, strict=True))
                categorical.append(
                    Categorical(feature=each.feature, weights=weights, other=other, missing=missing)
                )
        return Learnt(
            intercept=float(self.estimator.intercept_[0]), linear=tuple(linear), categorical=tuple(categorical)
        )


def _linear(columns: Columns, slope: float, missing: float) -> Linear:
    return Linear(
        feature=columns.feature,
        mean=columns.mean,
        deviation=columns.deviation,
        slope=slope,
        missing=missing,
    )


def fit(rows: Sequence[Row], features: Sequence[Feature], *, strength: float) -> Fitted:
    """The same rows always give the same slopes: Newton's method, no chance in it.

    Raises:
        TooManyRows: they become more numbers than are held in memory.
    """
    columns = tuple(columns_of(rows, feature) for feature in features)
    check_learnt_from(len(rows), sum(each.width for each in columns))
    estimator = LogisticRegression(C=strength, solver="newton-cholesky", tol=1e-10, max_iter=200)
    with one_thread():
        estimator.fit(matrix(rows, columns), outcomes(rows))
    return Fitted(estimator, columns)
