"""What training learnt, as a predictive model has it: enough to predict without what it was learnt with."""

from datetime import datetime

import msgspec


class Linear(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A number's part of the log-odds: `slope` a standard deviation of the training's, and nothing at the mean;
    `missing` where it is not known."""

    feature: str
    mean: float
    deviation: float
    slope: float
    missing: float = 0.0


class Categorical(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value's part of the log-odds; `other` of one that the training did not see often enough, `missing` where
    none is known."""

    feature: str
    weights: dict[str, float]
    other: float = 0.0
    missing: float = 0.0


class Frequencies(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many of those with a value had the outcome (`won`), and how many had not (`lost`). Numbers are counted
    by the ranges that `cuts` makes, each up to and with its upper end."""

    feature: str
    won: dict[str, int]
    lost: dict[str, int]
    cuts: tuple[float, ...] = ()


class Learnt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`intercept` with `linear` and `categorical` by logistic regression; `won` and `lost`, how many there were in
    all, with `counted` by naive Bayes."""

    intercept: float = 0.0
    linear: tuple[Linear, ...] = ()
    categorical: tuple[Categorical, ...] = ()
    won: int = 0
    lost: int = 0
    counted: tuple[Frequencies, ...] = ()


class Tenth(msgspec.Struct, frozen=True, kw_only=True):
    """Of a tenth of the rows, by what was predicted: the mean of that, and the share that had the outcome."""

    rows: int
    predicted: float
    observed: float


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """How well it predicted rows that it had not seen, all later than those that it learnt from. `naive_log_loss`
    is that of always saying the training's own share of outcomes."""

    rows: int
    outcomes: int
    auc: float
    log_loss: float
    naive_log_loss: float
    brier: float
    calibration: tuple[Tenth, ...]

    @property
    def base_rate(self) -> float:
        return self.outcomes / self.rows


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """What it was learnt from: rows whose moments lie from `first` to `last`, as the log was at `position`.

    `between` are the rows left out because their outcomes were not known yet when the test's first row was
    predicted; `unfinished` those whose outcomes are not known yet at all.
    """

    rows: int
    outcomes: int
    first: datetime
    last: datetime
    tested_from: datetime
    tested_until: datetime
    between: int
    unfinished: int
    position: int
