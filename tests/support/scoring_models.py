"""Scoring models for tests."""

from domain.assignment import Condition
from domain.scoring import (
    Band,
    Combined,
    EngagementRule,
    Feature,
    FitRule,
    Health,
    Predictive,
    ScoringModel,
)
from domain.scoring.learnt import Categorical, Learnt, Linear
from tests.support.facts import NOON

MAILS = EngagementRule(
    name="mails",
    event="interaction.recorded",
    where=(Condition("channel", "equals", "email"),),
    points=8.0,
    max_per_day=2,
    half_life_days=10.0,
)
ORDERS = EngagementRule(name="orders", event="order.placed", points=20.0, window_days=90.0)
FIRST_LEAD = EngagementRule(name="first lead", event="lead.captured", points=5.0, repeatable=False)
RETURNS = EngagementRule(name="returns", event="order.returned", points=-15.0, half_life_days=30.0)

BIG = FitRule(name="big", attribute="size", operator="greater", value=100, points=30.0)
FROM_A_FAIR = FitRule(name="fair", attribute="channel", operator="in", value=("event", "fair"), points=10.0)
NO_PHONE = FitRule(name="no phone", attribute="has_phone", operator="is_not_set", points=-5.0)

LETTERS = tuple(
    Band(label=label, at_least=score) for label, score in zip("ABCD", (30.0, 20.0, 10.0, 0.0), strict=True)
)
DIGITS = tuple(
    Band(label=label, at_least=score) for label, score in zip("1234", (40.0, 20.0, 5.0, 0.0), strict=True)
)

ENGAGEMENT = ScoringModel(
    id="engagement", kind="engagement", engagement=(MAILS, ORDERS, FIRST_LEAD, RETURNS), bands=DIGITS
)
FIT = ScoringModel(id="fit", kind="fit", fit=(BIG, FROM_A_FAIR, NO_PHONE), bands=LETTERS)
COMBINED = ScoringModel(
    id="combined",
    kind="combined",
    fit=FIT.fit,
    engagement=ENGAGEMENT.engagement,
    combined=Combined(fit_weight=2.0, engagement_weight=0.5, fit_bands=LETTERS, engagement_bands=DIGITS),
)
HEALTH = ScoringModel(
    id="health",
    kind="health",
    engagement=(MAILS, ORDERS, RETURNS),
    health=Health(start=50.0),
    bands=(Band(label="well", at_least=60.0), Band(label="at risk", at_least=0.0)),
)
PREDICTIVE = ScoringModel(
    id="predicted",
    kind="predictive",
    predictive=Predictive(
        method="logistic",
        predict_from="lead.captured",
        outcome="deal.won",
        within_days=90.0,
        features=(
            Feature(name="channel", attribute="channel"),
            Feature(
                name="calls",
                event="interaction.recorded",
                where=(Condition("channel", "equals", "phone"),),
                window_days=30.0,
            ),
        ),
        learnt=Learnt(
            intercept=-2.0,
            linear=(Linear(feature="calls", mean=1.0, deviation=2.0, slope=0.5),),
            categorical=(Categorical(feature="channel", weights={"web": -0.5, "referral": 1.0}),),
        ),
    ),
)

WHOLE_MODEL = ScoringModel(
    id="every_part",
    kind="combined",
    effective_from=NOON,
    fit=(BIG, FROM_A_FAIR, NO_PHONE),
    engagement=(MAILS, ORDERS, FIRST_LEAD, RETURNS),
    bands=LETTERS,
    combined=COMBINED.combined,
    health=HEALTH.health,
    predictive=PREDICTIVE.predictive,
)
