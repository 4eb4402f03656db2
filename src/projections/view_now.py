"""The 360 views of customers as they are now, with all that an answer says about them: one statement, however
many ask and however many are linked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

import msgspec

from domain.scoring import SCORING_MODELS
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.state import Customer360
from projections.engine.freshness import OF_ONE
from projections.engine.parked import SINCE, Waiting
from projections.engine.together import Question, Rows
from projections.segments.fold import SEGMENTS, segment_fold
from projections.segments.query import Member

_decoder = msgspec.json.Decoder(Customer360)
FOLDS = (CUSTOMER_360.name, *(segment_fold(rule).name for rule in SEGMENTS.values()))
"""Those whose rows are a part of the answer."""

_PERIODS = " UNION ALL ".join(
    f"SELECT '{rule.segment}' AS segment, * FROM segment_{rule.segment}_history" for rule in SEGMENTS.values()
)
# As old as the oldest of the read models; one that never ran holds nothing. Each key is looked up by itself
# (OFFSET 0: however many links the planner fears). Of the periods, those near the present: by the clock of who
# asks, not by the database's, it is told which of them is now.
_STATEMENT = f"""
WITH RECURSIVE linked(asked, key, links) AS (
    SELECT key, key, links FROM customer_360 WHERE key = ANY ($1)
    UNION
    SELECT linked.asked, other.key, other.links
    FROM linked, unnest(linked.links) AS step(key) JOIN customer_360 AS other ON other.key = step.key
)
SELECT asked.key::text, linked.key::text, convert_from(present.state, 'UTF8'), fresh.position, fresh.lag_seconds,
       waiting.position, waiting.seconds, waiting.events, models.version, NULL, NULL, NULL, NULL, NULL, NULL
FROM unnest($1) AS asked(key)
CROSS JOIN (
    SELECT CASE count(*) WHEN {len(FOLDS)} THEN min(position) ELSE 0 END, max(lag_seconds)
    FROM ({{fresh}}) AS each(fold, position, version, updated_at, log_position, lag_seconds)
) AS fresh(position, lag_seconds)
CROSS JOIN (SELECT max(originator_version) FROM crm.events WHERE originator_id = {{models}}) AS models(version)
LEFT JOIN linked ON linked.asked = asked.key
LEFT JOIN LATERAL (SELECT state FROM customer_360 WHERE key = linked.key OFFSET 0) AS present ON true
LEFT JOIN LATERAL ({{waiting}}) AS waiting(position, seconds, events) ON true
UNION ALL
SELECT linked.asked::text, linked.key::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       segment, since, until, entered_at, left_at, because
FROM linked CROSS JOIN LATERAL (
    SELECT segment, since, until, entered_at, left_at, because FROM ({_PERIODS}) AS each
    WHERE key = linked.key AND since <= now() + interval '1 day' AND until > now() - interval '1 day'
    OFFSET 0) AS period
"""


class Period(NamedTuple):
    """A membership of `customer_id` as it stood from `since` until `until`: each event that prolongs it begins the
    next period."""

    customer_id: str
    segment: str
    since: datetime
    until: datetime
    entered_at: datetime
    left_at: datetime
    because: list[int]


@dataclass(frozen=True)
class ViewNow:
    """Of one customer: `views` of itself and of all that links lead to, as far as the read model knows them. They
    hold all events up to `position`; `waiting` says which of these customers' they do not. `periods` are those for
    which a membership in a segment stood, near the present. `models` is the version of the scoring models."""

    position: int
    lag_seconds: float
    views: dict[UUID, Customer360]
    waiting: Waiting | None
    periods: list[Period]
    models: int

    def segments(self, customers: Sequence[UUID], moment: datetime) -> list[tuple[str, Member]]:
        """The segments that these of them belong to at a moment near the present; by name, then by customer."""
        stand = [each for each in self.periods if each.since <= moment < each.until]
        named = ((each, UUID(each.customer_id)) for each in stand)
        return sorted(
            (
                (each.segment, Member(customer_id, each.entered_at, each.left_at, each.because))
                for each, customer_id in named
                if customer_id in customers
            ),
            key=lambda period: (period[0], period[1].customer_id),
        )


@cache
def question(topic: str) -> Question:
    fresh = " UNION ALL ".join(f"({OF_ONE % {'topic': _quoted(topic), 'fold': _quoted(fold)}})" for fold in FOLDS)
    waiting = SINCE.format(
        fold=f"ANY (ARRAY[{', '.join(map(_quoted, FOLDS))}])", keys="ARRAY[coalesce(linked.key, asked.key)]"
    )
    models = _quoted(str(SCORING_MODELS.id))
    return Question("view_now", _STATEMENT.format(fresh=fresh, waiting=waiting, models=models))


def view_now(rows: Rows) -> ViewNow:
    """What the question's rows say of one customer."""
    views: dict[UUID, Customer360] = {}
    periods: list[Period] = []
    waiting: list[Waiting] = []
    position, lag_seconds, models = 0, 0.0, 0
    for _, key, state, reached, lag, parked_at, seconds, events, version, *period in rows:
        if period[0] is not None:
            periods.append(Period(key, *period))
            continue
        position, lag_seconds, models = reached or 0, lag or 0.0, version or 0
        if state is not None:
            view = _decoder.decode(state)
            views[view.customer_id] = view
        if events:
            waiting.append(Waiting(parked_at, seconds, events))
    return ViewNow(position, lag_seconds, views, _together(waiting), periods, models)


def _together(waiting: Sequence[Waiting]) -> Waiting | None:
    if not waiting:
        return None
    return Waiting(
        min(each.position for each in waiting),
        max(each.seconds for each in waiting),
        sum(each.events for each in waiting),
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
