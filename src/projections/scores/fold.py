"""What a scoring model knows of each customer; the score itself is worked out when it is asked for.

Beside the state, a row holds what SQL needs to say how high the score can be at most at a moment: the part that
does not depend on time (`fixed`), and for each pace at which points are lost, what they weighed when the newest of
them was got. From then on that only shrinks, by the same half-life.
"""

from datetime import datetime
from functools import partial

import msgspec

from domain.scoring import Known, Scoring, ScoringModel
from domain.scoring.counting import Micros, Pace
from projections.engine.fold import Fold, Row

SCORES_VERSION = 5
_VERSIONS = 1000


class Slope(msgspec.Struct, frozen=True):
    """Rules (by place, with the points of each as they go into the score) whose points are lost at one pace."""

    window: Micros | None
    half_life: float | None
    rules: tuple[tuple[int, float], ...]


def score_fold(model: ScoringModel, version: int = 0, turn: int = 0) -> Fold[Known]:
    """The fold of a version of a model, asked for as `score_<model>`; version 0 is for one that was not recorded.
    Each turn has a table beside that of the one before."""
    scoring = Scoring(model, version)
    slopes = slopes_of(scoring)
    moving = {
        name: kind
        for number in range(len(slopes))
        for name, kind in ((f"weight_{number}", "float8"), (f"newest_{number}", "bigint"))
    }
    return Fold(
        name=table_of(model.id, turn),
        known_as=table_of(model.id),
        version=SCORES_VERSION * _VERSIONS + version,
        rule=f"The score by version {version} of the {model.kind} model {model.id}, exact at any moment.",
        keyed_by="customer",
        types=scoring.types,
        state=Known,
        evolve=scoring.evolve,
        columns={"fixed": "float8 NOT NULL", **moving},
        row=partial(_row, scoring, slopes),
        worked_out={"score": scoring.score, "points": partial(_points, scoring)},
        document=f"scoring model {model.id}, version {version}",
        indexes=() if slopes or model.predictive else ("fixed DESC, key",),
    )


def table_of(model_id: str, turn: int = 0) -> str:
    # Two take turns; no id of a model begins with a digit.
    return f"score_{2 - turn % 2}_{model_id}" if turn else f"score_{model_id}"


def model_version(fold_version: int) -> int:
    """The version of the model whose rows a table of that version of the fold holds."""
    return fold_version % _VERSIONS


def slopes_of(scoring: Scoring) -> tuple[Slope, ...]:
    """Those by which a score gets higher: a rule that takes points away makes it no higher than it is without."""
    weight = scoring.model.combined.engagement_weight if scoring.model.combined else 1.0
    paces: dict[tuple[Micros | None, float | None], list[tuple[int, float]]] = {}
    for place, (rule, pace) in enumerate(zip(scoring.model.engagement, scoring.paces, strict=False)):
        if rule.points * weight > 0:
            paces.setdefault((pace.window, pace.half_life), []).append((place, rule.points * weight))
    return tuple(Slope(window, half_life, tuple(rules)) for (window, half_life), rules in paces.items())


def _points(scoring: Scoring, known: Known, moment: datetime) -> dict[str, float]:
    """By rule, as they go into the score at that moment."""
    return {each.rule: each.points for each in scoring.score(known, moment).contributions}


def _row(scoring: Scoring, slopes: tuple[Slope, ...], known: Known) -> Row:
    return (scoring.fixed(known), *(value for slope in slopes for value in _weight(slope, known)))


def _weight(slope: Slope, known: Known) -> Row:
    moments = (known.counted[place].newest for place, _ in slope.rules)
    newest = max((moment for moment in moments if moment is not None), default=None)
    if newest is None:
        return (None, None)
    pace = Pace(once=False, per_day=None, window=slope.window, half_life=slope.half_life)
    weight = sum(
        points * known.counted[place].at(pace, newest).worth(pace, newest) for place, points in slope.rules
    )
    return (weight, newest)
