"""A replay scores everybody by what had happened by its day, and judges by what came afterwards."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from psycopg2.extensions import cursor as Cursor
from sklearn.metrics import log_loss, roc_auc_score

from domain.customers import CustomerRegistered
from domain.events import Event
from domain.interactions import InteractionRecorded
from domain.leads import LeadCaptured, LeadConverted
from domain.orders import OrderPlaced
from domain.scoring.replaying import Replay
from projections.engine.database import connect
from projections.replays.comparing import with_live
from projections.replays.fold import COLUMNS, replay_fold
from projections.replays.measures import measure
from tests.support.facts import DAY, NOON, euros, fact
from tests.support.replays import replay_of

MAIL = InteractionRecorded(channel="email", direction="inbound")
ORDER = OrderPlaced(total=euros(5))


def row(replay: Replay, *told: tuple[Event, datetime]) -> dict[str, Any]:
    fold = replay_fold(replay, "replay_x")
    state = None
    for event, at in told:
        assert type(event) in fold.types
        state = fold.evolve(state, fact(event, at=at))
    assert state is not None
    return dict(zip(COLUMNS, fold.row(state), strict=True))


def test_what_came_later_is_the_outcome_and_no_part_of_the_score() -> None:
    found = row(replay_of(), (MAIL, NOON - DAY), (ORDER, NOON + DAY), (MAIL, NOON + DAY))

    alone = row(replay_of(), (MAIL, NOON - DAY))
    assert (found["score"], found["outcome"]) == (alone["score"], True)
    assert alone["outcome"] is False


def test_an_outcome_comes_behind_the_day_and_within_the_time() -> None:
    def came(at: datetime) -> bool:
        return bool(row(replay_of(), (MAIL, NOON - DAY), (ORDER, at))["outcome"])

    assert [came(NOON + days * DAY) for days in (-1, 0, 10)] == [False, False, True]
    assert came(NOON + 10 * DAY + DAY / 24) is False


def test_a_late_fact_counts_by_when_it_happened() -> None:
    late = row(replay_of(), (ORDER, NOON + DAY), (MAIL, NOON - DAY))

    assert (late["score"] > 0, late["outcome"]) == (True, True)


def test_who_came_later_has_no_score() -> None:
    assert row(replay_of(), (CustomerRegistered(kind="person"), NOON + DAY), (ORDER, NOON + DAY))["score"] is None
    assert row(replay_of(), (CustomerRegistered(kind="person"), NOON - DAY))["score"] == 0


def test_judged_is_who_waits_for_the_outcome() -> None:
    replay = replay_of(among="lead.captured", outcomes=("lead.converted",))
    lead, converted = LeadCaptured(channel="web"), LeadConverted()

    def judged(*told: tuple[Event, datetime]) -> bool:
        return bool(row(replay, *told)["judged"])

    assert judged((lead, NOON - DAY)) is True
    assert judged((MAIL, NOON - DAY)) is False
    assert judged((lead, NOON - 2 * DAY), (converted, NOON - DAY)) is False
    assert judged((lead, NOON - 3 * DAY), (converted, NOON - 2 * DAY), (lead, NOON - DAY)) is True
    assert judged((lead, NOON - DAY), (converted, NOON + DAY)) is True


@pytest.fixture
def cursor(dsn: str) -> Iterator[Cursor]:
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE scores (key uuid, {', '.join(map(' '.join, COLUMNS.items()))})")
        yield cursor


def fill(cursor: Cursor, rows: Sequence[tuple[float, float, bool]]) -> None:
    for score, live, outcome in rows:
        cursor.execute(
            "INSERT INTO scores VALUES (%s, %s, %s, %s, %s, true, %s)",
            (uuid4(), score, "hot" if score > 50 else None, live, "hot" if live > 50 else None, outcome),
        )


def test_the_measures_are_those_of_others(cursor: Cursor) -> None:
    random = Random(4)  # noqa: S311
    rows = [(random.randrange(101), random.randrange(101), random.random() < 0.3) for _ in range(300)]
    rows = [(score, live, outcome or score + random.randrange(40) > 110) for score, live, outcome in rows]
    fill(cursor, rows)

    found = measure(cursor, "scores", score="score", band="band", predicted=True)

    outcomes, scores = [outcome for *_, outcome in rows], [score for score, *_ in rows]
    assert found.auc == pytest.approx(roc_auc_score(outcomes, scores))
    clipped = [min(1 - 1e-15, max(1e-15, score / 100)) for score in scores]
    assert found.log_loss == pytest.approx(log_loss(outcomes, clipped))
    assert sum(each.customers for each in found.histogram) == 300
    assert [each.customers for each in found.deciles] == [30] * 10
    top = sorted(rows, reverse=True)[:30]
    assert found.deciles[0].at_least == top[-1][0]
    assert sum(each.outcomes for each in found.deciles) == sum(outcomes)
    assert {each.band: each.customers for each in found.bands} == {
        "hot": sum(score > 50 for score in scores),
        None: sum(score <= 50 for score in scores),
    }
    for each in found.calibration or ():
        assert 0 <= each.observed <= 100


def test_where_all_are_alike_nothing_is_divided_by_nothing(cursor: Cursor) -> None:
    fill(cursor, [(7, 7, False)] * 3)

    found = measure(cursor, "scores", score="score", band="band", predicted=False)

    assert (found.auc, found.calibration, [each.lift for each in found.deciles]) == (None, None, [None] * 3)
    assert [(each.at_least, each.customers) for each in found.histogram] == [(7, 3)]


def test_side_by_side_are_those_who_moved_most_and_between_bands(cursor: Cursor) -> None:
    fill(cursor, [(80, 10, True), (20, 20, False), (30, 60, False)])

    changes = with_live(cursor, "scores")

    assert (changes.customers, changes.higher, changes.lower) == (3, 1, 1)
    assert [(each.before, each.after) for each in changes.movers] == [(10, 80), (60, 30)]
    assert {(each.before, each.after): each.customers for each in changes.bands} == {
        (None, "hot"): 1,
        ("hot", None): 1,
        (None, None): 1,
    }
    assert changes.mean_change == pytest.approx(40 / 3)
