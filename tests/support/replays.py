"""Replays for tests."""

from typing import Any

from domain.scoring import ScoringModel
from domain.scoring.replaying import Replay
from tests.support.facts import NOON
from tests.support.scoring_models import ENGAGEMENT


def replay_of(model: ScoringModel = ENGAGEMENT, **changed: Any) -> Replay:
    told: dict[str, Any] = {
        "model": model,
        "version": 0,
        "as_of": NOON,
        "known_at": None,
        "within_days": 10,
        "outcomes": ("order.placed",),
        "among": None,
        "live": None,
    }
    return Replay(**{**told, **changed})
