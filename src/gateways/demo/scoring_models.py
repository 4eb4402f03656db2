"""How the company scores its customers, from the first day on. The same documents are in docs/scores."""

from collections.abc import Callable
from datetime import timedelta

from msgspec.structs import replace

from domain import commands
from domain.assignment import Condition
from domain.ledger import Circumstances, Command
from domain.scoring import SCORING_MODELS, Band, EngagementRule, Health, ScoringModel, promote
from gateways.demo.steps import Script

_INBOUND = (Condition("direction", "equals", "inbound"),)
_WRITES = EngagementRule(
    name="writes or calls",
    event="interaction.recorded",
    where=_INBOUND,
    points=8.0,
    max_per_day=2,
    half_life_days=14.0,
)
_SENDS_BACK = EngagementRule(name="sends goods back", event="order.returned", points=-10.0, half_life_days=90.0)

ENGAGEMENT = ScoringModel(
    id="engagement",
    kind="engagement",
    engagement=(
        _WRITES,
        EngagementRule(
            name="meets us",
            event="interaction.recorded",
            where=(Condition("channel", "equals", "meeting"),),
            points=15.0,
            half_life_days=30.0,
        ),
        EngagementRule(name="asks for an offer", event="lead.captured", points=20.0, half_life_days=30.0),
        EngagementRule(name="orders", event="order.placed", points=25.0, max_per_day=1, half_life_days=60.0),
        EngagementRule(name="first order", event="order.placed", points=10.0, repeatable=False, window_days=180.0),
    ),
    bands=tuple(
        Band(label=label, at_least=score) for label, score in (("1", 40.0), ("2", 20.0), ("3", 5.0), ("4", 0.0))
    ),
)
HEALTH = ScoringModel(
    id="health",
    kind="health",
    health=Health(start=50.0),
    engagement=(
        EngagementRule(name="orders", event="order.placed", points=12.0, max_per_day=1, half_life_days=90.0),
        EngagementRule(name="wins with us", event="deal.won", points=15.0, half_life_days=180.0),
        EngagementRule(
            name="in touch",
            event="interaction.recorded",
            where=_INBOUND,
            points=2.0,
            max_per_day=1,
            half_life_days=30.0,
        ),
        _SENDS_BACK,
        EngagementRule(name="turned us down", event="deal.lost", points=-20.0, half_life_days=120.0),
    ),
    bands=tuple(
        Band(label=label, at_least=score) for label, score in (("well", 60.0), ("steady", 40.0), ("at risk", 0.0))
    ),
)

TRIED = ScoringModel(
    id="engagement",
    kind="engagement",
    engagement=(
        replace(_WRITES, points=5.0, max_per_day=1, half_life_days=7.0),
        EngagementRule(name="asks for an offer", event="lead.captured", points=15.0, half_life_days=21.0),
        EngagementRule(name="a deal moves on", event="deal.stage_moved", points=12.0, half_life_days=21.0),
        EngagementRule(
            name="a large order",
            event="order.placed",
            where=(Condition("total", "greater", 500),),
            points=35.0,
            half_life_days=90.0,
        ),
        _SENDS_BACK,
    ),
    bands=ENGAGEMENT.bands,
)
"""What would come in place of the first one: it is tried on the past, and nobody is scored by it."""

_Told = Callable[[Circumstances], Command]
_TOUCHED = (SCORING_MODELS.aggregate, SCORING_MODELS.id)


def scoring_models(script: Script) -> None:
    """Both models are defined and go live in the first minutes."""
    at = script.starts + timedelta(minutes=1)
    for model in (ENGAGEMENT, HEALTH):
        script.add(at, "Greta", _defined(model), _TOUCHED, reason="one measure for all of sales")
        script.add(at, "Greta", _promoted(model), _TOUCHED, reason="one measure for all of sales")
        at += timedelta(minutes=1)


def _defined(model: ScoringModel) -> _Told:
    return lambda by: commands.define_scoring_model(model, by)


def _promoted(model: ScoringModel) -> _Told:
    return lambda by: commands.define(
        SCORING_MODELS, lambda known: promote(known, model.id, 1, now=by.happened), by
    )
